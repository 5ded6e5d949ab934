"""What was registered of one call, with all changes and what is wrong with it, for the call's page."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.visible import visible_calls
from callwright.registration.queries.findings import Finding, findings_of
from callwright.registration.queries.lists import Words
from callwright.staff.queries.rights import Viewer, may


@dataclass(frozen=True, slots=True)
class Change:
    """How a registration was after one change, `by` whom."""

    by: str
    at: datetime
    words: tuple[Words, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What one employee registered; the newest change stands first. `may_correct`: the viewer may."""

    id: UUID
    agent_id: int | None
    agent: str
    order: tuple[int, ...]  # the topics, as their words
    words: tuple[Words, ...]
    comment: str
    updated_at: datetime
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    may_correct: bool

    @property
    def topics(self) -> frozenset[int]:
        return frozenset(self.order)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.is_open)


@dataclass(frozen=True, slots=True)
class CallPart:
    """`agent_id` answered the call or made it; `may_register`: nothing is registered by them, and the viewer may do so
    for them.
    """

    account_id: int
    call_id: UUID
    direction: str
    queue_id: int | None
    agent_id: int | None
    agent: str
    registered: tuple[Registered, ...]
    may_register: bool


_REGISTERED = """
    SELECT r.id, r.by_id, coalesce(u.name, ''), r.topics, r.words::text, r.comment, r.updated_at
    FROM registration_registration r LEFT JOIN staff_user u ON u.id = r.by_id
    WHERE r.account_id = %(account)s AND r.call_id = %(call)s ORDER BY r.created_at, r.id
"""
_CHANGES = """
    SELECT h.registration_id, coalesce(u.name, ''), h.at, h.words::text, h.comment
    FROM registration_registrationchange h LEFT JOIN staff_user u ON u.id = h.by_id
    WHERE h.account_id = %(account)s AND h.call_id = %(call)s ORDER BY h.id DESC
"""


def call_part(viewer: Viewer, call_id: UUID) -> CallPart | None:
    """What is registered of a call; None for one that the viewer may not see. How it changed and what was found against
    it agents see of their own alone. Four queries besides the rights.
    """
    if not may(viewer, "see_registrations"):
        return None
    found = visible_calls(viewer).filter(id=call_id).values_list(
        "account_id", "direction", "queue_id", "employee_id", "employee__name", "answered_at"
    ).first()  # fmt: skip
    if found is None:
        return None
    account_id, direction, queue_id, agent_id, agent, answered_at = found
    key: dict[str, Any] = {"account": account_id, "call": call_id}
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, key)
        rows = cursor.fetchall()
        cursor.execute(_CHANGES, key)
        changes: dict[UUID, list[Change]] = {}
        for registration, by, at, words, comment in cursor.fetchall():
            changes.setdefault(registration, []).append(Change(by, at, _words(words), comment))
    findings = findings_of(account_id, call_id)
    of_all = may(viewer, "see_reports") or may(viewer, "see_quality")
    registered = tuple(
        _registered(row, *((changes, findings) if of_all or row[1] == viewer.pk else ({}, ())), viewer) for row in rows
    )
    done = {one.agent_id for one in registered}
    is_asked = answered_at is not None and agent_id is not None and direction != "internal" and agent_id not in done
    return CallPart(
        account_id, call_id, direction, queue_id, agent_id, agent or "", registered,
        is_asked and may_correct(viewer, agent_id, is_open=True),
    )  # fmt: skip


def may_correct(viewer: Viewer, agent_id: int | None, *, is_open: bool) -> bool:
    """Whether the viewer may change what the agent registered: agents their own while something `is_open` against it,
    who looks after the quality anybody's.
    """
    if agent_id is None:
        return False
    return may(viewer, "see_quality") or (is_open and agent_id == viewer.pk and may(viewer, "register_calls"))


def _registered(
    row: Any, changes: dict[UUID, list[Change]], findings: tuple[Finding, ...], viewer: Viewer
) -> Registered:
    id, agent_id, agent, topics, words, comment, updated_at = row
    mine = tuple(one for one in findings if one.registration_id == id)
    is_open = any(one.is_open for one in mine)
    return Registered(
        id, agent_id, agent, tuple(topics), _words(words), comment, updated_at, tuple(changes.get(id, ())), mine,
        may_correct(viewer, agent_id, is_open=is_open),
    )  # fmt: skip


def _words(text: str) -> tuple[Words, ...]:
    return tuple((str(one[0]), str(one[1]), str(one[2])) for one in json.loads(text))
