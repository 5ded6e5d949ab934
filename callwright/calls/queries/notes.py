"""Notes on calls."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callwright.calls.models import CallNote


@dataclass(frozen=True, slots=True)
class Note:
    """`recipients`: ids of the account's recipients as chosen for it."""

    by: int | None
    author: str
    text: str
    recipients: frozenset[int]
    updated_at: datetime


def notes_of_call(account_id: int, call_id: UUID) -> list[Note]:
    """All notes on a call, oldest first. Whoever may see the call may see them."""
    found = CallNote.objects.filter(account_id=account_id, call_id=call_id).select_related("by").order_by("id")
    return [
        Note(
            by=note.by_id,
            author=note.by.name if note.by else "",
            text=note.text,
            recipients=frozenset(int(one["id"]) for one in note.recipients if "id" in one),
            updated_at=note.updated_at,
        )
        for note in found
    ]
