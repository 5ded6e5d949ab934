"""The calls of an export: read through a cursor of the server, a few thousand at a time, from one snapshot."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from callwright.calls.queries.conditions import Conditions
from callwright.calls.queries.register import order_of
from callwright.calls.queries.sql import named_sql
from callwright.calls.search import Search

CHUNK = 2_000

Chunk = Mapping[str, Sequence[Any]]
"""Some calls, column by column: by the name of each field its values in the order of the calls."""

_EPOCH = "floor(date_part('epoch', {}))::bigint"
# Moments in seconds since 1970, durations in seconds, the rest as it is stored.
_FIELDS = {
    "id": "c.id::text",
    "account_id": "c.account_id",
    "direction": "c.direction",
    "status": (
        "CASE WHEN c.status = 'missed' AND c.direction = 'outbound' THEN 'no_answer'"
        " WHEN c.held_since IS NOT NULL AND c.ended_at IS NULL THEN 'on_hold' ELSE c.status END"
    ),
    "started": _EPOCH.format("c.started_at"),
    "answered": _EPOCH.format("c.answered_at"),
    "ended": _EPOCH.format("c.ended_at"),
    **{
        name: f"c.{name}"
        for name in (
            *("client_number", "from_name", "dialled_number", "line_id", "queue_id", "contact_id", "category_id"),
            *("employee_id", "extension", "ring_s", "wait_s", "hold_s", "talk_s", "transferred_to", "hangup_by"),
            *("marker_id", "comment", "follow_up", "assigned_to_id", "too_long", "recording", "source"),
        )
    },
}
FIELDS = tuple(_FIELDS)


@contextmanager
def one_snapshot(reader: BaseDatabaseWrapper) -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever comes meanwhile. On a connection of its own all
    statements see the same; on the program's own each sees what is there, which a small export may.
    """
    if reader is connection:
        with transaction.atomic():
            yield
        return
    # `transaction.atomic` knows connections by their name, and this one is a copy.
    reader.set_autocommit(False)
    try:
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
    finally:
        reader.rollback()
        reader.set_autocommit(True)


def read_chunks(
    reader: Any,
    conditions: Conditions,
    search: Search,
    fields: Sequence[str],
    *,
    complete: Callable[[Chunk], Chunk] = lambda chunk: chunk,
) -> Generator[Chunk, None, None]:
    """The calls that fit in the order of the search, with these of `FIELDS`, `CHUNK` at a time; memory does not grow
    with their number. `complete` adds what else is read of them. On a connection of its own the next ones are read
    while these are used, in another thread: close the iterator before the connection.
    """
    if conditions.nothing:
        return
    asked = fields or ("account_id",)
    joins, order = order_of(search)
    statement = named_sql("export_rows.sql").format(
        fields=", ".join(_FIELDS[name] for name in asked), joins=joins, where=conditions.sql, order=order
    )
    with reader.cursor() as cursor:
        # All of them are read: the plan is not to be the one that has the first ones soonest.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1.0")
    with reader.chunked_cursor() as cursor:
        cursor.execute(statement, conditions.values)

        def fetch() -> Chunk | None:
            rows = cursor.fetchmany(CHUNK)
            return complete(dict(zip(asked, zip(*rows, strict=True), strict=True))) if rows else None

        yield from _one_by_one(fetch) if reader is connection else _ahead(fetch)


def _one_by_one(fetch: Callable[[], Chunk | None]) -> Iterator[Chunk]:
    while (chunk := fetch()) is not None:
        yield chunk


def _ahead(fetch: Callable[[], Chunk | None]) -> Iterator[Chunk]:
    with ThreadPoolExecutor(1, "export") as pool:
        coming = pool.submit(fetch)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(fetch)
            yield chunk


def size_of(chunk: Chunk) -> int:
    """How many calls it holds."""
    return len(next(iter(chunk.values())))


def count_rows(reader: Any, conditions: Conditions) -> int:
    """How many calls fit, all counted: for the progress of a large export, never for a page."""
    if conditions.nothing:
        return 0
    with reader.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM calls_call c WHERE {conditions.sql}", conditions.values)  # noqa: S608
        return int(cursor.fetchone()[0])
