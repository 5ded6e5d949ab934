"""Work on a database that may be away for a while, and what it means when it refuses something."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

from callwright.imports.reading.text import Unreadable

PATIENCE_S = 300.0
_PAUSE_S = 2.0
_MOST_CLASHES = 3
_FULL = "53100"
# the server is going down, starting up, has no connection left, or the connection broke
_AWAY = ("08", "57P", "53300", _FULL)

log = logging.getLogger("callwright.imports")
Result = TypeVar("Result")


class Away(Exception):
    """The database did not come back within PATIENCE_S."""


def patiently(work: Callable[[], Result]) -> Result:
    """Tries again while the database is away, and a few times where another writer was faster; `work` is one
    transaction. Raises Away, and what the database refuses for good.
    """
    until, clashes = time.monotonic() + PATIENCE_S, 0
    while True:
        try:
            return work()
        except IntegrityError:
            clashes += 1
            if clashes > _MOST_CLASHES:
                raise
        except (OperationalError, InterfaceError) as error:
            is_away = _is_away(error)
            clashes += not is_away
            if clashes > _MOST_CLASHES:
                raise
            if time.monotonic() > until:
                raise (error if state_of(error) == _FULL else Away(str(error))) from error
            log.warning("The import waits for the database: %s", error)
            if is_away:
                connection.close()
            time.sleep(_PAUSE_S)


def _is_away(error: Exception) -> bool:
    state = state_of(error)
    return not state or state.startswith(_AWAY)


def state_of(error: BaseException) -> str:
    """The SQLSTATE of what the database said; "" where it said nothing."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def problem_of(error: Exception) -> tuple[str, str]:
    """Why an import cannot go on, as a code and a detail without what stood in the file."""
    if isinstance(error, Unreadable):
        return error.reason, error.detail
    first = str(error).partition("\n")[0][:200]
    if isinstance(error, DatabaseError):
        return ("no_room" if state_of(error) == _FULL else "refused"), first
    return "unexpected", type(error).__name__
