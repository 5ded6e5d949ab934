"""Wallboards are set up and removed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from callwright.floor.models import FloorSettings, Screen, Wallboard
from callwright.floor.operations.screens import NoSuchWallboard, answer_for_screens_of, stop_screens
from callwright.floor.queries.screens import unanswered_screens
from callwright.floor.queries.wallboards import visible_wallboards
from callwright.live.operations.publish import Change, publish
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import visible_account_ids


class BeyondSight(Exception):
    """A wallboard may show no account that the one who sets it up does not see."""


@transaction.atomic
def save_wallboard(*, viewer: Any, wallboard_id: int | None, values: Mapping[str, Any], now: datetime) -> Wallboard:
    """Makes a wallboard (no id) or changes one; open screens follow. `values`: the fields of `Wallboard`, `accounts`
    and `queues` as ids. Raises NoSuchWallboard, BeyondSight.
    """
    allowed = visible_account_ids(viewer)
    accounts, queues = list(values["accounts"]), list(values["queues"])
    if allowed is not None and (values["all_accounts"] or not allowed.issuperset(accounts)):
        raise BeyondSight
    if wallboard_id is None:
        wallboard = Wallboard(created_by_id=viewer.pk)
    else:
        found = visible_wallboards(viewer).select_for_update(of=("self",)).filter(pk=wallboard_id).first()
        if found is None:
            raise NoSuchWallboard
        wallboard = found
    unanswered = unanswered_screens([wallboard.pk], now=now) if wallboard.pk else frozenset()
    for name, value in values.items():
        if name not in ("accounts", "queues"):
            setattr(wallboard, name, value)
    wallboard.changed_at = now
    wallboard.save()
    wallboard.accounts.set(accounts)
    wallboard.queues.set(queues)
    # Links that showed nothing before the change stay closed until somebody opens them knowingly.
    answer_for_screens_of(wallboard.pk, by=viewer.pk, but=unanswered, now=now)
    publish([Change("wallboards", "changed", str(wallboard.pk))], now=now)
    action = "wallboard_made" if wallboard_id is None else "wallboard_changed"
    record_audit(action=action, subject=f"wallboard:{wallboard.pk}", by=viewer.pk, now=now)
    return wallboard


@transaction.atomic
def remove_wallboard(*, viewer: Any, wallboard_id: int, now: datetime) -> None:
    """Removes it with its links; screens that show it stop at once. Raises NoSuchWallboard."""
    wallboard = visible_wallboards(viewer).select_for_update(of=("self",)).filter(pk=wallboard_id).first()
    if wallboard is None:
        raise NoSuchWallboard
    screens = list(Screen.objects.filter(wallboard=wallboard).values_list("pk", flat=True))
    detail = {"name": wallboard.name}
    wallboard.delete()
    stop_screens(screens, now=now)
    record_audit(action="wallboard_removed", subject=f"wallboard:{wallboard_id}", by=viewer.pk, detail=detail, now=now)


@transaction.atomic
def save_floor_settings(*, by: int, values: Mapping[str, Any], now: datetime) -> None:
    """How supervisors take part in calls, and what counts as answered in time on the floor."""
    FloorSettings.objects.update_or_create(pk=1, defaults=dict(values))
    publish([Change("wallboards", "settings")], now=now)
    record_audit(action="floor_settings", subject="floor:settings", by=by, detail=dict(values), now=now)
