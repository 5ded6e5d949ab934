"""Judges registrations of an account by the rules in force, and keeps what is found: the same fault is one finding.
With it stand the words and limits of then, so that later changes of rules and topics change no history.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.registration.operations.ask_again import ask_again
from callwright.registration.queries.findings import topic_names
from callwright.registration.queries.named import sql_beside
from callwright.registration.queries.quality_rules import (
    rules_that_can_be_kept,
    topic_places,
    topics_wanting_comment,
    words_of_rules,
)
from callwright.registration.rules import Place
from callwright.registration.rules_quality import CUSTOM, ContactFacts, Facts, Fault, Rule, awake, fault


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one evaluation."""

    rules: tuple[Rule, ...]
    wanting_comment: frozenset[int]
    words: Mapping[int, str] = field(default_factory=dict)  # what agents are told, by rule
    places: Mapping[int, Place] = field(default_factory=dict)  # where topics can be ticked that others need

    def for_account(self, account_id: int) -> list[Rule]:
        return [one for one in self.rules if not one.accounts or account_id in one.accounts]


@dataclass(frozen=True, slots=True)
class Judged:
    """How many registrations have something new against them, and how many findings ended."""

    found: int = 0
    closed: int = 0


def rulebook() -> Rulebook:
    """Six queries."""
    rules = tuple(rules_that_can_be_kept())
    needed = {one for rule in rules if rule.kind == "needs" for one in rule.others}
    return Rulebook(rules, topics_wanting_comment(), words_of_rules(), topic_places(needed))


def judge(
    book: Rulebook, account_id: int, ids: Sequence[UUID], *, run_id: int | None, now: datetime, only_close: bool = False
) -> Judged:
    """Looks at registrations, new faults become findings of the run, findings whose fault is gone end; six queries at
    most. In the caller's transaction.
    """
    rules = book.for_account(account_id)
    faults = _with_words(book, [
        (rule, known, detail)
        for known, facts in _facts(account_id, ids, rules)
        for rule in rules
        if awake(rule, facts, book.places) and (detail := fault(rule, facts, book.wanting_comment)) is not None
    ])  # fmt: skip
    values: dict[str, Any] = {
        "account": account_id, "ids": list(ids), "run": run_id, "now": now, "add": not only_close,
        "faults": json.dumps(faults, default=str),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_sql("quality_close.sql"), values)
        closed = [call for (call,) in cursor.fetchall()]
        cursor.execute(_sql("quality_renew.sql"), values)
        cursor.execute(_sql("quality_keep.sql"), values)
        found = cursor.fetchall()
    ask_again(sorted({(account_id, call) for call in (*closed, *(call for _, call in found))}))
    return Judged(len({registration for registration, _ in found}), len(closed))


def _with_words(book: Rulebook, found: Sequence[tuple[Rule, dict[str, Any], Fault]]) -> list[dict[str, Any]]:
    """The faults with what stands in their rules and the words of the topics that these name."""
    names = topic_names({one for rule, _, detail in found for one in (*detail.get("topics", ()), *rule.others)})
    kept = []
    for rule, known, detail in found:
        named = sorted({*detail.get("topics", ()), *rule.others} & names.keys())
        then = {
            "words": book.words.get(rule.id, ""), "names": {str(one): names[one] for one in named},
            "limits": {
                "least": rule.least, "shortest_s": rule.shortest_s, "longest_s": rule.longest_s,
                "others": sorted(rule.others),
            },
        }  # fmt: skip
        kept.append({**known, "rule_id": rule.id, "detail": {**detail, **then}})
    return kept


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
