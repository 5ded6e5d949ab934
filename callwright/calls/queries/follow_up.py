"""Missed calls to follow up: pages by keyset, single rows again, how many wait (CALL-6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.follow_up_list import OPEN, SETTLED, WITHHELD, MissedList
from callwright.calls.periods import span_of
from callwright.calls.queries.conditions import Conditions
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import NONE
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.identity import uuid7_floor
from callwright.staff.queries.rights import Viewer, account_scope

PAGE = 50
COUNT_LIMIT = 999
"""Beyond so many a count says "999+"."""


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A missed call as its row shows it. `rung`: names of those whose phones rang; `times`: open calls of the same
    number; `by_employee`: who spoke in the call `by_call` that settled it; `word_by`: the person who settled it.
    """

    id: UUID
    account_id: int
    account: str
    home_country: str
    time_zone: str
    client_number: str
    from_name: str
    contact_id: int | None
    contact: str
    has_warning: bool
    queue: str
    line: str
    status: str
    state: str
    started_at: datetime
    ended_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    assigned_to: int | None
    assignee: str
    rung: list[str]
    attempts: int
    times: int
    by_call: UUID | None
    by_employee: str
    word_by: str
    reason_code: str
    reason: str
    text: str

    @property
    def is_open(self) -> bool:
        return self.state == "not_called_back"

    @property
    def is_withheld(self) -> bool:
        return not self.client_number and self.contact_id is None

    @property
    def others(self) -> int:
        """How many more open calls the same number has."""
        return max(0, self.times - 1)

    @property
    def limit_s(self) -> int | None:
        """After how many seconds of waiting the target is passed."""
        return None if self.due_at is None else max(1, int((self.due_at - self.ended_at).total_seconds()))


def missed_page(
    viewer: Viewer, asked: MissedList, view: Viewpoint, *, after: UUID | None = None, limit: int = PAGE
) -> tuple[list[MissedRow], UUID | None]:
    """The missed calls that fit, from the place `after` on, and where the next page begins (None at the end); one query
    beside the rights. Raises SearchTooLong.
    """
    where = missed_conditions(viewer, asked, view)
    if where.nothing:
        return [], None
    if after is not None:
        where.add(f"c.id {'>' if asked.oldest_first else '<'} %(after)s", after=after)
    with patience():
        rows = _rows(where, limit + 1, oldest_first=asked.oldest_first)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def missed_again(viewer: Viewer, ids: Iterable[UUID], asked: MissedList | None, view: Viewpoint) -> list[MissedRow]:
    """The rows of these calls as they are now: those the viewer may see and, where a list is asked for, that fit it."""
    wanted = list(ids)
    where = missed_conditions(viewer, asked, view) if asked else _visible(viewer, None)
    if where.nothing or not wanted:
        return []
    where.add("c.id = ANY(%(ids)s) AND c.follow_up <> ''", ids=wanted)
    return _rows(where, len(wanted), oldest_first=False)


def missed_counts(viewer: Viewer, asked: MissedList, view: Viewpoint) -> dict[str, int]:
    """How many wait to be called back, and how many cannot be, each counted up to `COUNT_LIMIT` + 1."""
    found = {}
    for tab in (OPEN, WITHHELD):
        where = missed_conditions(viewer, asked.at(tab), view)
        found[tab] = 0 if where.nothing else _count(where)
    return found


WAITS = "c.follow_up = 'not_called_back' AND (c.client_number <> '' OR c.contact_id IS NOT NULL)"
"""The words of an index of their own: what is counted on every page is counted in it alone."""

IS_WITHHELD = "c.client_number = '' AND c.contact_id IS NULL"
"""Nobody can call this caller back."""

MOST_IN_NAVIGATION = 99
# A constant text: to plan it over all months takes ten times as long as to count, so it is planned once a connection.
_NUMBER = f"SELECT count(*) FROM (SELECT FROM calls_call c WHERE {{where}} LIMIT {MOST_IN_NAVIGATION + 1}) AS waiting"  # noqa: S608
_OF_ACCOUNTS = "c.account_id = ANY(%(accounts)s::bigint[])"
_OF_VIEWER = "c.account_id IN (SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s)"


