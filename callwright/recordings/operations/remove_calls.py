"""Takes away what is kept of calls that are removed or made anonymous (CALL-16)."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from callwright.recordings.operations.fetch_recording import forget_recording


def remove_calls(account_id: int, call_ids: Sequence[UUID]) -> None:
    """Recordings and their files go; in the transaction that takes the calls away."""
    forget_recording(account_id, list(call_ids), timezone.now())
