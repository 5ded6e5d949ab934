"""Which columns of the register a user sees, in which order."""

from collections.abc import Sequence

from callwright.calls.columns import chosen_columns
from callwright.calls.models import ColumnChoice


def choose_columns(*, user_id: int, columns: Sequence[str]) -> None:
    """Keeps the user's columns in this order; none brings the usual ones back."""
    if not columns:
        ColumnChoice.objects.filter(user_id=user_id).delete()
        return
    kept = list(chosen_columns(columns, house=False))
    ColumnChoice.objects.update_or_create(user_id=user_id, defaults={"columns": kept})
