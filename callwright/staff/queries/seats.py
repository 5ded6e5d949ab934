"""Who sits at which extension, now and at any moment before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.db.models import Q, QuerySet

from callwright.staff.models import AccountRight, Extension, Role, User
from callwright.staff.queries.rights import Viewer, may, visible_account_ids
from callwright.staff.queries.sharing import known_names


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    id: int
    pbx_id: int
    pbx: str
    number: str
    label: str
    employee_id: int | None
    employee: str
    taken_at: datetime | None


def extensions(*, pbx_id: int | None = None) -> list[ExtensionRow]:
    """All extensions with those who sit there, by PBX and number."""
    found = Extension.objects.select_related("pbx", "employee")
    if pbx_id is not None:
        found = found.filter(pbx_id=pbx_id)
    rows = [
        ExtensionRow(
            one.id, one.pbx_id, one.pbx.name, one.number, one.label,
            one.employee_id, one.employee.name if one.employee else "", one.taken_at,
        )
        for one in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.pbx, len(row.number), row.number))


def extensions_for(viewer: Viewer) -> list[ExtensionRow]:
    """All extensions, with the names of colleagues alone: who else sits somewhere stays unnamed."""
    rows = extensions()
    names = known_names(viewer, [row.employee_id for row in rows if row.employee_id is not None])
    return [replace(row, employee=names.get(row.employee_id or 0, "")) for row in rows]


def pbxs() -> QuerySet[Any]:
    """The PBXs that may have extensions; reached by the key of an extension, since telephony is a sibling."""
    related: Any = Extension._meta.get_field("pbx").related_model
    return cast("QuerySet[Any]", related._default_manager.order_by("slug"))


_SEAT = """
    SELECT e.id, e.pbx_id, p.name, e.number, e.label, u.id, u.name, e.taken_at
    FROM staff_extension e
    JOIN telephony_pbx p ON p.id = e.pbx_id
    JOIN staff_user u ON u.id = e.employee_id
    WHERE e.employee_id = %s
"""


def seat_of(user_id: int) -> ExtensionRow | None:
    """Where an employee sits now; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SEAT, [user_id])
        row = cursor.fetchone()
    return None if row is None else ExtensionRow(*row)


_SITTING = """
    SELECT pbx_id, number, taken_at, left_at, user_id FROM staff_seat
    WHERE pbx_id = ANY(%s) AND number = ANY(%s) AND taken_at <= %s AND (left_at IS NULL OR left_at > %s)
    ORDER BY taken_at DESC
"""


def employees_sitting(places: Sequence[tuple[int, str, datetime]]) -> dict[tuple[int, str, datetime], int]:
    """Who sat at each (PBX id, extension, moment): user id by place. One query, however many there are."""
    if not places:
        return {}
    moments = [at for _, _, at in places]
    pbxs, numbers = sorted({pbx_id for pbx_id, _, _ in places}), sorted({number for _, number, _ in places})
    with connection.cursor() as cursor:
        cursor.execute(_SITTING, [pbxs, numbers, max(moments), min(moments)])
        seats: dict[tuple[int, str], list[tuple[datetime, datetime | None, int]]] = {}
        for pbx_id, number, taken_at, left_at, user_id in cursor:
            seats.setdefault((pbx_id, number), []).append((taken_at, left_at, user_id))
    found: dict[tuple[int, str, datetime], int] = {}
    for place in places:
        at = place[2]
        for taken_at, left_at, user_id in seats.get(place[:2], ()):
            if taken_at <= at and (left_at is None or left_at > at):
                found[place] = user_id
                break
    return found


def employees_now(pbx_id: int, extensions: Iterable[str]) -> dict[str, int]:
    """Who sits at each of these extensions of a PBX now: extension to user id. One query."""
    taken = Extension.objects.filter(pbx_id=pbx_id, number__in=set(extensions), employee__isnull=False)
    return dict(taken.values_list("number", "employee_id"))


def seats_of(user_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Where each of these employees sits now: PBX id and extension. One query."""
    taken = Extension.objects.filter(employee_id__in=set(user_ids))
    return {
        user_id: (pbx_id, number) for user_id, pbx_id, number in taken.values_list("employee_id", "pbx_id", "number")
    }


def movable_employees(viewer: Viewer) -> QuerySet[User]:
    """The employees whom a supervisor may seat: those who share an account with the viewer."""
    if not may(viewer, "move_employees"):
        return User.objects.none()
    employees = User.objects.filter(is_active=True).exclude(role__in=[Role.CUSTOMER, Role.CONTROLLER])
    accounts = visible_account_ids(viewer)
    if accounts is not None:
        shared = AccountRight.objects.filter(account_id__in=accounts).values("user_id")
        employees = employees.filter(Q(pk__in=shared) | Q(all_accounts=True) | Q(pk=viewer.pk))
    return employees.order_by("name", "pk")
