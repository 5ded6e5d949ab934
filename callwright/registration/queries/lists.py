"""The lists of registrations and of unregistered calls (REG-3, REG-4): criteria as `asked.Asked` reads them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection

from callwright.kit.identity import id_in, uuid7_floor
from callwright.registration.asked import Asked
from callwright.registration.queries.named import named_sql
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

PAGE = 50
MOST_COUNTED = 10_000
"""Rows that are counted one by one; of more only this is known."""

Words = tuple[str, str, str]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose registrations a viewer may see: of these accounts (None: all), of one employee alone or of all."""

    accounts: frozenset[int] | None
    only: int | None

    @property
    def nothing(self) -> bool:
        return self.accounts is not None and not self.accounts


def scope_of(viewer: Viewer, accounts: tuple[int, ...] = ()) -> Scope:
    """Agents see what they registered themselves; who sees reports sees all of their accounts. Of these, `accounts`."""
    if not may(viewer, "see_registrations"):
        return Scope(frozenset(), None)
    allowed = visible_account_ids(viewer)
    if accounts:
        allowed = frozenset(accounts) if allowed is None else allowed & frozenset(accounts)
    return Scope(allowed, None if may(viewer, "see_reports") else viewer.pk)


@dataclass(frozen=True, slots=True)
class ListedCall:
    """What a row of either list says of its call; talk time in seconds."""

    account_id: int
    call_id: UUID
    account: str
    account_zone: str
    home_country: str
    agent_id: int | None
    agent: str
    queue: str
    direction: str
    started_at: datetime
    client_number: str
    from_name: str
    contact: str
    talk_s: int

    @property
    def caller(self) -> str:
        return self.contact or self.from_name


@dataclass(frozen=True, slots=True)
class ListedRegistration:
    """`changes`: how often it was saved differently; `findings`: what is open against it."""

    id: UUID
    call: ListedCall
    words: tuple[Words, ...]
    comment: str
    created_at: datetime
    updated_at: datetime
    changes: int
    findings: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A call of which an agent registered nothing. `due`: open or released where they had to, else empty; where all are
    shown that somebody was asked about, or that are registered, of the others registered, or elsewhere: by somebody
    else.
    """

    call: ListedCall
    due: str
    released_by: str

    @property
    def key(self) -> str:
        return f"{self.call.call_id}.{self.call.agent_id or 0}"


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    rows: tuple[Row, ...]
    next: str


def registrations(
    viewer: Viewer, asked: Asked, *, now: datetime, after: str = "", limit: int = PAGE
) -> "ListPage[ListedRegistration]":
    """The registrations that the viewer may see, newest calls first; one query besides the rights."""
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return ListPage((), "")
    texts, values = conditions(scope, asked, now=now)
    place = _uuid(after)
    if place:
        texts.append("r.id < %(after)s")
    with connection.cursor() as cursor:
        sql = named_sql("registrations.sql").replace("{where}", " AND ".join(texts))
        cursor.execute(sql, {**values, "after": place, "limit": limit + 1})
        rows = [_registration(row) for row in cursor.fetchall()]
    return ListPage(tuple(rows[:limit]), str(rows[limit - 1].id) if len(rows) > limit else "")


def count_registrations(viewer: Viewer, asked: Asked, *, now: datetime) -> int:
    """How many there are; MOST_COUNTED + 1 stands for more."""
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return 0
    texts, values = conditions(scope, asked, now=now)
    sql = f"SELECT FROM registration_registration r WHERE {' AND '.join(texts)}"
    return counted(sql, values)


def counted(sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT {MOST_COUNTED + 1}) x", values)  # noqa: S608 (fixed texts)
        return int(cursor.fetchone()[0])


def conditions(scope: Scope, asked: Asked, *, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """Of a registration `r`. One in which nothing is ticked and written does not count as one."""
    texts, values = _shared(scope, asked, now=now, key="r.id", agent="r.by_id", table="r")
    texts.append("r.topics <> '{}'" if asked.ticked else "(r.topics <> '{}' OR r.comment <> '')")
    if asked.topic:
        texts.append("r.topics && %(topics)s::bigint[]")
    if asked.category:
        texts.append(
            "r.topics && ARRAY(SELECT t.id FROM registration_topic t WHERE t.category_id = ANY(%(categories)s))"
        )
    if asked.contact_category:
        texts.append(
            "EXISTS (SELECT FROM calls_call c WHERE c.account_id = r.account_id AND c.id = r.call_id"
            " AND coalesce(c.category_id, 0) = ANY(%(contact_categories)s))"
        )
    if asked.text:
        texts.append("r.comment <> '' AND r.comment ILIKE %(text)s")
    return texts, values


def _shared(
    scope: Scope, asked: Asked, *, now: datetime, key: str, agent: str, table: str
) -> tuple[list[str], dict[str, Any]]:
    span = asked.span(now)
    texts: list[str] = []
    values: dict[str, Any] = {
        "accounts": sorted(scope.accounts or ()), "only": scope.only, "agents": list(asked.agent), "zone": asked.zone,
        "begins": span.begins_at and uuid7_floor(span.begins_at), "ends": span.ends_at and uuid7_floor(span.ends_at),
        "queues": list(asked.queue), "directions": list(asked.direction), "topics": list(asked.topic),
        "categories": list(asked.category), "contact_categories": list(asked.contact_category),
        "text": f"%{like(asked.text)}%", "hours": list(asked.hour), "weekdays": list(asked.weekday),
    }  # fmt: skip
    local = f"{table}.started_at AT TIME ZONE %(zone)s"
    for is_set, text in (
        # Of the table that is read by `key`: asked of another, all rows of the accounts would be read and sorted.
        (scope.accounts is not None, f"{key.partition('.')[0]}.account_id = ANY(%(accounts)s)"),
        (scope.only is not None, f"{agent} = %(only)s"),
        (span.begins_at, f"{key} >= %(begins)s"),
        (span.ends_at, f"{key} < %(ends)s"),
        (asked.agent, among(agent, "agents", asked.agent)),
        (asked.queue, among(f"{table}.queue_id", "queues", asked.queue)),
        (asked.direction, f"{table}.direction = ANY(%(directions)s)"),
        (asked.hour, f"extract(hour FROM {local}) = ANY(%(hours)s)"),
        (asked.weekday, f"extract(isodow FROM {local}) = ANY(%(weekdays)s)"),
    ):
        if is_set:
            texts.append(text)
    return texts or ["true"], values


def among(column: str, name: str, ids: Sequence[int]) -> str:
    """That a column is one of the values `name`, of which 0 stands for none; written so that an index answers it."""
    one_of = f"{column} = ANY(%({name})s)"
    return f"({one_of} OR {column} IS NULL)" if 0 in ids else one_of


def like(text: str) -> str:
    """The text as a part of a pattern, in which nothing else has a meaning."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _registration(row: tuple[Any, ...]) -> ListedRegistration:
    id, words, comment, created_at, updated_at, changes, findings, *call = row
    shown = tuple((str(one[0]), str(one[1]), str(one[2])) for one in json.loads(words))
    return ListedRegistration(id, ListedCall(*call), shown, comment, created_at, updated_at, changes, findings)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


