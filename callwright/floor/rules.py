"""Decisions about the floor without a database: what a wallboard may show, how names are shortened, what is late."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

PARTS = ["totals", "queues", "agents", "waiting"]
"""What a wallboard can show, by its code."""


def all_parts() -> list[str]:
    return list(PARTS)


WRONG_TOKENS = 10
WRONG_TOKENS_S = 15 * 60
"""So many tokens that open nothing may be tried from one address in so many seconds."""

MODES = ("listen", "whisper", "barge")


def short_name(name: str) -> str:
    """A first name with the initial of the last: "Ada Lovelace" is "Ada L."."""
    first, *others = name.split()[:1] + name.split()[-1:] if len(name.split()) > 1 else [name]
    return f"{first} {others[0][:1]}." if others else first


def midnight(now: datetime, zone: str) -> datetime:
    """When today began in a time zone."""
    here = now.astimezone(ZoneInfo(zone))
    return datetime.combine(here.date(), time.min, here.tzinfo)


def service_level(within: int, offered: int) -> int | None:
    """The share of calls answered in time, in whole percent rounded down: 79.9 % has not reached 80. None of none."""
    return within * 100 // offered if offered else None
