"""Hot desking: employees take and leave extensions, and the history keeps who sat where."""

from datetime import datetime

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.staff.models import AgentState, Extension, Seat, State, User
from callwright.staff.operations.agent_rows import bring_queues_in_step
from callwright.staff.ports import QueueOrder, order_queues


class ExtensionTaken(Exception):
    """Someone else sits there; `employee` is their name, `extension` the number."""

    def __init__(self, *, employee_id: int, employee: str, extension: str) -> None:
        super().__init__(employee_id, employee, extension)
        self.employee_id, self.employee, self.extension = employee_id, employee, extension


class NoSuchExtension(Exception):
    """The extension does not exist (any more)."""


@transaction.atomic
def take_extension(*, user_id: int, extension_id: int, now: datetime, moved_by_supervisor: bool = False) -> Extension:
    """Seat an employee at an extension and free the one they had. `moved_by_supervisor` frees it of who sits there.

    Raises ExtensionTaken, NoSuchExtension.
    """
    # One change of seat at a time for an employee: of two tabs at once, the later one wins.
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    mine = list(Extension.objects.filter(employee_id=user_id).values_list("pk", flat=True))
    locked = {
        one.pk: one for one in Extension.objects.select_for_update().filter(pk__in=[extension_id, *mine]).order_by("pk")
    }
    target = locked.get(extension_id)
    if target is None:
        raise NoSuchExtension
    if target.employee_id == user_id:
        return target
    if target.employee_id is not None:
        if not moved_by_supervisor:
            holder = User.objects.get(pk=target.employee_id)
            raise ExtensionTaken(employee_id=holder.pk, employee=holder.name, extension=target.number)
        _leave(target, now)
    for other in locked.values():
        if other.employee_id == user_id:
            _leave(other, now)
    target.employee_id, target.taken_at = user_id, now
    target.save(update_fields=["employee", "taken_at"])
    Seat.objects.create(user_id=user_id, pbx_id=target.pbx_id, number=target.number, taken_at=now)
    bring_queues_in_step([user_id], now=now)
    _publish(user_id, now)
    return target


@transaction.atomic
def release_extension(*, user_id: int, now: datetime) -> None:
    """Free the employee's extension for others; nothing happens when they have none."""
    for extension in Extension.objects.select_for_update().filter(employee_id=user_id):
        _leave(extension, now)


@transaction.atomic
def take_last_extension(*, user_id: int, now: datetime) -> Extension | None:
    """At login: sit where the employee sat last, when that is still free; else nowhere. Returns where they sit."""
    if held := Extension.objects.filter(employee_id=user_id).first():
        return held
    last = Seat.objects.filter(user_id=user_id).order_by("-taken_at").first()
    place = Extension.objects.filter(pbx_id=last.pbx_id, number=last.number).first() if last else None
    if place is None:
        return None
    try:
        return take_extension(user_id=user_id, extension_id=place.pk, now=now)
    except (ExtensionTaken, NoSuchExtension):
        return None


def _leave(extension: Extension, now: datetime) -> None:
    user_id = extension.employee_id
    assert user_id is not None
    if AgentState.objects.filter(user_id=user_id, wanted=State.READY).exists():  # no queue rings an empty desk
        order_queues([QueueOrder(user_id, paused=True, reason="nobody_here")], now)
    Seat.objects.filter(pbx_id=extension.pbx_id, number=extension.number, left_at=None).update(left_at=now)
    extension.employee_id, extension.taken_at = None, None
    extension.save(update_fields=["employee", "taken_at"])
    _publish(user_id, now)


def _publish(user_id: int, now: datetime) -> None:
    changes = [Change(f"agent:{user_id}", "seat", str(user_id)), Change("floor", "seat", str(user_id))]
    publish(changes, now=now)
