"""Searches end when nobody would wait for them any more."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

LONGEST_S = 12


class SearchTooLong(Exception):
    """The search was given up after `LONGEST_S` seconds: a shorter period or another criterion helps."""


@contextmanager
def patience(seconds: float = LONGEST_S) -> Iterator[None]:
    """Gives up statements inside after `seconds`. Raises SearchTooLong."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
            with connection.cursor() as cursor:  # inside a longer transaction it would go on counting
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooLong from error
        raise
