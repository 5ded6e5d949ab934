"""Loads the calls of a batch; one that the database does not take is a bad line and does not stop the others."""

from collections.abc import Callable, Sequence

from django.db import DataError, InternalError, NotSupportedError, ProgrammingError, connection, transaction

from callwright.calls.operations.load_calls import Loaded
from callwright.calls.operations.loadable import Loadable
from callwright.imports.reading.found import Bad, Finished

MOST_REFUSED = 20
"""Where a batch has more of them, something else is wrong than a few lines."""
_REFUSED = (DataError, InternalError, NotSupportedError, ProgrammingError, ValueError, OverflowError)

Load = Callable[[Sequence[Loadable]], Loaded]


def load_or_refuse(found: Sequence[Finished], calls: Sequence[Loadable], load: Load) -> tuple[Loaded, list[Bad]]:
    """`found` and `calls` are the same calls. In the caller's transaction. Raises what the database says once more than
    MOST_REFUSED calls are refused.
    """
    try:
        with transaction.atomic(), connection.wrap_database_errors:  # COPY by itself tells the driver's errors
            return load(calls), []
    except _REFUSED:
        loaded, bad = Loaded(), list[Bad]()
        _in_halves(list(found), list(calls), load, loaded, bad)
        return loaded, bad


def _in_halves(found: list[Finished], calls: list[Loadable], load: Load, loaded: Loaded, bad: list[Bad]) -> None:
    for part in (slice(0, len(calls) // 2), slice(len(calls) // 2, None)):
        if not calls[part]:
            continue
        try:
            with transaction.atomic(), connection.wrap_database_errors:
                _add(loaded, load(calls[part]))
        except _REFUSED as error:
            if len(calls[part]) > 1:
                _in_halves(found[part], calls[part], load, loaded, bad)
                continue
            bad.append(Bad(found[part][0].line, "", "refused", value=str(error).partition("\n")[0]))
            if len(bad) > MOST_REFUSED:
                raise


def _add(loaded: Loaded, more: Loaded) -> None:
    loaded.added += more.added
    loaded.merged += more.merged
    loaded.unchanged += more.unchanged
    loaded.into |= more.into
