"""Keeps to whom the callers of an account are handed on, and about what (ACC-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from callwright.accounts.models import Account, AccountPerson, ForwardingRule, ForwardingStep
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish

MOST_RULES, MOST_STEPS = 40, 12


class RuleRefused(Exception):
    """Cannot be kept; `reason`: empty (neither people nor what is done otherwise), too_long, too_many, unknown."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class RuleWish:
    """`topic` blank: about anything else; `when` is a code of ForwardingRule.When; `people` are ids in their order;
    `otherwise` blank: take a note.
    """

    topic: str = ""
    when: str = "always"
    people: Sequence[int] = ()
    otherwise: str = ""


@transaction.atomic
def save_rule(*, account_id: int, rule_id: int | None = None, wish: RuleWish, now: datetime) -> int:
    """A new rule, after the others, or one as it is now; returns its id.

    Raises Account.DoesNotExist, ForwardingRule.DoesNotExist, RuleRefused.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    rules = ForwardingRule.objects.filter(account_id=account_id)
    topic, otherwise = clean_line(wish.topic), clean_line(wish.otherwise)
    people = list(dict.fromkeys(wish.people))
    _check(account_id, wish.when, topic, otherwise, people)
    if rule_id is None:
        if rules.count() >= MOST_RULES:
            raise RuleRefused("topic", "too_many")
        rule = ForwardingRule(account_id=account_id, position=rules.count())
    else:
        rule = rules.get(pk=rule_id)
    rule.topic, rule.when, rule.otherwise = topic, wish.when, otherwise
    rule.save()
    ForwardingStep.objects.filter(account_id=account_id, rule=rule).delete()
    ForwardingStep.objects.bulk_create(
        ForwardingStep(account_id=account_id, rule=rule, person_id=person, position=index)
        for index, person in enumerate(people)
    )
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)
    return rule.pk


def _check(account_id: int, when: str, topic: str, otherwise: str, people: list[int]) -> None:
    if when not in ForwardingRule.When.values:
        raise RuleRefused("when", "unknown")
    if len(topic) > 120:
        raise RuleRefused("topic", "too_long")
    if len(otherwise) > 200:
        raise RuleRefused("otherwise", "too_long")
    if not people and not otherwise:
        raise RuleRefused("people", "empty")
    if len(people) > MOST_STEPS:
        raise RuleRefused("people", "too_many")
    if AccountPerson.objects.filter(account_id=account_id, pk__in=people).count() != len(people):
        raise RuleRefused("people", "unknown")


@transaction.atomic
def remove_rule(*, account_id: int, rule_id: int, now: datetime) -> None:
    """Callers are no longer handed on by it. Twice is no error."""
    ForwardingRule.objects.filter(account_id=account_id, pk=rule_id).delete()
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


@transaction.atomic
def order_rules(*, account_id: int, rule_ids: Sequence[int], now: datetime) -> None:
    """The rules in this order; those of other accounts are passed over."""
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    known = list(ForwardingRule.objects.filter(account_id=account_id).order_by("position", "pk"))
    place = {id: index for index, id in enumerate(dict.fromkeys(rule_ids))}
    known.sort(key=lambda rule: place.get(rule.pk, len(place)))
    for index, rule in enumerate(known):
        rule.position = index
    ForwardingRule.objects.bulk_update(known, ["position"])
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)
