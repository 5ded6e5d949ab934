"""What several tests look at."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

AMSTERDAM = "Europe/Amsterdam"
# (zone, a day whose clocks change, how many hours it has)
LONG_DAYS = [
    (AMSTERDAM, date(2026, 3, 29), 23),
    (AMSTERDAM, date(2025, 10, 26), 25),
    ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight itself does not exist
    ("America/Sao_Paulo", date(2018, 2, 17), 25),  # its last hour comes twice
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
]


def all_rows(holding: str = "") -> Iterator[str]:
    """Each row of each table as text, with its table in front; of those that hold a text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT t::text FROM \"{table}\" t WHERE strpos(t::text, %s) > 0 OR %s = ''", [holding, holding]
            )
            yield from (f"{table}: {row[0]}" for row in cursor.fetchall())
