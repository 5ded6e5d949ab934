"""What fails for one does not stand in the way of others, and is tried once more later."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

_LONGEST = timedelta(hours=1)
_MOST = 1_000  # nothing ends after so many; the number has to fit its column


def tried_alone(work: Callable[[], object], log: logging.Logger, said: str, *values: object) -> bool:
    """Whether `work` could be done, in a transaction of its own; where not, `said` (with the values in it) is logged
    with the error. Raises OperationalError and InterfaceError: the database's fault and not the work's.
    """
    try:
        with transaction.atomic():
            work()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception(said, *values)
        return False
    return True


def next_try(tries: int, now: datetime) -> tuple[int, datetime]:
    """How often something was tried in vain now that it was `tries` times before, and when to try it next: two seconds
    after the first time, twice as long each time, an hour at most.
    """
    tried = min(tries + 1, _MOST)
    return tried, now + min(timedelta(seconds=2 ** min(tried, 12)), _LONGEST)
