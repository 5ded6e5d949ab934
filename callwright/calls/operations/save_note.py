"""What an agent writes of a call, saved as it is typed (DESK-7)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.accounts.queries.accounts import note_recipients
from callwright.calls.models import CallNote, Leg
from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish

LONGEST_NOTE = 20_000


class NoteTooLong(Exception):
    """A note has at most `LONGEST_NOTE` characters."""


@transaction.atomic
def save_note(
    *, account_id: int, call_id: UUID, text: str, recipient_ids: Sequence[int], by: int, now: datetime
) -> bool:
    """Keeps the employee's own note on a call, with the account's recipients chosen for it; an empty text without a
    note before keeps nothing. Returns whether anything changed. The caller has checked that `by` may see the call.

    Recipients that are not the account's are left out. Raises NoteTooLong.
    """
    text = clean_lines(text)
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong
    chosen = _chosen(account_id, recipient_ids)
    with connection.cursor() as cursor:  # two tabs that save at once must not make two notes
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"note {call_id} {by}"])
    mine = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by)
    before = mine.order_by("id").first()
    if before is None and not text:
        return False
    if before is not None and (before.text, before.recipients) == (text, chosen):
        return False
    if before is None:
        CallNote.objects.create(
            account_id=account_id, call_id=call_id, text=text, recipients=chosen, by_id=by, created_at=now,
            updated_at=now,
        )  # fmt: skip
    else:
        mine.filter(pk=before.pk).update(text=text, recipients=chosen, updated_at=now)
    topics = ["calls", *(f"desk:{employee}" for employee in sorted(_at_the_call(account_id, call_id) | {by}))]
    publish([Change(topic, "note", str(call_id), account_id, {"by": by}) for topic in topics], now=now)
    return True


def _at_the_call(account_id: int, call_id: UUID) -> set[int]:
    """The employees at whose extensions the call is or was: a colleague who takes it over reads the note live."""
    legs = Leg.objects.filter(account_id=account_id, call_id=call_id, employee_id__isnull=False)
    return set(legs.values_list("employee_id", flat=True))


def _chosen(account_id: int, recipient_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The recipients as they are now; later changes of the account's list do not touch the note."""
    return [
        {key: value for key, value in asdict(one).items() if key != "by_default"}
        for one in note_recipients(account_id)
        if one.id in recipient_ids
    ]
