"""The calls of an export: read through a cursor of the server, a few thousand at a time, from one snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from callwright.calls.queries.conditions import Conditions
from callwright.calls.queries.register import order_of
from callwright.calls.queries.sql import named_sql
from callwright.calls.search import Search

CHUNK = 2_000


class ExportRow(NamedTuple):
    """A call as a file holds it: moments in seconds since 1970, durations in seconds, the rest as it is stored."""

    id: UUID
    account_id: int
    direction: str
    status: str
    started: int
    answered: int | None
    ended: int | None
    client_number: str
    from_name: str
    dialled_number: str
    line_id: int | None
    queue_id: int | None
    contact_id: int | None
    category_id: int | None
    employee_id: int | None
    extension: str
    ring_s: int
    wait_s: int
    hold_s: int
    talk_s: int
    transferred_to: str
    hangup_by: str
    marker_id: int | None
    comment: str
    follow_up: str
    assigned_to_id: int | None
    too_long: bool
    recording: str
    source: str


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


def read_rows(reader: Any, conditions: Conditions, search: Search) -> Iterator[list[ExportRow]]:
    """The calls that fit in the order of the search, `CHUNK` at a time; memory does not grow with their number."""
    if conditions.nothing:
        return
    joins, order = order_of(search)
    statement = named_sql("export_rows.sql").format(joins=joins, where=conditions.sql, order=order)
    with reader.chunked_cursor() as cursor:
        cursor.execute(statement, conditions.values)
        while rows := cursor.fetchmany(CHUNK):
            yield list(map(ExportRow._make, rows))


def count_rows(reader: Any, conditions: Conditions) -> int:
    """How many calls fit, all counted: for the progress of a large export, never for a page."""
    if conditions.nothing:
        return 0
    with reader.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM calls_call c WHERE {conditions.sql}", conditions.values)  # noqa: S608
        return int(cursor.fetchone()[0])
