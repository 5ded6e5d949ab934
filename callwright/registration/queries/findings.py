"""What evaluations found (REG-5): the list by registration, and what concerns one call."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.kit.identity import uuid7_floor
from callwright.registration.asked import Asked
from callwright.registration.queries.lists import PAGE, ListedCall, ListPage, Scope, among, counted, like, scope_of
from callwright.registration.queries.named import named_sql
from callwright.staff.queries.rights import Viewer

COUNTED = ("", "corrected")
"""Ways of ending with which a registration was wrong all the same: neither dismissed, nor is rule or call gone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a registration. `rule_words`, `limits` and `topics` (the words of the topics named, by id) are those
    of when it was found; `how` it ended, blank while open.
    """

    id: int
    account_id: int
    call_id: UUID
    registration_id: UUID
    rule_id: int
    kind: str
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
    f.id, f.account_id, f.call_id, f.registration_id, f.rule_id, q.kind, q.words,
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
    read: list[list[Any]] = [[*row[:7], json.loads(row[7]), json.loads(row[8]), *row[9:]] for row in rows]
    wanted = {id for row in read for id in (*row[8].get("topics", ()), *row[7]["topics"], *row[7]["others"])}
    names = topic_names(wanted)
    return tuple(_finding(row, names) for row in read)


def _finding(row: Sequence[Any], names: dict[int, str]) -> Finding:
    """What was kept when it was found goes before what the rule and its topics say now."""
    *before, words, limits, detail = row[:9]
    then = {int(id): name for id, name in detail.get("names", {}).items()}
    limits = {**limits, **detail.get("limits", {})}
    told: list[Any] = [*before, detail.get("words", words), limits, detail, *row[9:], {**names, **then}]
    return Finding(*told)


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
        "state": asked.state, "counted": list(COUNTED), "topics": list(asked.topic), "zone": asked.zone,
        "hours": list(asked.hour), "weekdays": list(asked.weekday), "categories": list(asked.category),
        "contact_categories": list(asked.contact_category), "text": f"%{like(asked.text)}%",
    }  # fmt: skip
    state = {
        "open": "f.closed_at IS NULL", "counted": _IS_COUNTED, "all": "true",
    }.get(asked.state, "f.how = %(state)s")  # fmt: skip
    texts = [state]
    local = "f.started_at AT TIME ZONE %(zone)s"
    for is_set, text in (
        (scope.accounts is not None, "f.account_id = ANY(%(accounts)s)"),
        (scope.only is not None, "f.agent_id = %(only)s"),
        (span.begins_at, "f.registration_id >= %(begins)s"),
        (span.ends_at, "f.registration_id < %(ends)s"),
        (asked.agent, among("f.agent_id", "agents", asked.agent)),
        (asked.queue, among("f.queue_id", "queues", asked.queue)),
        (asked.direction, "f.direction = ANY(%(directions)s)"),
        (asked.rule, "f.rule_id = ANY(%(rules)s)"),
        (asked.hour, f"extract(hour FROM {local}) = ANY(%(hours)s)"),
        (asked.weekday, f"extract(isodow FROM {local}) = ANY(%(weekdays)s)"),
        (asked.topic or asked.category or asked.text, _OF_REGISTRATION.format(" AND ".join(_registered(asked)))),
        (asked.contact_category, _OF_CALL_WITH),
    ):
        if is_set:
            texts.append(text)
    return texts, values


_OF_REGISTRATION = """EXISTS (SELECT FROM registration_registration r
    WHERE r.account_id = f.account_id AND r.id = f.registration_id AND {})"""
# As the figures count it: of what is registered still, and of what is gone only in days that were final before it went.
_IS_COUNTED = f"""f.how = ANY(%(counted)s) AND ({_OF_REGISTRATION.format("r.topics <> '{}'")}
    OR NOT {_OF_REGISTRATION.format("true")} AND EXISTS (SELECT FROM registration_finaltopics t
        JOIN accounts_account a ON a.id = t.account_id
        WHERE t.account_id = f.account_id AND t.until >= (f.started_at AT TIME ZONE a.time_zone)::date))"""
_OF_CALL_WITH = """EXISTS (SELECT FROM calls_call c WHERE c.account_id = f.account_id AND c.id = f.call_id
    AND coalesce(c.category_id, 0) = ANY(%(contact_categories)s))"""


def _registered(asked: Asked) -> list[str]:
    """What is asked of the registration itself."""
    texts = ["r.topics && %(topics)s::bigint[]"] if asked.topic else []
    if asked.category:
        texts.append("r.topics && ARRAY(SELECT id FROM registration_topic WHERE category_id = ANY(%(categories)s))")
    if asked.text:
        texts.append("r.comment ILIKE %(text)s")
    return texts or ["true"]


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
    WHERE f.run_id = %(run)s AND f.closed_at IS NULL AND f.registration_id IN (
        SELECT DISTINCT registration_id FROM registration_qualityfinding
        WHERE run_id = %(run)s AND closed_at IS NULL
            AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY(%(accounts)s))
        ORDER BY registration_id LIMIT %(most)s
    )
    ORDER BY f.registration_id, f.id
"""  # noqa: S608 (from above)
FoundBy = tuple[Finding, str, int | None, str, datetime]


def findings_of_run(run_id: int, accounts: Collection[int] | None, *, most: int) -> list[FoundBy]:
    """What an evaluation found and is still open, of the first `most` registrations of these accounts (None: all):
    (finding, account, agent's id and name, start of the call), calls in their order. For the product itself.
    """
    with connection.cursor() as cursor:
        of = None if accounts is None else sorted(accounts)
        cursor.execute(_OF_RUN, {"run": run_id, "accounts": of, "most": most})
        rows = cursor.fetchall()
    found = _findings([row[:-4] for row in rows])
    return [(finding, *row[-4:]) for finding, row in zip(found, rows, strict=True)]


_COUNTS = """
    SELECT account_id, agent_id, count(DISTINCT registration_id), min(call_id::text)::uuid
    FROM registration_qualityfinding WHERE run_id = %s AND closed_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


def counts_of_run(run_id: int) -> list[tuple[int, int | None, int, UUID]]:
    """How many registrations an evaluation found something against that is still open: (account, agent, how many, one
    of their calls). For the product itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [run_id])
        counts: list[tuple[int, int | None, int, UUID]] = cursor.fetchall()
    return counts
