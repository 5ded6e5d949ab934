"""What is refused of many is found by halves, and stops no other."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection, transaction

One = TypeVar("One")
Result = TypeVar("Result")


def in_halves(
    take: Callable[[Sequence[One]], Result],
    some: Sequence[One],
    refusals: tuple[type[Exception], ...],
    *,
    most: int | None = None,
) -> tuple[list[Result], list[tuple[One, Exception]]]:
    """What `take` gave, in order, and those that it refused alone, each with why. In the caller's transaction. Raises
    the last refusal once there are more than `most` of them.
    """
    taken: list[Result] = []
    refused: list[tuple[One, Exception]] = []
    waiting = [some] if some else []
    while waiting:
        part = waiting.pop()
        try:
            with transaction.atomic(), connection.wrap_database_errors:  # COPY by itself tells the driver's errors
                taken.append(take(part))
        except refusals as error:
            half = len(part) // 2
            if half:
                waiting += [part[half:], part[:half]]
                continue
            refused.append((part[0], error))
            if most is not None and len(refused) > most:
                raise
    return taken, refused
