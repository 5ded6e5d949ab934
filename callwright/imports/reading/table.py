"""The record tables of a PBX (cdr, cel) between two days, as records like those of a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from callwright.imports.reading.records import Record
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.text import Unreadable

_QUERIES = {
    "cdr": (
        "SELECT * FROM cdr WHERE start >= %s AND start < %s ORDER BY start, uniqueid, channel, dstchannel",
        "SELECT * FROM cdr WHERE calldate >= %s AND calldate < %s ORDER BY calldate, uniqueid, channel, dstchannel",
    ),
    "cel": ("SELECT * FROM cel WHERE eventtime >= %s AND eventtime < %s ORDER BY eventtime, uniqueid",),
}
_NAMES = {"calldate": "start"}


def columns_of_table(ground: Ground, shape: str) -> list[str]:
    """The names of its columns, as the readers know them; none where the PBX has no such table. Raises Unreadable."""
    with _connected(ground) as connection:
        rows = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [shape],
        ).fetchall()
    names = [str(row["column_name"]).lower() for row in rows]
    return ["" if name == "calldate" and "start" in names else _NAMES.get(name, name) for name in names]


def rows_of_table(settings: Settings, ground: Ground) -> Iterator[Record]:
    """Rows with the start in the days given. Raises Unreadable."""
    days = [datetime.fromisoformat(settings.since), datetime.fromisoformat(settings.until)]
    with _connected(ground) as connection:
        for query in _QUERIES[settings.shape]:
            try:
                with connection.transaction(), connection.cursor("callwright_import") as cursor:
                    cursor.itersize = 5_000
                    cursor.execute(query.encode(), days)
                    for number, row in enumerate(cursor, 1):
                        cells = [_text(value) for value in row.values()]
                        yield Record(number, _csv(cells), cells)
                return
            except psycopg.errors.UndefinedColumn:
                continue
            except psycopg.errors.UndefinedTable as error:
                raise Unreadable("no_table", settings.shape) from error
            except psycopg.OperationalError as error:
                raise Unreadable("table_gone", str(error)[:200]) from error
    raise Unreadable("no_table", settings.shape)


def _connected(ground: Ground) -> psycopg.Connection[dict[str, Any]]:
    try:
        return psycopg.connect(ground.record_dsn, row_factory=dict_row, connect_timeout=10)
    except psycopg.Error as error:
        raise Unreadable("table_gone", str(error)[:200]) from error


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return "" if value is None else str(value)


def _csv(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"
