"""What accounts want of their recordings."""

from dataclasses import dataclass

from django.db.models import Q

from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.models import NeverRule, Policy


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """`keep_days` None: for ever. `own`: the account has said so itself."""

    keep_days: int | None
    own: bool
    consent: str


def is_never_recorded(call: RecordedCall) -> bool:
    """Whether a rule says that the call is not recorded."""
    rules = Q(account_id=call.account_id)
    if call.line_id is not None:
        rules |= Q(line_id=call.line_id)
    if call.queue_id is not None:
        rules |= Q(queue_id=call.queue_id)
    return NeverRule.objects.filter(rules).exists()


def policy_of(account_id: int) -> AccountPolicy:
    """What holds for an account: its own word, else the organisation's; one query."""
    rows = {row.account_id: row for row in Policy.objects.filter(Q(account_id=account_id) | Q(account_id=None))}
    own, all_ = rows.get(account_id), rows.get(None)
    keep = own.keep_days if own and own.keep_days else None
    return AccountPolicy(
        keep_days=keep or (all_.keep_days if all_ else None),
        own=keep is not None,
        consent=(own.consent if own else "") or (all_.consent if all_ else ""),
    )


def consent_text(account_id: int) -> str:
    """What agents say about recording on behalf of an account; empty when there is nothing to say."""
    return policy_of(account_id).consent
