"""What evaluations found (REG-5): the list by registration, and what concerns one call."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.kit.identity import uuid7_floor
from callwright.registration.asked import Asked
from callwright.registration.queries.lists import PAGE, ListedCall, ListPage, Scope, counted, scope_of
from callwright.registration.queries.named import named_sql
from callwright.staff.queries.rights import Viewer

COUNTED = ("", "corrected", "removed")
"""Ways of ending with which a registration was wrong all the same: neither dismissed nor is the rule gone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a registration. `topics` are the words of the topics that `detail` names, by id; `how` it ended,
    blank while open; `rule_in_force`: it still is evaluated.
    """

    id: int
    account_id: int
    call_id: UUID
    registration_id: UUID
    rule_id: int
    kind: str
    rule_name: str
    rule_words: str
    limits: dict[str, Any]
    detail: dict[str, Any]
    found_at: datetime
    how: str
    closed_at: datetime | None
    closed_by: str
    reason: str
    topics: dict[int, str]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


_COLUMNS = """
    f.id, f.account_id, f.call_id, f.registration_id, f.rule_id, q.kind, q.name, q.words,
    jsonb_build_object('least', q.least, 'shortest_s', q.shortest_s, 'longest_s', q.longest_s, 'topics', q.topics,
        'others', q.others, 'directions', q.directions)::text,
    f.detail::text, f.found_at, f.how, f.closed_at, coalesce(w.name, ''), f.reason
"""
_FROM = """
    FROM registration_qualityfinding f
    JOIN registration_qualityrule q ON q.id = f.rule_id
    LEFT JOIN staff_user w ON w.id = f.closed_by_id
"""
_OF_CALL = f"""
    SELECT {_COLUMNS} {_FROM} WHERE f.account_id = %s AND f.call_id = %s ORDER BY f.closed_at IS NOT NULL, f.id
"""
_OF_MANY = f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE f.account_id = ANY(%s) AND f.registration_id = ANY(%s) ORDER BY f.closed_at IS NOT NULL, f.id
"""
_TOPICS = """
    SELECT t.id, CASE WHEN above.id IS NULL THEN t.name ELSE above.name || ': ' || t.name END
    FROM registration_topic t LEFT JOIN registration_topic above ON above.id = t.parent_id WHERE t.id = ANY(%s)
"""


def findings_of(account_id: int, call_id: UUID) -> tuple[Finding, ...]:
    """All findings of a call, open ones first; at most two queries. For whoever may see the call's registrations."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CALL, [account_id, call_id])
        return _findings(cursor.fetchall())


def _findings(rows: Sequence[tuple[Any, ...]]) -> tuple[Finding, ...]:
    read: list[list[Any]] = [[*row[:8], json.loads(row[8]), json.loads(row[9]), *row[10:]] for row in rows]
    wanted = {id for row in read for id in (*row[9].get("topics", ()), *row[8]["topics"], *row[8]["others"])}
    names = topic_names(wanted)
    return tuple(Finding(*[*row, names]) for row in read)


def topic_names(ids: set[int]) -> dict[int, str]:
    """The topics' words now, "above: topic" where they are nested; one query where there are any."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TOPICS, [sorted(ids)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class WrongRegistration:
    """A row of the list: a registration with all that was found against it. `is_gone`: its call was removed."""

    registration_id: UUID
    call: ListedCall
    words: tuple[tuple[str, str, str], ...]
    comment: str
    is_gone: bool
    findings: tuple[Finding, ...]

    @property
    def is_open(self) -> bool:
        return any(one.is_open for one in self.findings)


