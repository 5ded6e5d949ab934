"""What became of a call that stood on a desk."""

from uuid import UUID

from callwright.calls.queries.took_in import took_in
from callwright.live.queries.log import last_data

_MOST = 5  # of consultations in consultations


def became(user_id: int, call_id: UUID) -> UUID | None:
    """The call of the employee that this one became part of; None where it did not."""
    found: UUID | None = None
    for _step in range(_MOST):
        told = last_data("calls", "call", str(found or call_id))
        if not told.get("gone") or not told.get("into"):
            break
        found = UUID(told["into"])
    return found or took_in(user_id, call_id)
