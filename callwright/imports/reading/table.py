"""The record tables of a PBX (cdr, cel), as records like those of a file: of some days, or what is new there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import dict_row

from callwright.imports.reading.records import Record
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.text import Unreadable

_TIMES = {"cdr": ("start", "calldate"), "cel": ("eventtime",)}
_IDS = ("id", "acctid", "cdr_id", "recordid")
_NAMES = {"calldate": "start"}
_WIDE = timedelta(days=1)
"""So far from one another the rows of one call may lie."""
_COLUMNS = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_SAMPLE = 300
LOOK_S, LOCK_S = 60, 60
"""So long a look may take, and reading may wait for somebody who has the table locked."""
_ALIVE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

Connection = psycopg.Connection[dict[str, Any]]


class Table(msgspec.Struct):
    """`columns` by their names in the database; `id` and `linked` where it has them. `is_local`: times without zone."""

    name: str
    columns: list[str]
    time: str
    end: sql.Composable
    id: str
    linked: str
    is_local: bool

    @property
    def names(self) -> list[str]:
        """As the readers know them."""
        lower = [name.lower() for name in self.columns]
        return ["" if name == "calldate" and "start" in lower else _NAMES.get(name, name) for name in lower]


class Newest(msgspec.Struct):
    """The last row: its number, where the table has numbers, and when it was about. `is_local`: times without zone."""

    id: int = 0
    at: datetime | None = None
    is_local: bool = False


def look_at_table(ground: Ground, shape: str) -> tuple[Table, list[Record]]:
    """What the table is like, and its last rows. Raises Unreadable."""
    with _connected(ground, longest_s=LOOK_S) as connection:
        table = _table(connection, shape)
        query = sql.SQL("SELECT * FROM {} WHERE {} IS NOT NULL ORDER BY {} DESC LIMIT {}").format(
            sql.Identifier(table.name), sql.Identifier(table.time), sql.Identifier(table.time), _SAMPLE
        )
        return table, [_record(number, row, table) for number, row in enumerate(_all(connection, query), 1)]


def newest_of_table(ground: Ground, shape: str) -> Newest:
    """Up to where the table is written. Raises Unreadable."""
    with _connected(ground, longest_s=LOOK_S) as connection:
        table = _table(connection, shape)
        query = sql.SQL("SELECT {}, {} AS at FROM {}").format(
            sql.SQL("max({}) AS id").format(sql.Identifier(table.id)) if table.id else sql.SQL("0 AS id"),
            sql.SQL("max({})").format(sql.Identifier(table.time) if table.id else table.end),
            sql.Identifier(table.name),
        )
        (row,) = _all(connection, query)
    at = row["at"]
    if isinstance(at, datetime) and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)  # compared with itself alone
    return Newest(int(row["id"] or 0), at if isinstance(at, datetime) else None, table.is_local)


def rows_of_table(settings: Settings, ground: Ground) -> Iterator[Record]:
    """All rows of the calls of which one is in the days given or is new. Raises Unreadable."""
    with _connected(ground) as connection:
        table = _table(connection, settings.shape)
        query = _query(table, settings)
        try:
            with connection.transaction(), connection.cursor("callwright_import") as cursor:
                cursor.itersize = 5_000
                cursor.execute(query)
                for number, row in enumerate(cursor, 1):
                    yield _record(number, row, table)
        except psycopg.Error as error:
            raise _unreadable(error) from error


def _query(table: Table, settings: Settings) -> sql.Composed:
    wanted = _wanted(table, settings)
    name, time = sql.Identifier(table.name), sql.Identifier(table.time)
    order = sql.SQL(", ").join(sql.Identifier(one) for one in dict.fromkeys([table.time, table.id or table.time]))
    if not table.linked:
        return sql.SQL("SELECT * FROM {} WHERE {} ORDER BY {}").format(name, wanted, order)
    return sql.SQL(
        "WITH wanted AS MATERIALIZED (SELECT * FROM {name} WHERE {wanted}) SELECT * FROM ("
        "SELECT * FROM wanted UNION ALL SELECT * FROM {name} WHERE ({wanted}) IS NOT TRUE"
        " AND {time} >= (SELECT min({time}) FROM wanted) - {wide}"
        " AND {time} <= (SELECT max({time}) FROM wanted) + {wide}"
        " AND {linked} IN (SELECT {linked} FROM wanted WHERE {linked} <> '')) AS rows_of_calls ORDER BY {order}"
    ).format(name=name, wanted=wanted, time=time, linked=sql.Identifier(table.linked), wide=_WIDE, order=order)


def _wanted(table: Table, settings: Settings) -> sql.Composed:
    time = sql.Identifier(table.time)
    parts = [sql.SQL("{} >= {}").format(time, _moment(settings.since, table, settings.zone))]
    if settings.until:
        parts.append(sql.SQL("{} < {}").format(time, _moment(settings.until, table, settings.zone)))
    if table.id and settings.newer_than >= 0:
        parts.append(sql.SQL("{} > {}").format(sql.Identifier(table.id), settings.newer_than))
    elif settings.newer_at:
        # as the table itself writes its times, see `newest_of_table`
        newer = datetime.fromisoformat(settings.newer_at)
        newer = newer.replace(tzinfo=None) if table.is_local else newer
        parts.append(sql.SQL("{} > {} AND {} >= {}").format(table.end, newer, time, newer - _WIDE))
    return sql.SQL(" AND ").join(parts)


def _moment(text: str, table: Table, zone: str) -> datetime:
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if table.is_local else at


def _table(connection: Connection, shape: str) -> Table:
    kinds = {str(row["attname"]): str(row["format_type"]) for row in _all(connection, sql.SQL(_COLUMNS), [shape])}
    by_name = {name.lower(): name for name in kinds}
    time = next((by_name[name] for name in _TIMES[shape] if name in by_name), "")
    if not time:
        raise Unreadable("no_table", shape)
    whole = ("smallint", "integer", "bigint")
    id = next((by_name[name] for name in _IDS if name in by_name and kinds[by_name[name]] in whole), "")
    end: sql.Composable = sql.Identifier(by_name.get("end", time))
    if "end" not in by_name and "duration" in by_name:
        end = sql.SQL("({} + coalesce({}, 0) * interval '1 second')").format(
            sql.Identifier(time), sql.Identifier(by_name["duration"])
        )
    is_local = kinds[time] == "timestamp without time zone"
    return Table(shape, list(kinds), time, end, id, by_name.get("linkedid", ""), is_local)


def _record(number: int, row: dict[str, Any], table: Table) -> Record:
    cells = [_text(value) for value in row.values()]
    return Record(number, _csv(cells), cells, id=int(row[table.id] or 0) if table.id else 0)


class _Text(Loader):
    """Texts of a database that holds bytes of another character set are read as well as they can be."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "replace")


