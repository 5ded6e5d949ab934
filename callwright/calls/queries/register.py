"""The register's list: a page of calls by keyset, how many there are, and single rows again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.conditions import Conditions, conditions_of
from callwright.calls.queries.known_totals import known_total
from callwright.calls.queries.patience import SearchTooLong, patience
from callwright.calls.queries.register_order import order_of, page_statement
from callwright.calls.queries.register_sorted import sorted_rows
from callwright.calls.queries.register_walk import count_back, first_width, value_of, walk, width_in
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import After, Search
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.phone_numbers import parse_number
from callwright.staff.queries.rights import Viewer

__all__ = ["order_of", "page_statement"]

PAGE = 60
COUNT_LIMIT = 10_000
"""Beyond this many calls a count says "10 000+" and no total of talk time is given, unless the totals know it."""

COUNT_S = 0.5
COUNT_IN_PARTS_S = 2.0
"""How long all calls are counted at once, and then part by part from the newest on."""


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
    recording: str
    limit_s: int | None  # of a call that lasts too long: the talk time allowed
    follow_up: str  # what became of a missed call, blank for every other
    unknown_callers: str
    sort_value: str
    found: int | str = ""  # of a sorted page: how many calls fit

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
    """`next` is where the following page begins, None at the end; `reached`: until when calls were looked through,
    where the page ended before it was full.
    """

    rows: tuple[CallRow, ...]
    next: After | None
    reached: datetime | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """How many calls fit and their talk time in seconds; capped ones know neither exactly. `at_least`: the time was
    over before all were counted.
    """

    calls: int
    talk_s: int | None
    at_least: bool = False

    @property
    def is_capped(self) -> bool:
        return self.talk_s is None


def register_page(
    viewer: Viewer, search: Search, view: Viewpoint, *, after: After | None = None, limit: int = PAGE
) -> Page:
    """The calls that fit, from the place `after` on. A page may end before it is full: `reached` then says until when
    calls were looked through, and `next` where to look on.

    Raises TooManyToSort when the search finds more calls than are sorted by anything but their start, SearchTooLong
    when it would take longer than a person waits.
    """
    conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    if conditions.nothing:
        return Page((), None)
    if search.sort != "started":
        return _sorted_page(conditions, search, after, limit)
    low, high = conditions.values["low"], conditions.values["high"]
    if after is not None:
        low, high = (low, min(high, after.id)) if search.descending else (max(low, UUID(int=after.id.int + 1)), high)
    if low >= high:
        return Page((), None)
    statement = page_statement(conditions, search)

    def read(begin: UUID, end: UUID, many: int, seconds: float) -> list[CallRow]:
        with patience(seconds):
            return _rows(statement, {**conditions.values, "low": begin, "high": end, "limit": many})

    width = width_in(after) or first_width(search, conditions.accounts)
    found = walk(read, low=low, high=high, descending=search.descending, limit=limit, width=width, now=view.now)
    place = After(value_of(found.width), found.place) if found.place else None
    return Page(tuple(found.rows), place, found.reached)


def _sorted_page(conditions: Conditions, search: Search, after: After | None, limit: int) -> Page:
    rows, place = sorted_rows(_rows, conditions, search, after, limit)
    return Page(tuple(rows), place)


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
    return _rows(page_statement(conditions, Search()), {**conditions.values, "limit": len(wanted)})


def total_of(viewer: Viewer, search: Search, view: Viewpoint) -> Total:
    """How many calls fit: from the totals where they know it, else counted to `COUNT_LIMIT` or as far as the time goes.

    Raises SearchTooLong when not one call was found in time.
    """
    known = known_total(viewer, search, view)
    if known is not None and not known.is_old:
        return Total(known.calls, known.talk_s)
    conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    if conditions.nothing:
        return Total(0, 0)
    calls, talk_s, is_all = _counted(conditions, view.now)
    if is_all and calls <= COUNT_LIMIT:
        return Total(calls, talk_s)
    if known:
        return Total(known.calls, known.talk_s)
    if not calls:
        raise SearchTooLong
    return Total(min(calls, COUNT_LIMIT), None, at_least=not is_all)


def _counted(conditions: Conditions, now: datetime) -> tuple[int, int, bool]:
    """How many calls fit, up to one more than `COUNT_LIMIT`, their talk time, and whether that are all."""

    def count(low: UUID, high: UUID, many: int, seconds: float) -> tuple[int, int]:
        statement = named_sql("register_total.sql").format(where=conditions.sql, limit=many)
        with patience(seconds), connection.cursor() as cursor:
            cursor.execute(statement, {**conditions.values, "low": low, "high": high})
            calls, talk_s = cursor.fetchone()
        return calls, int(talk_s)

    low, high, most = conditions.values["low"], conditions.values["high"], COUNT_LIMIT + 1
    try:
        return *count(low, high, most, COUNT_S), True
    except SearchTooLong:
        return count_back(count, low=low, high=high, limit=most, seconds=COUNT_IN_PARTS_S, now=now)


def _rows(statement: str, values: dict[str, Any]) -> list[CallRow]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [CallRow(*row) for row in cursor.fetchall()]
