"""What became of a call that stood on a desk."""

from uuid import UUID

from callwright.live.queries.log import last_data

_MOST = 5  # of consultations in consultations


def became(call_id: UUID) -> UUID | None:
    """The call that this one became part of within the last hour; None where it did not, or nobody knows any more."""
    found: UUID | None = None
    for _step in range(_MOST):
        told = last_data("calls", "call", str(found or call_id))
        if not told.get("gone") or not told.get("into"):
            break
        found = UUID(told["into"])
    return found