def wrong_registrations(
    viewer: Viewer, asked: Asked, *, now: datetime, after: str = "", limit: int = PAGE
) -> "ListPage[WrongRegistration]":
    """Registrations with findings that fit, each once however many rules speak against it, newest calls first; three
    queries besides the rights.
    """
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return ListPage((), "")
    texts, values = conditions_of(scope, asked, now)
    place = _uuid(after)
    if place:
        texts.append("f.registration_id < %(after)s")
    sql = named_sql("findings.sql").replace("{where}", " AND ".join(texts))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "after": place, "limit": limit + 1})
        rows = cursor.fetchall()
        shown = rows[:limit]
        cursor.execute(_OF_MANY, [[row[4] for row in shown], [row[0] for row in shown]])
        found = _findings(cursor.fetchall()) if shown else ()
    by_registration: dict[UUID, list[Finding]] = {}
    for one in found:
        by_registration.setdefault(one.registration_id, []).append(one)
    listed = tuple(
        WrongRegistration(
            row[0], ListedCall(*row[4:]), tuple((str(a), str(b), str(c)) for a, b, c in json.loads(row[1] or "[]")),
            row[2] or "", row[3], tuple(_fitting(by_registration.get(row[0], ()), asked)),
        )
        for row in shown
    )  # fmt: skip
    return ListPage(listed, str(rows[limit - 1][0]) if len(rows) > limit else "")


def _fitting(found: Sequence[Finding], asked: Asked) -> list[Finding]:
    """Of a row, the findings of the state and the rules that were asked for."""
    return [one for one in found if _is_in(one.how, asked.state) and (not asked.rule or one.rule_id in asked.rule)]


def _is_in(how: str, state: str) -> bool:
    match state:
        case "open":
            return how == ""
        case "counted":
            return how in COUNTED
        case "all":
            return True
    return how == state


def count_wrong(viewer: Viewer, asked: Asked, *, now: datetime) -> int:
    """How many rows `wrong_registrations` has in all; `lists.MOST_COUNTED` + 1 stands for more."""
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return 0
    texts, values = conditions_of(scope, asked, now)
    where = " AND ".join(texts)
    sql = f"SELECT FROM registration_qualityfinding f WHERE {where} GROUP BY f.registration_id"
    return counted(sql, values)


def conditions_of(scope: Scope, asked: Asked, now: datetime) -> tuple[list[str], dict[str, Any]]:
    """Of a finding `f`."""
    span = asked.span(now)
    values: dict[str, Any] = {
        "accounts": sorted(scope.accounts or ()), "only": scope.only, "agents": list(asked.agent),
        "begins": span.begins_at and uuid7_floor(span.begins_at), "ends": span.ends_at and uuid7_floor(span.ends_at),
        "queues": list(asked.queue), "directions": list(asked.direction), "rules": list(asked.rule),
        "state": asked.state, "counted": list(COUNTED), "topics": list(asked.topic),
    }  # fmt: skip
    state = {
        "open": "f.closed_at IS NULL", "counted": "f.how = ANY(%(counted)s)", "all": "true",
    }.get(asked.state, "f.how = %(state)s")  # fmt: skip
    texts = [state]
    for is_set, text in (
        (scope.accounts is not None, "f.account_id = ANY(%(accounts)s)"),
        (scope.only is not None, "f.agent_id = %(only)s"),
        (span.begins_at, "f.registration_id >= %(begins)s"),
        (span.ends_at, "f.registration_id < %(ends)s"),
        (asked.agent, "coalesce(f.agent_id, 0) = ANY(%(agents)s)"),
        (asked.queue, "coalesce(f.queue_id, 0) = ANY(%(queues)s)"),
        (asked.direction, "f.direction = ANY(%(directions)s)"),
        (asked.rule, "f.rule_id = ANY(%(rules)s)"),
        (asked.topic, "EXISTS (SELECT FROM registration_registration r WHERE r.account_id = f.account_id"
                      " AND r.id = f.registration_id AND r.topics && %(topics)s::bigint[])"),
    ):  # fmt: skip
        if is_set:
            texts.append(text)
    return texts, values


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


_OF_RUN = f"""
    SELECT {_COLUMNS}, a.name, f.agent_id, coalesce(u.name, ''), f.started_at
    {_FROM}
    JOIN accounts_account a ON a.id = f.account_id
    LEFT JOIN staff_user u ON u.id = f.agent_id
    WHERE f.run_id = %s AND f.closed_at IS NULL ORDER BY f.registration_id, f.id
"""


def findings_of_run(run_id: int) -> list[tuple[Finding, str, int | None, str, datetime]]:
    """What an evaluation found and is still open: (finding, account, agent's id and name, start of the call), calls in
    their order. For the product itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_RUN, [run_id])
        rows = cursor.fetchall()
    found = _findings([row[:-4] for row in rows])
    return [(finding, *row[-4:]) for finding, row in zip(found, rows, strict=True)]
