"""Statements that are planned once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InternalError, connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def one_plan() -> Iterator[CursorWrapper]:
    """A cursor for a prepared statement whose plan does not depend on its values; two short statements more. Left to
    itself PostgreSQL plans one over many partitions anew each time: it expects to read all of them, not knowing which.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        try:
            yield cursor
        finally:
            with suppress(InternalError):  # the transaction failed: its end takes the setting back too
                cursor.execute("RESET plan_cache_mode")
