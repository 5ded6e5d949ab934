"""Record tables of a PBX, filled from recorded files, and a worker that watches them."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from django.utils import timezone
from psycopg import sql

from callwright.imports.models import Import, WatchedTable
from callwright.imports.operations.prepare import prepare_table
from callwright.imports.operations.run_import import run_import
from callwright.imports.operations.start_import import add_table_import
from callwright.imports.operations.watch_tables import watch_tables
from callwright.imports.tests.conftest import TRACES
from callwright.telephony.asterisk.cel import COLUMNS as CEL_COLUMNS
from callwright.telephony.asterisk.repair import CDR_COLUMNS
from callwright.telephony.models import Pbx

_KINDS = {
    "start": "timestamp", "answer": "timestamp", "end": "timestamp", "eventtime": "timestamptz", "duration": "integer",
    "billsec": "integer", "sequence": "integer", "extra": "jsonb",
}  # fmt: skip


class Records:
    """A PBX's database: its tables are filled from recorded files."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self._database.close()

    def make(self, name: str, *, has_id: bool = True, **other: str) -> None:
        columns = CDR_COLUMNS if name == "cdr" else CEL_COLUMNS
        parts = [
            sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL({**_KINDS, **other}.get(c, "text"))) for c in columns
        ]
        parts += [sql.SQL("id bigserial PRIMARY KEY")] if has_id else []
        self._run(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(parts)))

    def add(self, name: str, text: str, **more: Any) -> None:
        columns = CDR_COLUMNS if name == "cdr" else CEL_COLUMNS
        for cells in csv.reader(io.StringIO(text)):
            row = {c: cell or None for c, cell in zip(columns, cells, strict=False)} | more
            row["linkedid"] = row.get("linkedid") or ""
            if name == "cel":
                at = datetime.fromtimestamp(float(str(row["eventtime"])), tz=timezone.now().tzinfo)
                row["eventtime"], row["extra"] = at.isoformat(), row["extra"] or "{}"
            names = sql.SQL(", ").join(sql.Identifier(key) for key in row)
            self._run(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(name), names, sql.SQL(", ").join(sql.Placeholder() * len(row))
                ),
                list(row.values()),
            )

    def _run(self, query: sql.Composed, values: list[Any] | None = None) -> None:
        self._database.execute(query, values)

    def run(self, text: str) -> None:
        self._database.execute(text.encode())


def trace(name: str, kind: str = "cdr") -> str:
    return (TRACES / f"{name}.{kind}.csv").read_text()


def once(pbx: Pbx, shape: str = "cdr", since: str = "2026-11-21", until: str = "2026-11-22") -> Import:
    settings = prepare_table(pbx_id=pbx.pk, shape=shape, since=since, until=until)
    return run_import(
        add_table_import(settings=settings, pbx_id=pbx.pk, account_id=None, by=None, now=timezone.now()).pk
    )


class Watch:
    """A watched table and a worker's clock."""

    def __init__(self, pbx: Pbx, shape: str = "cdr", **more: Any) -> None:
        self.now = timezone.now().replace(hour=9)  # what the rounds of a test import belongs to one day
        more = {"first_day": date(2026, 11, 1), **more}
        self.table = WatchedTable.objects.create(pbx=pbx, shape=shape, **more)

    def round(self, minutes: int = 5) -> Import | None:
        self.now += timedelta(minutes=minutes)
        due = watch_tables(self.now)
        return run_import(due[0].pk) if due else None
