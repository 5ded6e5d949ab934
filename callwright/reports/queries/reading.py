"""All figures of a report are read at one moment, and together in a limited time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from callwright.calls.queries.patience import SearchTooLong, patience

_OWN = ("SAVEPOINT", "ROLLBACK", "RELEASE")


@contextmanager
def reading(seconds: float) -> Iterator[None]:
    """Everything that is read inside is of one moment (unless the caller has a transaction of their own), and all of
    it takes no longer than `seconds`, however many statements it is. Raises SearchTooLong; inside another `reading`
    that one can go on.
    """
    if seconds <= 0:
        raise SearchTooLong
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with patience(seconds), connection.execute_wrapper(_limited(monotonic() + seconds)):
            yield


def _limited(until: float) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(_OWN):
            return run(sql, values, many, context)
        left = round((until - monotonic()) * 1000)
        if left <= 0:
            raise SearchTooLong
        context["cursor"].cursor.execute(f"SET LOCAL statement_timeout = {left}")
        try:
            return run(sql, values, many, context)
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise SearchTooLong from error
            raise

    return execute
