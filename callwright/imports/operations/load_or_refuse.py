"""Loads the calls of a batch; one that the database does not take is a bad line and does not stop the others."""

from collections.abc import Callable, Sequence

from django.db import DataError, InternalError, NotSupportedError, ProgrammingError

from callwright.calls.operations.load_calls import Loaded
from callwright.calls.operations.loadable import Loadable
from callwright.imports.operations.in_halves import in_halves
from callwright.imports.reading.found import Bad, Finished

MOST_REFUSED = 20
"""Where a batch has more of them, something else is wrong than a few lines."""
# No IntegrityError: another writer was faster with the same call, and the whole batch is tried again.
_REFUSED = (DataError, InternalError, NotSupportedError, ProgrammingError, ValueError, OverflowError)

Load = Callable[[Sequence[Loadable]], Loaded]


def load_or_refuse(found: Sequence[Finished], calls: Sequence[Loadable], load: Load) -> tuple[Loaded, list[Bad]]:
    """`found` and `calls` are the same calls. In the caller's transaction. Raises what the database says once more than
    MOST_REFUSED calls are refused.
    """
    pairs = list(zip(found, calls, strict=True))
    taken, refused = in_halves(lambda some: load([call for _, call in some]), pairs, _REFUSED, most=MOST_REFUSED)
    loaded = Loaded()
    for more in taken:
        loaded.added += more.added
        loaded.merged += more.merged
        loaded.unchanged += more.unchanged
        loaded.into |= more.into
    lines = [(one.line, str(error).partition("\n")[0]) for (one, _call), error in refused]
    return loaded, [Bad(line, "", "refused", value=why) for line, why in lines]
