"""How the notes of an account are sent."""

from datetime import datetime

from django.db import transaction

from callwright.calls.models import NoteSettings
from callwright.staff.operations.record_audit import record_audit


@transaction.atomic
def save_note_settings(*, account_id: int, by_itself: bool, names_agent: bool, by: int, now: datetime) -> None:
    """Whether notes are sent by themselves after the call, and whether the mail says who took it. Notes that wait go as
    it is set when they are due. The caller has checked that `by` may set up the account.
    """
    values = {"by_itself": by_itself, "names_agent": names_agent}
    NoteSettings.objects.update_or_create(
        account_id=account_id, defaults={**values, "changed_at": now, "changed_by_id": by}
    )
    record_audit(
        action="note_settings_saved", subject=f"account:{account_id}", by=by, account_id=account_id, detail=values,
        now=now,
    )  # fmt: skip