def _connected(ground: Ground, *, longest_s: int = 0) -> Connection:
    """`longest_s`: so long a statement may take; 0: as long as the server is there. Raises Unreadable."""
    try:
        connection = psycopg.connect(
            ground.record_dsn, row_factory=dict_row, autocommit=True, application_name="callwright", **_ALIVE
        )
    except psycopg.Error as error:  # what is no address, or is one in part, may be a password: it is not shown
        raise Unreadable("table_gone", error.sqlstate or "") from None
    connection.read_only = True
    for kind in ("text", "varchar", "bpchar"):
        connection.adapters.register_loader(kind, _Text)
    try:
        connection.execute("SET client_encoding = 'UTF8'")
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(sql.SQL("SET statement_timeout = {}").format(longest_s * 1000))
        connection.execute(sql.SQL("SET lock_timeout = {}").format(LOCK_S * 1000))
    except psycopg.Error as error:
        connection.close()
        raise _unreadable(error) from error
    return connection


def _all(
    connection: Connection, query: sql.SQL | sql.Composed, values: list[Any] | None = None
) -> list[dict[str, Any]]:
    try:
        return connection.execute(query, values).fetchall()
    except psycopg.Error as error:
        raise _unreadable(error) from error


def _unreadable(error: psycopg.Error) -> Unreadable:
    if isinstance(error, psycopg.OperationalError):
        return Unreadable("table_gone", error.sqlstate or "")  # the text may hold part of the address
    return Unreadable("table_refused", str(error)[:200])


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, dict | list):
        return json.dumps(value)
    return "" if value is None else str(value)


def _csv(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"
