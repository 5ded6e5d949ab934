"""Searches end when nobody would wait for them any more."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

LONGEST_S = 12
_SETTINGS = (
    # A plan is made for these very values: a general one would read all months, and know no index of rare values.
    "SELECT set_config('statement_timeout', %s, true), set_config('plan_cache_mode', 'force_custom_plan', true)"
)
_RESET = "SELECT set_config('statement_timeout', '0', true), set_config('plan_cache_mode', 'auto', true)"


class SearchTooLong(Exception):
    """The search was given up after `LONGEST_S` seconds: a shorter period or another criterion helps."""


@contextmanager
def patience(seconds: float = LONGEST_S) -> Iterator[None]:
    """Gives up statements inside after `seconds`. Raises SearchTooLong."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_SETTINGS, [str(max(1, int(seconds * 1000)))])
            yield
            if connection.savepoint_ids:  # inside a longer transaction it would go on counting
                with connection.cursor() as cursor:
                    cursor.execute(_RESET)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooLong from error
        raise
