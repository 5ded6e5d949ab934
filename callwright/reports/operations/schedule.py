"""Sets when a saved report is sent to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from callwright.messaging.rules import AddressRefused, clean_address
from callwright.reports.models import Every, Format, Run, Schedule
from callwright.reports.queries.saved import visible_saved
from callwright.reports.rules import When, next_at
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import Viewer

MOST_ADDRESSES = 50
MOST_SCHEDULES = 50


class ScheduleRefused(Exception):
    """It cannot be sent so; `reason` is a code: gone, no_address, bad_address, too_many_addresses, too_many, no_zone,
    no_choice; `given` what was wrong.
    """

    def __init__(self, reason: str, given: str = "") -> None:
        super().__init__(reason)
        self.reason, self.given = reason, given


@dataclass(frozen=True, slots=True)
class Wish:
    """When and to whom: `every` and `format` are codes of the models, addresses as people type them."""

    every: str
    at: time
    zone: str
    addresses: Sequence[str]
    format: str
    language: str
    weekday: int = 1
    month_day: int = 1

    @property
    def when(self) -> When:
        return When(self.every, self.at, self.zone, self.weekday, self.month_day)


@transaction.atomic
def add_schedule(*, viewer: Viewer, saved_id: int, wish: Wish, now: datetime) -> int:
    """Sends a report that the viewer sees, with the viewer's own figures; returns its id. Raises ScheduleRefused."""
    assert viewer.pk is not None
    saved = visible_saved(viewer).filter(pk=saved_id).first()
    if saved is None:
        raise ScheduleRefused("gone")
    if Schedule.objects.filter(owner_id=viewer.pk).count() >= MOST_SCHEDULES:
        raise ScheduleRefused("too_many")
    schedule = Schedule(saved=saved, owner_id=viewer.pk, created_at=now)
    _set(schedule, wish, now)
    schedule.save(force_insert=True)
    _record(schedule, viewer.pk, "report_scheduled", now)
    return schedule.pk


@transaction.atomic
def change_schedule(*, viewer: Viewer, schedule_id: int, wish: Wish, now: datetime) -> None:
    """Changes a schedule of the viewer's own, and switches it on again. Raises ScheduleRefused."""
    schedule = _own(viewer, schedule_id, must_be_seen=True)
    _set(schedule, wish, now)
    schedule.is_on, schedule.problem = True, ""
    schedule.save()
    _record(schedule, schedule.owner_id, "report_scheduled", now)


@transaction.atomic
def switch_schedule(*, viewer: Viewer, schedule_id: int, is_on: bool, now: datetime) -> None:
    """Stops a schedule of the viewer's own, or lets it go on from now. Raises ScheduleRefused."""
    schedule = _own(viewer, schedule_id, must_be_seen=is_on)
    schedule.is_on, schedule.problem = is_on, ""
    schedule.next_at = next_at(_when(schedule), now)
    schedule.save(update_fields=["is_on", "problem", "next_at"])


@transaction.atomic
def delete_schedule(*, viewer: Viewer, schedule_id: int, now: datetime) -> None:
    """Takes a schedule of the viewer's own away, and what it has sent from the list. Raises ScheduleRefused."""
    schedule = _own(viewer, schedule_id)
    _record(schedule, schedule.owner_id, "report_unscheduled", now)
    schedule.delete()


@transaction.atomic
def send_now(*, viewer: Viewer, schedule_id: int, now: datetime) -> int:
    """Has a report of the viewer's own schedules sent at once, beside its times; returns the run's id. Raises
    ScheduleRefused.
    """
    schedule = _own(viewer, schedule_id, must_be_seen=True)
    run, _made = Run.objects.get_or_create(schedule=schedule, due_at=now, defaults={"retry_at": now, "is_extra": True})
    return run.pk


def _set(schedule: Schedule, wish: Wish, now: datetime) -> None:
    if wish.every not in Every.values or wish.format not in Format.values:
        raise ScheduleRefused("no_choice")
    if not (1 <= wish.weekday <= 7 and 1 <= wish.month_day <= 31):
        raise ScheduleRefused("no_choice")
    try:
        ZoneInfo(wish.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleRefused("no_zone", wish.zone[:60]) from None
    schedule.addresses = _addresses(wish.addresses)
    schedule.every, schedule.weekday, schedule.month_day = wish.every, wish.weekday, wish.month_day
    schedule.at, schedule.zone, schedule.format, schedule.language = wish.at, wish.zone, wish.format, wish.language
    schedule.next_at = next_at(wish.when, now)


def _addresses(given: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in given:
        try:
            address = clean_address(text)
        except AddressRefused:
            raise ScheduleRefused("bad_address", text[:100]) from None
        found.setdefault(address.lower(), address)
    if not found:
        raise ScheduleRefused("no_address")
    if len(found) > MOST_ADDRESSES:
        raise ScheduleRefused("too_many_addresses")
    return list(found.values())


def _when(schedule: Schedule) -> When:
    return When(schedule.every, schedule.at, schedule.zone, schedule.weekday, schedule.month_day)


def _own(viewer: Viewer, schedule_id: int, *, must_be_seen: bool = False) -> Schedule:
    """One of the viewer's own; `must_be_seen`: whose report they may see too, which a colleague may have deleted."""
    schedule = Schedule.objects.select_for_update().filter(pk=schedule_id, owner_id=viewer.pk).first()
    if schedule is None or (must_be_seen and not visible_saved(viewer).filter(pk=schedule.saved_id).exists()):
        raise ScheduleRefused("gone")
    return schedule


def _record(schedule: Schedule, by: int, action: str, now: datetime) -> None:
    record_audit(
        action=action, subject=f"report_schedule:{schedule.pk}", by=by,
        detail={"report": schedule.saved.name, "addresses": schedule.addresses}, now=now,
    )  # fmt: skip
