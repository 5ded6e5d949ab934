"""Makes the month partitions of the call tables."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from callwright.kit.identity import uuid7_floor

TABLES = ("calls_call", "calls_leg", "calls_callfacts")
_known: set[tuple[str, date]] = set()


def month_of(at: datetime) -> date:
    """The first day of the UTC month of `at`: the partition in which a call started then is kept."""
    return at.astimezone(UTC).date().replace(day=1)


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def ensure_partitions(months: Iterable[date]) -> None:
    """Makes the partitions of `months` (first days) where they are missing; safe to call at any time, from anywhere."""
    database = str(connection.settings_dict["NAME"])
    missing = sorted({month for month in months if (database, month) not in _known})
    # Older ones may be taken away by the retention at any time: they are looked for again.
    lasting = month_of(timezone.now() - timedelta(days=31))
    for month in missing:
        _make(month)
        if month >= lasting:
            transaction.on_commit(partial(_known.add, (database, month)))  # not before: it may be rolled back


def _make(month: date) -> None:
    low, high = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, following(month)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('calls partitions'))")
        for table in TABLES:
            name = f"{table}_{month:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() != (None,):
                continue
            # Made beside and attached: ATTACH lets readers and writers of the other months go on.
            cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{low}') TO ('{high}')")
