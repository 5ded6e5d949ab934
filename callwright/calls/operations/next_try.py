"""When what failed is tried once more."""

from datetime import datetime, timedelta

MOST_TRIES = 1_000
_LONGEST = timedelta(hours=1)


def next_try(tries: int, now: datetime) -> datetime:
    """After so many `tries`: two seconds after the first, twice as long each time, an hour at most."""
    return now + min(timedelta(seconds=2 ** min(tries, 12)), _LONGEST)
