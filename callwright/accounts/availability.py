"""Who is there now and until when, and to whom a caller is handed on. Pure.

Times are moments in UTC, made from what the clock in the account's zone shows (`hours.on_the_wall`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from callwright.accounts.hours import Hours, working

LOOKED_AHEAD_DAYS = 100
"""Who does not come back within these days is away for nobody knows how long."""

_EVER = timedelta(days=8)  # there without a break for longer than any week: always


@dataclass(frozen=True, slots=True)
class Absence:
    """`reason` is what agents may say; it may be empty."""

    begins_at: datetime
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody (or the account) is there, and until when that stays so; None: as far as anybody looks."""

    is_there: bool
    until: datetime | None
    reason: str = ""


def presence(hours: Hours, absences: Sequence[Absence], at: datetime) -> Presence:
    """Whether somebody with these hours is there at a moment (aware): not while absent, whatever the hours say."""
    at = at.astimezone(UTC)
    end: datetime | None = None
    for begins, ends in _free(working(hours, at, days=LOOKED_AHEAD_DAYS), sorted(absences, key=_begins)):
        if ends <= at:
            continue
        if end is None and begins > at:
            return Presence(False, begins, _reason(absences, at))
        if end is not None and begins > end:
            break
        end = ends if end is None else max(end, ends)
        if end - at > _EVER:
            return Presence(True, None)
    return Presence(False, None, _reason(absences, at)) if end is None else Presence(True, end)


def _begins(absence: Absence) -> datetime:
    return absence.begins_at


def _free(
    spans: Iterable[tuple[datetime, datetime]], absences: Sequence[Absence]
) -> Iterator[tuple[datetime, datetime]]:
    """The spans without the absences, in order."""
    for begins, ends in spans:
        for absence in absences:
            if absence.ends_at <= begins or absence.begins_at >= ends:
                continue
            if absence.begins_at > begins:
                yield begins, absence.begins_at
            begins = max(begins, absence.ends_at)
            if begins >= ends:
                break
        if begins < ends:
            yield begins, ends


def _reason(absences: Sequence[Absence], at: datetime) -> str:
    now = [one for one in absences if one.begins_at <= at < one.ends_at]
    return max(now, key=lambda one: one.ends_at).reason if now else ""


ALWAYS, OPEN, CLOSED = "always", "open", "closed"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as forwarding needs them; `can_be_called`: there is a number."""

    id: int
    presence: Presence
    can_be_called: bool
    stand_in: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """What is done with a caller: `next` is who takes the call now, None for nobody; `tried`: who would come before
    and why not, `then`: who follows. Ids of people, a stand-in after whom they stand in for.
    """

    next: int | None
    tried: tuple[int, ...]
    then: tuple[int, ...]


def applies(when: str, is_open: bool) -> bool:
    """Whether a rule for `when` (always, open, closed) counts while the account is open or closed."""
    return when == ALWAYS or (when == OPEN) == is_open


def way_of(steps: Sequence[int], people: dict[int, Somebody]) -> Way:
    """Whom of the people of a rule, in their order, a caller is handed to now. Who is away is followed by their
    stand-in, and that one's; nobody is asked twice, so that two who stand in for each other are no circle.
    """
    order: list[int] = []
    for step in steps:
        one = people.get(step)
        while one is not None and one.id not in order:
            order.append(one.id)
            is_away = not one.presence.is_there or not one.can_be_called
            one = people.get(one.stand_in) if is_away and one.stand_in is not None else None
    there = [id for id in order if people[id].presence.is_there and people[id].can_be_called]
    if not there:
        return Way(None, tuple(order), ())
    at = order.index(there[0])
    return Way(there[0], tuple(order[:at]), tuple(order[at + 1 :]))
