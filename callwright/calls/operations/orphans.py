"""Removes legs and facts whose call is gone."""

from datetime import date

from django.db import connection, transaction

from callwright.calls.queries.orphans import ALONE
from callwright.calls.tables import PARTS


def remove_orphans(month: date | None = None) -> int:
    """Deletes them, those of a month (its first day) or all; returns how many. What is being written is seen with its
    call, or not at all.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        gone = 0
        for part in PARTS:
            table = part if month is None else f"{part}_{month:%Y_%m}"
            cursor.execute(f"DELETE FROM {table} o WHERE {ALONE}")  # noqa: S608 (texts from above)
            gone += cursor.rowcount
    return gone
