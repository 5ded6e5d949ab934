"""Judges registrations of an account by the rules in force, and keeps what is found: the same fault is one finding."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.registration.queries.named import sql_beside
from callwright.registration.queries.quality_rules import rules_in_force, topics_wanting_comment
from callwright.registration.rules_quality import CUSTOM, ContactFacts, Facts, Rule, fault


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one evaluation."""

    rules: tuple[Rule, ...]
    wanting_comment: frozenset[int]

    def for_account(self, account_id: int) -> list[Rule]:
        return [one for one in self.rules if not one.accounts or account_id in one.accounts]


@dataclass(frozen=True, slots=True)
class Judged:
    """How many registrations have something new against them, and how many findings ended."""

    found: int = 0
    closed: int = 0


def rulebook() -> Rulebook:
    """Two queries."""
    return Rulebook(tuple(rules_in_force()), topics_wanting_comment())


def judge(
    book: Rulebook, account_id: int, ids: Sequence[UUID], *, run_id: int | None, now: datetime, only_close: bool = False
) -> Judged:
    """Looks at registrations, new faults become findings of the run, findings whose fault is gone end; four queries.
    In the caller's transaction.
    """
    rules = book.for_account(account_id)
    faults = [
        {**known, "rule_id": rule.id, "detail": detail}
        for known, facts in _facts(account_id, ids, rules)
        for rule in rules
        if (detail := fault(rule, facts, book.wanting_comment)) is not None
    ]
    values: dict[str, Any] = {
        "account": account_id, "ids": list(ids), "run": run_id, "now": now, "add": not only_close,
        "faults": json.dumps(faults, default=str),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_sql("quality_close.sql"), values)
        closed = cursor.rowcount
        cursor.execute(_sql("quality_renew.sql"), values)
        cursor.execute(_sql("quality_keep.sql"), values)
        found = {row[0] for row in cursor.fetchall()}
    return Judged(len(found), closed)


def _facts(account_id: int, ids: Sequence[UUID], rules: Collection[Rule]) -> list[tuple[dict[str, Any], Facts]]:
    kinds = {rule.kind for rule in rules}
    values: dict[str, Any] = {
        "account": account_id, "ids": list(ids), "contacts": bool(kinds & {"contact", "duplicate"}),
        "doubles": "duplicate" in kinds,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_sql("quality_facts.sql"), values)
        return [_read(account_id, row) for row in cursor.fetchall()]


def _read(account_id: int, row: tuple[Any, ...]) -> tuple[dict[str, Any], Facts]:
    id, call_id, by_id, topics, comment, direction, queue_id, started_at, updated_at, talk_s, contact_id, *of = row
    known = {
        "registration_id": id, "call_id": call_id, "agent_id": by_id, "queue_id": queue_id, "direction": direction,
        "started_at": started_at.isoformat(), "updated_at": updated_at.isoformat(),
    }  # fmt: skip
    contact = _contact(*of) if contact_id is not None else None
    return known, Facts(account_id, frozenset(topics), comment, direction, queue_id, talk_s, contact)


def _contact(
    values: str, custom: str, is_company: bool, country: str, numbers: list[str], emails: list[str], doubles: list[int]
) -> ContactFacts:
    texts = {name: str(value or "") for name, value in json.loads(values).items()}
    texts |= {CUSTOM + code: str(value) for code, value in json.loads(custom or "{}").items() if value is not None}
    return ContactFacts(texts, tuple(numbers), tuple(emails), is_company, country, tuple(doubles or ()))


def _sql(name: str) -> str:
    return sql_beside(__file__, name)
