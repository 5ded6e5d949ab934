"""From where someone looks at the register. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """The viewer's zone decides what today is, `country` (ISO code) what a number in national form means."""

    zone: ZoneInfo
    now: datetime
    country: str = ""
