"""Durations and moments as the screens show them; the moment itself is always passed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def format_duration(seconds: float | timedelta | None) -> str:
    """Seconds as `m:ss`, from an hour on `h:mm:ss`; an empty text for None. Parts of a second are dropped."""
    if seconds is None:
        return ""
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
    whole = int(abs(total))
    sign = "−" if total <= -1 else ""
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}:{secs:02}" if hours else f"{sign}{minutes}:{secs:02}"


@dataclass(frozen=True, slots=True)
class ZonedMoment:
    """One moment in the viewer's zone, and in the account's when the clock there shows something else."""

    viewer: datetime
    account: datetime | None


def viewer_zone() -> str:
    """The name of the zone in which times are shown now, as `ZoneInfo` takes it.

    Django's `get_current_timezone_name` says what the zone's clocks are called; for zones of one offset all year, such
    as Etc/GMT-3, that is "+03", which is the name of no zone.
    """
    zone = timezone.get_current_timezone()
    return zone.key if isinstance(zone, ZoneInfo) and zone.key else "UTC"


def in_zones(moment: datetime, viewer_zone: str, account_zone: str | None = None) -> ZonedMoment:
    """`moment` (aware) in the viewer's zone, and the account's zone when its offset differs then.

    Raises ValueError for a naive moment, ZoneInfoNotFoundError for an unknown zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be placed in one")
    here = moment.astimezone(ZoneInfo(viewer_zone))
    if not account_zone or account_zone == viewer_zone:
        return ZonedMoment(here, None)
    there = moment.astimezone(ZoneInfo(account_zone))
    return ZonedMoment(here, None if there.utcoffset() == here.utcoffset() else there)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` (aware) in `zone`. Raises ValueError for a naive moment."""
    return in_zones(moment, zone).viewer.date()
