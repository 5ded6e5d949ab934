"""The time zone of a file of Asterisk is found by its keys, whatever else stands in it (CALL-11)."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callwright.accounts.models import Account
from callwright.imports.operations.prepare import prepare
from callwright.imports.reading.times import zone_of
from callwright.imports.tests.test_formats import cdr

pytestmark = pytest.mark.django_db


@pytest.fixture
def london() -> Account:
    return Account.objects.create(name="Tea", is_default=True, time_zone="Europe/London")


def written(first: datetime, zone: str, *, rows: int = 4_000, apart: timedelta = timedelta(hours=2)) -> list[str]:
    """Rows of a PBX whose clock shows the time of `zone`."""
    found = []
    for n in range(rows):
        at = first + apart * n
        stamp = f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
        found.append(cdr(stamp, stamp, stamp, f"{at.timestamp():.0f}.{n}"))
    return found


YEAR = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/London", "UTC"])
def test_a_year_that_begins_in_winter_is_read_in_its_zone(tmp_path: Path, london: Account, zone: str) -> None:
    file = tmp_path / "Master.csv"
    file.write_text("".join(written(YEAR, zone)))
    assert prepare(file).zone == zone


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_samples_of_a_text_of_two_bytes_a_letter_mislead_nobody(tmp_path: Path, london: Account, encoding: str) -> None:
    file = tmp_path / "Master.csv"
    file.write_bytes("".join(written(datetime(2026, 6, 1, tzinfo=UTC), "Europe/London", rows=900)).encode(encoding))
    assert prepare(file).zone == "Europe/London"


def test_a_packed_file_is_known_by_its_beginning(tmp_path: Path, london: Account) -> None:
    file = tmp_path / "Master.csv.gz"
    file.write_bytes(gzip.compress("".join(written(datetime(2026, 6, 1, tzinfo=UTC), "Europe/London")).encode()))
    assert prepare(file).zone == "Europe/London"


def test_bad_times_hide_the_zone_of_no_file(tmp_path: Path, london: Account) -> None:
    Account.objects.create(name="Bakery", time_zone="Europe/Moscow")
    rows = written(datetime(2026, 6, 1, tzinfo=UTC), "Europe/Moscow", rows=20)
    rows[0] = rows[0].replace("2026-06-01", "2026-13-41")
    rows[7] = rows[7].replace("2026-06-01", "2016-06-01")  # a clock that was wrong for once
    file = tmp_path / "Master.csv"
    file.write_text("".join(rows))
    assert prepare(file).zone == "Europe/Moscow"


def test_no_zone_is_found_where_most_times_fit_none() -> None:
    at = datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp()
    fits, other = ("2026-07-01 12:00:00", at), ("2026-07-01 15:30:00", at)
    assert zone_of([fits, other], ["UTC", "Europe/Amsterdam"]) == ""
    assert zone_of([fits, fits, other], ["UTC", "Europe/Amsterdam"]) == "Europe/Amsterdam"
    assert zone_of([], ["UTC"]) == ""
