"""What accounts want of their recordings."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
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


_RULED = """
    EXISTS (
        SELECT FROM calls_call c JOIN recordings_neverrule n
            ON n.account_id = c.account_id OR n.line_id = c.line_id OR n.queue_id = c.queue_id
        WHERE c.account_id = %(account)s AND c.id = %(call)s
    )
"""


def must_not_be_recorded(account_id: int, call_id: UUID) -> bool:
    """Whether a rule says that this call is not recorded; one query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_RULED}", {"account": account_id, "call": call_id})
        return bool(cursor.fetchone()[0])


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


_CONSENT = f"""
    SELECT consent FROM recordings_policy
    WHERE (account_id = %(account)s OR account_id IS NULL) AND consent <> '' AND NOT {_RULED}
    ORDER BY account_id NULLS LAST LIMIT 1
"""  # noqa: S608


def consent_text(account_id: int, call_id: UUID) -> str:
    """What agents say about recording in a call; empty when there is nothing to say, or it is never recorded."""
    with connection.cursor() as cursor:  # each card asks
        cursor.execute(_CONSENT, {"account": account_id, "call": call_id})
        row = cursor.fetchone()
    return row[0] if row else ""