# ── unregistered calls ────────────────────────────────────────────────────────────────────────────────────────────


_OF_CATEGORY = """EXISTS (
    SELECT FROM calls_call c
    JOIN registration_offerspell o ON o.since <= c.ended_at AND (o.until IS NULL OR c.ended_at < o.until)
        AND (o.directions = '{}' OR c.direction = ANY(o.directions))
        AND (o.accounts = '{}' OR c.account_id = ANY(o.accounts)) AND (o.queues = '{}' OR c.queue_id = ANY(o.queues))
    WHERE c.account_id = m.account_id AND c.id = m.call_id AND o.category_id = ANY(%(categories)s))"""
_TICKED_OF_CATEGORY = """EXISTS (
    SELECT FROM registration_registration r
    WHERE r.account_id = m.account_id AND r.call_id = m.call_id
        AND r.topics && ARRAY(SELECT t.id FROM registration_topic t WHERE t.category_id = ANY(%(categories)s)))"""


def missing_sql(scope: Scope, asked: Asked, *, now: datetime, page: str = "") -> tuple[str, dict[str, Any]]:
    """A statement of (account_id, call_id, agent_id), one row for each agent who registered nothing of a call: those
    who answered it where something was offered when it ended, and those who had to and did not, or were released.
    With `asked` also those who did; with `registered` each registered call once, with who talked. `page`, where one is
    wanted, is its place ("after", "first") for `missing_page.sql`.
    """
    if asked.registered:
        return _registered_sql(scope, asked, now=now, page=page)
    key = "k.id" if asked.asked else "m.call_id"
    texts, values = _shared(scope, asked, now=now, key=key, agent="m.agent_id", table="m")
    if asked.contact_category:
        texts.append("m.category_id = ANY(%(contact_categories)s)")
    if asked.category:
        texts.append(_OF_CATEGORY)
    if page == "after":
        texts += [f"{key} <= %(after)s", "(m.call_id, m.agent_id) < (%(after)s, %(after_agent)s)"]
    order = "ORDER BY m.call_id DESC, m.agent_id DESC LIMIT %(limit)s" if page else ""
    return _filled("asked.sql" if asked.asked else "missing.sql", texts, order), values


def _registered_sql(scope: Scope, asked: Asked, *, now: datetime, page: str) -> tuple[str, dict[str, Any]]:
    texts, values = _shared(scope, asked, now=now, key="k.id", agent="k.employee_id", table="m")
    if asked.contact_category:
        texts.append("coalesce(k.category_id, 0) = ANY(%(contact_categories)s)")
    if asked.category:
        texts.append(_TICKED_OF_CATEGORY)
    if page == "after":
        texts.append("k.id < %(after)s")
    return _filled("registered.sql", texts, "ORDER BY k.id DESC LIMIT %(limit)s" if page else ""), values


def _filled(name: str, texts: list[str], order: str) -> str:
    return named_sql(name).replace("{where}", " AND ".join(texts)).replace("{order}", order)


def missing(viewer: Viewer, asked: Asked, *, now: datetime, after: str = "", limit: int = PAGE) -> "ListPage[Missing]":
    """The calls of which the viewer may see that nothing was registered, newest first; one query besides the rights."""
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return ListPage((), "")
    id, _, number = after.partition(".")
    place, agent = _uuid(id), id_in(number)
    is_after = place is not None and agent is not None
    sql, values = missing_sql(scope, asked, now=now, page="after" if is_after else "first")
    statement = named_sql("missing_page.sql").replace("{missing}", sql)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "after": place, "after_agent": agent, "limit": limit + 1})
        rows = [Missing(ListedCall(*row[2:]), row[0] or "", row[1] or "") for row in cursor.fetchall()]
    return ListPage(tuple(rows[:limit]), rows[limit - 1].key if len(rows) > limit else "")


def count_missing(viewer: Viewer, asked: Asked, *, now: datetime) -> int:
    """How many rows `missing` has in all; MOST_COUNTED + 1 stands for more."""
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return 0
    sql, values = missing_sql(scope, asked, now=now)
    return counted(f"SELECT FROM ({sql}) m", values)
