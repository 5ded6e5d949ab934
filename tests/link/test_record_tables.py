"""Repair from the tables that cel_pgsql and cdr_pgsql write: the same calls as from the files (CALL-12)."""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from asgiref.sync import async_to_sync

from callwright.calls.queries.register_of_pbx import calls_of_pbx
from callwright.telephony.asterisk.cel import COLUMNS
from callwright.telephony.asterisk.tests.play import TRACES
from callwright.telephony.link.repairing import Gap, fill_gap
from tests.link.rig import configured

pytestmark = pytest.mark.django_db(transaction=True)

# As Asterisk's documentation and its own schema files have them.
CEL = """
CREATE TABLE cel (
    {id}eventtype varchar(30), eventtime timestamp, userdeftype varchar(255), cid_name varchar(80),
    cid_num varchar(80), cid_ani varchar(80), cid_rdnis varchar(80), cid_dnid varchar(80), exten varchar(80),
    context varchar(80), channame varchar(80), appname varchar(80), appdata varchar(80), amaflags int,
    accountcode varchar(20), peeraccount varchar(20), uniqueid varchar(150), linkedid varchar(150),
    userfield varchar(255), peer varchar(80), extra text)
"""
CDR = """
CREATE TABLE cdr (
    accountcode varchar(80), src varchar(80), dst varchar(80), dcontext varchar(80), clid varchar(80),
    channel varchar(80), dstchannel varchar(80), lastapp varchar(80), lastdata varchar(80), {start} timestamp,
    answer timestamp, "end" timestamp, duration int, billsec int, disposition varchar(45), amaflags varchar(45),
    uniqueid varchar(150), userfield varchar(255), peeraccount varchar(80), linkedid varchar(150), sequence int)
"""


@pytest.fixture
def tables() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection
        connection.execute("DROP TABLE IF EXISTS cel, cdr")


def fill_cel(connection: psycopg.Connection, name: str, key: str) -> None:
    connection.execute(CEL.format(id=key).encode())
    for row in csv.reader((TRACES / f"{name}.cel.csv").read_text().splitlines()):
        cells = dict(zip(COLUMNS, row, strict=False))
        known = {column: value for column, value in cells.items() if column in CEL}
        known["eventtime"] = str(datetime.fromtimestamp(float(cells["eventtime"]), UTC).replace(tzinfo=None))
        known["amaflags"] = "3"
        names, marks = ", ".join(known), ", ".join(["%s"] * len(known))
        connection.execute(f"INSERT INTO cel ({names}) VALUES ({marks})".encode(), list(known.values()))


def fill_cdr(connection: psycopg.Connection, name: str, start: str) -> None:
    connection.execute(CDR.format(start=start).encode())
    for row in csv.reader((TRACES / f"{name}.cdr.csv").read_text().splitlines()):
        marks = ", ".join(["%s"] * len(row))
        connection.execute(f"INSERT INTO cdr VALUES ({marks})".encode(), [cell or None for cell in row])


def repaired(slug: str, name: str, **records: str) -> list[dict[str, object]]:
    config = async_to_sync(configured)(slug=slug, host="127.0.0.1", **records)
    first = next(csv.reader((TRACES / f"{name}.cel.csv").read_text().splitlines()))
    began = datetime.fromtimestamp(float(first[1]), UTC)
    fill_gap(
        config,
        Gap(began - timedelta(seconds=10), began + timedelta(minutes=5), 0.0),
        retold=set(),
        goes_on=lambda call: False,
    )
    return [{key: value for key, value in call.items() if key != "id"} for call in calls_of_pbx(slug)]


@pytest.mark.parametrize("key", ["id bigserial, ", ""])
def test_cel_table(tables: psycopg.Connection, key: str) -> None:
    fill_cel(tables, "queue_blind_transfer", key)
    found = repaired("table", "queue_blind_transfer", record_dsn=os.environ["DATABASE_URL"])
    files = repaired("file", "queue_blind_transfer", cel_csv=str(TRACES / "queue_blind_transfer.cel.csv"))
    assert found == files
    assert [(call["status"], call["transferred_to"], call["queue"]) for call in found] == [
        ("answered", "102", "support")
    ]


@pytest.mark.parametrize("start", ["start", "calldate"])
def test_cdr_table(tables: psycopg.Connection, start: str) -> None:
    fill_cdr(tables, "queue_blind_transfer", start)
    found = repaired("table", "queue_blind_transfer", record_dsn=os.environ["DATABASE_URL"])
    files = repaired("file", "queue_blind_transfer", cdr_csv=str(TRACES / "queue_blind_transfer.cdr.csv"))
    assert found == files
    assert [call["status"] for call in found] == ["answered"]


def test_a_database_without_tables_gives_nothing(tables: psycopg.Connection, tmp_path: Path) -> None:
    assert repaired("table", "queue_blind_transfer", record_dsn=os.environ["DATABASE_URL"]) == []
