"""How long calls are kept, as a decision. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from callwright.calls.periods import months_before

LONGEST_MONTHS = 600
REMOVE, ANONYMISE = "remove", "anonymise"


@dataclass(frozen=True, slots=True)
class Kept:
    """How long an account's calls are kept: `months` None is for ever; `manner` says what becomes of them then."""

    account_id: int
    account: str
    zone: str
    months: int | None
    manner: str
    is_own: bool

    def ends_on(self, now: datetime) -> date | None:
        """The first day (of the account's zone) whose calls are still kept; None: all are."""
        if self.months is None:
            return None
        return months_before(now.astimezone(ZoneInfo(self.zone)).date(), self.months)

    def ends_at(self, now: datetime) -> datetime | None:
        """The moment before which calls began whose time is over; None: no call's is."""
        day = self.ends_on(now)
        return None if day is None else datetime.combine(day, time(), ZoneInfo(self.zone))


def is_shorter(before: int | None, after: int | None) -> bool:
    """Whether calls go that would have stayed."""
    return after is not None and (before is None or after < before)
