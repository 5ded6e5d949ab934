"""Makes the month partitions of the call tables."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from callwright.calls.tables import TABLES
from callwright.kit.identity import uuid7_floor

LOCK = "hashtext('calls partitions')"
"""Whoever makes a month's tables, or takes one away, holds this advisory lock meanwhile."""

_known: set[tuple[str, date]] = set()


def month_of(at: datetime) -> date:
    """The first day of the UTC month of `at`: the partition in which a call started then is kept."""
    return at.astimezone(UTC).date().replace(day=1)


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def ensure_partitions(months: Iterable[date]) -> None:
    """Makes the partitions of `months` (first days) where they are missing; safe to call at any time, from anywhere. A
    month whose tables were about to be taken away comes back with what is in them: the retention looks at it again.
    """
    database = str(connection.settings_dict["NAME"])
    missing = sorted({month for month in months if (database, month) not in _known})
    # Older ones may be taken away by the retention at any time: they are looked for again.
    lasting = month_of(timezone.now() - timedelta(days=31))
    for month in missing:
        _make(month)
        if month >= lasting:
            transaction.on_commit(partial(_known.add, (database, month)))  # not before: it may be rolled back


def _make(month: date) -> None:
    if _attached(month) == len(TABLES):
        return  # nobody is made to wait for the lock
    low, high = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, following(month)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        for table in TABLES:
            name = f"{table}_{month:%Y_%m}"
            found = place_of(table, month)
            if found == Place.ATTACHED:
                continue
            if found == Place.LEAVING:
                cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {name} FINALIZE")
            # Made beside and attached: ATTACH lets readers and writers of the other months go on.
            if found == Place.MISSING:
                cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{low}') TO ('{high}')")


class Place(Enum):
    """Where the table of a month is: none, part of its table, half taken out of it, or beside it."""

    MISSING, ATTACHED, LEAVING, BESIDE = range(4)


def place_of(table: str, month: date) -> Place:
    """Where the month of one of `TABLES` is at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid IS NOT NULL, i.inhdetachpending FROM (SELECT to_regclass(%s) AS oid) AS c"
            " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = %s::regclass",
            [f"{table}_{month:%Y_%m}", table],
        )
        exists, is_leaving = cursor.fetchone()
    if is_leaving is None:
        return Place.BESIDE if exists else Place.MISSING
    return Place.LEAVING if is_leaving else Place.ATTACHED


def _attached(month: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) AS t (name)"
            " JOIN pg_inherits i ON i.inhrelid = to_regclass(t.name) AND NOT i.inhdetachpending",
            [[f"{table}_{month:%Y_%m}" for table in TABLES]],
        )
        return int(cursor.fetchone()[0])
