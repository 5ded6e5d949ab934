"""Wallboards: those that a viewer may set up, and what each may show."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from callwright.accounts.queries.accounts import organisation
from callwright.floor.models import FloorSettings, Names, Wallboard
from callwright.floor.queries.picture import Scope
from callwright.floor.rules import PARTS, short_name
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


def visible_wallboards(viewer: Viewer) -> QuerySet[Wallboard]:
    """Those that show nothing but accounts that the viewer sees, by name."""
    if not may(viewer, "set_up_wallboards"):
        return Wallboard.objects.none()
    accounts = visible_account_ids(viewer)
    if accounts is None:
        return Wallboard.objects.all()
    beyond = Wallboard.accounts.through.objects.exclude(account_id__in=accounts).values("wallboard_id")
    return Wallboard.objects.filter(all_accounts=False).exclude(pk__in=beyond)


@dataclass(frozen=True, slots=True)
class Shown:
    """A wallboard as screens need it. `revision`: screens that know another one begin anew."""

    id: int
    zone: str
    revision: str
    scope: Scope


_SHOWN = """
    SELECT w.id, w.time_zone, w.changed_at, w.all_accounts, w.all_queues, w.parts, w.names, w.within_s, w.target,
        ARRAY(SELECT account_id FROM floor_wallboard_accounts WHERE wallboard_id = w.id),
        ARRAY(SELECT queue_id FROM floor_wallboard_queues WHERE wallboard_id = w.id)
    FROM floor_wallboard w WHERE w.id = ANY(%s)
"""
_NAMES: dict[Names, Callable[[str], str]] = {Names.FULL: str, Names.SHORT: short_name, Names.NONE: lambda name: ""}


def shown_wallboards(ids: Iterable[int]) -> dict[int, Shown]:
    """By id; those that do not exist any more are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [sorted(set(ids))])
        return {row[0]: _shown(*row) for row in cursor.fetchall()}


def _shown(
    id: int, zone: str, changed_at: datetime, all_accounts: bool, all_queues: bool, parts: list[str], names: str,
    within_s: int, target: int, accounts: list[int], queues: list[int],
) -> Shown:  # fmt: skip
    scope = Scope(
        None if all_accounts else frozenset(accounts), None if all_queues else frozenset(queues),
        frozenset(parts), within_s, target, _NAMES[Names(names)],
    )  # fmt: skip
    return Shown(id, zone, changed_at.isoformat(), scope)


def floor_settings() -> FloorSettings:
    """The organisation's; as they are from the beginning where nobody changed them."""
    return FloorSettings.objects.filter(pk=1).first() or FloorSettings()


def floor_scope(accounts: frozenset[int] | None) -> tuple[Scope, str]:
    """What whoever sees these accounts may watch, and the time zone in which today is counted."""
    settings = floor_settings()
    scope = Scope(accounts, None, frozenset(PARTS), settings.within_s, settings.target)
    return scope, organisation().time_zone
