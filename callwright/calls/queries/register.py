"""The register's list: a page of calls by keyset, how many there are, and single rows again."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.conditions import Conditions, conditions_of
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import After, Search
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.phone_numbers import parse_number
from callwright.staff.queries.rights import Viewer

PAGE = 60
COUNT_LIMIT = 10_000
"""Beyond this many calls a count says "10 000+" and no total of talk time is given."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as a row shows it; durations in seconds. `unknown_callers` is what its account does with those."""

    id: UUID
    account_id: int
    account: str
    account_zone: str
    home_country: str
    direction: str
    status: str
    client_number: str
    from_name: str
    dialled_number: str
    line: str
    queue: str
    contact_id: int | None
    contact: str
    has_warning: bool
    category: str
    category_colour: str
    category_icon: str
    employee_id: int | None
    employee: str
    extension: str
    transferred_to: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    talking_since: datetime | None
    held_since: datetime | None
    ring_s: int
    wait_s: int
    hold_s: int
    talk_s: int
    hangup_by: str
    marker_id: int | None
    marker: str
    marker_icon: str
    marker_has_picture: bool
    comment: str
    complete: bool
    unknown_callers: str
    sort_value: str

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def shown_status(self) -> str:
        """The status in the product's one list: an outbound call that nobody took is not a missed one."""
        if self.held_since is not None and self.is_live:
            return "on_hold"
        return "no_answer" if self.status == "missed" and self.direction == "outbound" else self.status

    @property
    def may_become_contact(self) -> bool:
        """Whether this is a caller nobody knows whom the account wants offered as a contact (CALL-8)."""
        if self.contact_id is not None or self.direction == "internal" or self.unknown_callers == "never":
            return False
        return self.client_number.startswith("+") and bool(parse_number(self.client_number, "ZZ").e164)


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is where the following page begins, None at the end."""

    rows: tuple[CallRow, ...]
    next: After | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many calls fit and their talk time in seconds; capped ones know neither exactly."""

    calls: int
    talk_s: int | None

    @property
    def is_capped(self) -> bool:
        return self.talk_s is None


_QUEUE = "LEFT JOIN telephony_queue sq ON sq.id = c.queue_id"
_CONTACT = "LEFT JOIN contacts_contact sk ON sk.account_id = c.account_id AND sk.id = c.contact_id"
# column: expression that is never null, its type, the join it needs
_SORTS = {
    "started": ("c.id", "uuid", ""),
    "status": ("c.status", "text", ""),
    "direction": ("c.direction", "text", ""),
    "contact": ("coalesce(sk.sort_key, '')", "text", _CONTACT),
    "number": ("c.client_number", "text", ""),
    "dialled": ("c.dialled_number", "text", ""),
    "account": ("sa.name", "text", "JOIN accounts_account sa ON sa.id = c.account_id"),
    "queue": ("coalesce(nullif(sq.label, ''), sq.name, '')", "text", _QUEUE),
    "employee": ("coalesce(su.name, '')", "text", "LEFT JOIN staff_user su ON su.id = c.employee_id"),
    "extension": ("c.extension", "text", ""),
    "ring": ("c.ring_s", "integer", ""),
    "wait": ("c.wait_s", "integer", ""),
    "talk": ("c.talk_s", "integer", ""),
    "hold": ("c.hold_s", "integer", ""),
    "category": ("coalesce(sg.name, '')", "text", "LEFT JOIN contacts_category sg ON sg.id = c.category_id"),
}  # fmt: skip


def register_page(
    viewer: Viewer, search: Search, view: Viewpoint, *, after: After | None = None, limit: int = PAGE
) -> Page:
    """The calls that fit, from the place `after` on; one query beside the rights, whatever the place.

    Raises SearchTooLong when it would take longer than a person waits.
    """
    conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    if conditions.nothing:
        return Page((), None)
    expression, kind, _ = _SORTS[search.sort]
    if after is not None and search.sort != "started" and _fits(kind, after.value):
        sign = "<" if search.descending else ">"
        conditions.add(
            f"({expression}, c.id) {sign} (%(after)s::{kind}, %(after_id)s)", after=after.value, after_id=after.id
        )
    elif after is not None and search.sort == "started":
        conditions.add(f"c.id {'<' if search.descending else '>'} %(after_id)s", after_id=after.id)
    with nullcontext() if search.is_light else patience():
        rows = _rows(conditions, search, limit + 1)
    following = rows[limit - 1] if len(rows) > limit else None
    return Page(tuple(rows[:limit]), After(following.sort_value, following.id) if following else None)


def rows_again(viewer: Viewer, ids: Iterable[UUID], search: Search | None, view: Viewpoint) -> list[CallRow]:
    """The rows of these calls, newest first: those that the viewer may see and, with a search, that fit it."""
    if search is None:
        conditions = Conditions()
        allowed = call_accounts(viewer)
        if allowed is not None:
            conditions.add("c.account_id = ANY(%(accounts)s)", accounts=sorted(allowed))
    else:
        conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    wanted = list(ids)
    if conditions.nothing or not wanted:
        return []
    conditions.add("c.id = ANY(%(ids)s)", ids=wanted)
    return _rows(conditions, Search(), len(wanted))


def total_of(viewer: Viewer, search: Search, view: Viewpoint) -> Total:
    """How many calls fit, counted up to `COUNT_LIMIT`. Raises SearchTooLong."""
    conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    if conditions.nothing:
        return Total(0, 0)
    statement = named_sql("register_total.sql").format(where=conditions.sql, limit=COUNT_LIMIT + 1)
    with patience(), connection.cursor() as cursor:
        cursor.execute(statement, conditions.values)
        calls, talk_s = cursor.fetchone()
    return Total(COUNT_LIMIT, None) if calls > COUNT_LIMIT else Total(calls, int(talk_s))


def order_of(search: Search) -> tuple[str, str]:
    """The joins that the order of a search needs, and the order itself, for statements over `calls_call c`."""
    expression, _, joins = _SORTS[search.sort]
    turn = "DESC" if search.descending else "ASC"
    return joins, f"c.id {turn}" if search.sort == "started" else f"{expression} {turn}, c.id {turn}"


def page_statement(conditions: Conditions, search: Search) -> str:
    """The statement of one page; its values are the conditions' and `limit`."""
    expression, _, _ = _SORTS[search.sort]
    joins, order = order_of(search)
    turn = "DESC" if search.descending else "ASC"
    outer = f"c.id {turn}" if search.sort == "started" else f"c.sort_value {turn}, c.id {turn}"
    return named_sql("register_rows.sql").format(
        joins=joins, where=conditions.sql, sort=expression, order=order, outer_order=outer
    )


def _rows(conditions: Conditions, search: Search, limit: int) -> list[CallRow]:
    with connection.cursor() as cursor:
        cursor.execute(page_statement(conditions, search), {**conditions.values, "limit": limit})
        return [CallRow(*row) for row in cursor.fetchall()]


def _fits(kind: str, value: Any) -> bool:
    return kind == "text" or (kind == "integer" and value.isascii() and value.isdigit() and len(value) < 10)