def waiting_number(viewer: Viewer) -> int:
    """How many calls of accounts that the viewer sees wait to be called back, up to one more than `MOST_IN_NAVIGATION`;
    one query.
    """
    scope = account_scope(viewer)
    return _number("" if scope["all_accounts"] else _OF_VIEWER, viewer=scope["viewer"])


def waiting_number_of(accounts: frozenset[int] | None) -> int:
    """The same for all who see these accounts; None: all of them."""
    return _number("", accounts=[]) if accounts is None else _number(_OF_ACCOUNTS, accounts=sorted(accounts))


def _number(limit: str, **values: Any) -> int:
    where = f"{limit} AND {WAITS}" if limit else WAITS
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER.format(where=where), values if limit else None)
        return int(cursor.fetchone()[0])


def missed_conditions(viewer: Viewer, asked: MissedList, view: Viewpoint) -> Conditions:
    """What a call must fulfil to stand in the list."""
    where = _visible(viewer, asked.account)
    if asked.tab == SETTLED:
        where.add("c.follow_up <> ''")
        _add_states(where, asked.states)
        add_period(where, asked, view)
    else:
        where.add(f"c.follow_up = 'not_called_back' AND {IS_WITHHELD}" if asked.tab == WITHHELD else WAITS)
    add_choice(where, viewer, asked)
    return where


def _add_states(where: Conditions, asked: Sequence[str]) -> None:
    if asked:
        where.add("c.follow_up = ANY(%(states)s)", states=["not_called_back" if s == WITHHELD else s for s in asked])
    if (WITHHELD in asked) != ("not_called_back" in asked):
        where.add(f"(c.follow_up <> 'not_called_back' OR {'' if WITHHELD in asked else 'NOT '}({IS_WITHHELD}))")


def add_period(where: Conditions, asked: MissedList, view: Viewpoint) -> None:
    """The calls that were missed in the period asked for."""
    span = span_of(asked.period, view.zone, view.now, asked.first, asked.last)
    if span.begins_at is not None:
        where.add("c.id >= %(begins)s", begins=uuid7_floor(span.begins_at))
    if span.ends_at is not None:
        where.add("c.id < %(ends)s", ends=uuid7_floor(span.ends_at))


def add_choice(where: Conditions, viewer: Viewer, asked: MissedList) -> None:
    """The queue and the employee asked for: to whom a call is assigned, else everyone at whom it rang."""
    if asked.queue is not None:
        where.add("c.queue_id IS NULL" if asked.queue == NONE else "c.queue_id = %(queue)s", queue=asked.queue)
    for name, one in (("employee", asked.employee), ("me", viewer.pk if asked.mine else None)):
        if one == NONE:
            where.add(f"c.assigned_to_id IS NULL AND NOT {_RANG.format('IS NOT NULL')}")
        elif one is not None:
            rang = _RANG.format(f"= %({name})s")
            where.add(f"(c.assigned_to_id = %({name})s OR (c.assigned_to_id IS NULL AND {rang}))", **{name: one})


_RANG = "EXISTS (SELECT FROM calls_leg l WHERE l.account_id = c.account_id AND l.call_id = c.id AND l.employee_id {})"


def _visible(viewer: Viewer, account: int | None) -> Conditions:
    where, allowed = Conditions(), call_accounts(viewer)
    if account is not None:
        allowed = frozenset({account}) if allowed is None else allowed & {account}
    if allowed is not None:
        where.nothing = not allowed
        if len(allowed) == 1:
            where.add("c.account_id = %(account)s", account=next(iter(allowed)))
        else:
            where.add("c.account_id = ANY(%(accounts)s)", accounts=sorted(allowed))
    return where


visible_missed = _visible


def _rows(where: Conditions, limit: int, *, oldest_first: bool) -> list[MissedRow]:
    statement = named_sql("follow_up_rows.sql").format(where=where.sql, turn="ASC" if oldest_first else "DESC")
    with connection.cursor() as cursor:
        cursor.execute(statement, {**where.values, "limit": limit})
        return [MissedRow(*row) for row in cursor.fetchall()]


def _count(where: Conditions) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM calls_call c WHERE {where.sql} LIMIT {COUNT_LIMIT + 1}) AS found",  # noqa: S608
            where.values,
        )
        return int(cursor.fetchone()[0])
