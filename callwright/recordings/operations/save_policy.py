"""What an account, or the organisation, wants of its recordings."""

from datetime import datetime

from django.db import IntegrityError, transaction

from callwright.recordings.models import NeverRule, Policy
from callwright.staff.operations.record_audit import record_audit


class RuleExists(Exception):
    """There is this rule already."""


@transaction.atomic
def save_policy(policy: Policy, *, by: int, address: str = "", now: datetime) -> None:
    """Stores it; what was kept longer than it says is erased by the worker within a minute."""
    policy.save()
    record_audit(
        action="recording_policy_changed",
        subject=f"account:{policy.account_id}" if policy.account_id else "organisation:1", by=by,
        account_id=policy.account_id, detail={"keep_days": policy.keep_days}, address=address, now=now,
    )  # fmt: skip


@transaction.atomic
def add_never_rule(
    *, account_id: int | None, line_id: int | None, queue_id: int | None, by: int, address: str = "", now: datetime
) -> NeverRule:
    """Calls of an account, over a line or through a queue (one of the three) are not recorded from now on. Raises
    RuleExists.
    """
    try:
        with transaction.atomic():
            rule = NeverRule.objects.create(account_id=account_id, line_id=line_id, queue_id=queue_id)
    except IntegrityError as error:
        raise RuleExists from error
    _note("recording_rule_added", rule, by=by, address=address, now=now)
    return rule


@transaction.atomic
def remove_never_rule(rule: NeverRule, *, by: int, address: str = "", now: datetime) -> None:
    """Calls are recorded again."""
    _note("recording_rule_removed", rule, by=by, address=address, now=now)
    rule.delete()


def _note(action: str, rule: NeverRule, *, by: int, address: str, now: datetime) -> None:
    about = {"account": rule.account_id, "line": rule.line_id, "queue": rule.queue_id}
    record_audit(
        action=action, subject=f"recording_rule:{rule.pk}", by=by, account_id=rule.account_id,
        detail={name: value for name, value in about.items() if value}, address=address, now=now,
    )  # fmt: skip
