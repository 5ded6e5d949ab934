"""Which employee sits at which extension."""

from collections.abc import Iterable
from datetime import datetime

from callwright.staff.models import Extension


def employees_at(pbx_id: int, extensions: Iterable[str], at: datetime) -> dict[str, int]:
    """User ids by extension number for those of `extensions` at which somebody sat at the time `at`."""
    rows = Extension.objects.filter(pbx_id=pbx_id, number__in=set(extensions), employee_id__isnull=False)
    return {number: user for number, user in rows.values_list("number", "employee_id") if user is not None}
