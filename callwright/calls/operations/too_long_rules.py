"""The rules of talk time as supervisors set them up (CALL-7)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from callwright.calls.models import TooLongRule
from callwright.calls.search import DIRECTIONS
from callwright.calls.too_long import LONGEST_LIMIT_S, LONGEST_PREFIX, SHORTEST_LIMIT_S
from callwright.kit.texts import clean_line
from callwright.staff.operations.record_audit import record_audit


class RuleRefused(Exception):
    """`reason` is a code: exists, no_limit, bad_prefix, bad_direction."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RuleWish:
    """What a rule is to be; an empty condition fits all calls, the limit is in seconds."""

    limit_s: int
    name: str = ""
    prefix: str = ""
    queue_id: int | None = None
    account_id: int | None = None
    direction: str = ""
    active: bool = True


def save_rule(*, rule_id: int | None, wish: RuleWish, by: int, now: datetime) -> int:
    """A new rule, or one changed; returns its id. Calls that were flagged before keep what they were flagged with.

    The caller has checked that the rule and its account are the user's to set up. Raises RuleRefused,
    TooLongRule.DoesNotExist.
    """
    _check(wish)
    try:
        with transaction.atomic():
            return _save(rule_id, wish, by, now)
    except IntegrityError as error:
        raise RuleRefused("exists") from error


def _check(wish: RuleWish) -> None:
    if not SHORTEST_LIMIT_S <= wish.limit_s <= LONGEST_LIMIT_S:
        raise RuleRefused("no_limit")
    if len(wish.prefix) > LONGEST_PREFIX or not (wish.prefix.removeprefix("+") or "0").isdigit():
        raise RuleRefused("bad_prefix")
    if wish.direction not in ("", *DIRECTIONS):
        raise RuleRefused("bad_direction")


def _save(rule_id: int | None, wish: RuleWish, by: int, now: datetime) -> int:
    known = TooLongRule.objects.select_for_update().get(pk=rule_id) if rule_id is not None else None
    rule = known or TooLongRule()
    before = _as_kept(rule) if known else {}
    for name, value in asdict(wish).items():
        setattr(rule, name, clean_line(value)[:80] if name == "name" else value)
    if known and before == _as_kept(rule):
        return rule.pk
    rule.changed_at, rule.changed_by_id = now, by
    rule.save()
    _record("too_long_rule_saved", rule, by, now, {"before": before, "after": _as_kept(rule)})
    return rule.pk


@transaction.atomic
def retire_rule(*, rule_id: int, retired: bool, by: int, now: datetime) -> None:
    """Takes a rule out of force for good, or puts it back. Raises RuleRefused, TooLongRule.DoesNotExist."""
    rule = TooLongRule.objects.select_for_update().get(pk=rule_id)
    if (rule.retired_at is not None) is retired:
        return
    same = TooLongRule.objects.filter(
        prefix=rule.prefix, queue=rule.queue_id, account=rule.account_id, direction=rule.direction, retired_at=None
    )
    if not retired and same.exists():
        raise RuleRefused("exists")
    rule.retired_at = now if retired else None
    rule.changed_at, rule.changed_by_id = now, by
    rule.save(update_fields=["retired_at", "changed_at", "changed_by"])
    _record("too_long_rule_retired" if retired else "too_long_rule_offered", rule, by, now, {})


def _as_kept(rule: TooLongRule) -> dict[str, Any]:
    names = ("name", "prefix", "queue_id", "account_id", "direction", "limit_s", "active")
    return {name: getattr(rule, name) for name in names}


def _record(action: str, rule: TooLongRule, by: int, now: datetime, detail: dict[str, Any]) -> None:
    record_audit(
        action=action, subject=f"too_long_rule:{rule.pk}", by=by, account_id=rule.account_id, detail=detail, now=now
    )
