"""What imports keep goes in time (CALL-11, CALL-16)."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Retention
from callwright.calls.ports import ErasedPerson
from callwright.imports.models import BadLine, Import, PartLine
from callwright.imports.operations.forget import forget_person
from callwright.imports.operations.start_import import discard, keep_upload
from callwright.imports.operations.tidy import DRAFTS_FOR, STOPPED_FOR, forget_old_lines, tidy
from callwright.imports.tests.conftest import TRACES, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def tidied(now: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        tidy(now)


def test_uploads_that_nobody_confirmed_go_with_their_files(home: Path) -> None:
    now = timezone.now()
    old = keep_upload([b"1,2\n"], name="old.csv", by=None, now=now - DRAFTS_FOR - timedelta(minutes=1))
    new = keep_upload([b"1,3\n"], name="new.csv", by=None, now=now)
    tidied(now)
    assert list(Import.objects.all()) == [new]
    assert not Path(old.path).exists() and Path(new.path).exists()


def test_files_of_stopped_uploads_go_after_a_month_and_of_finished_ones_at_once(home: Path) -> None:
    now = timezone.now()
    rows = [keep_upload([str(n).encode()], name=f"{n}.csv", by=None, now=now) for n in range(4)]
    ends = [("failed", STOPPED_FOR + timedelta(days=1)), ("failed", timedelta()), ("finished", timedelta()),
            ("running", timedelta())]  # fmt: skip
    for row, (state, ago) in zip(rows, ends, strict=True):
        Import.objects.filter(pk=row.pk).update(state=state, finished_at=now - ago)
    tidied(now)
    assert [Path(row.path).exists() for row in rows] == [False, True, False, True]
    assert [bool(Import.objects.get(pk=row.pk).path) for row in rows] == [False, True, False, True]


def test_a_file_that_cannot_be_removed_stops_nothing(home: Path) -> None:
    row = keep_upload([b"1,2\n"], name="a.csv", by=None, now=timezone.now())
    Path(row.path).unlink()
    Path(row.path).mkdir()
    with TestCase.captureOnCommitCallbacks(execute=True):
        discard(import_id=row.pk)
    assert not Import.objects.exists()


def test_what_a_dead_worker_left_in_the_folder_goes(home: Path) -> None:
    now = timezone.now()
    kept = keep_upload([b"1,2\n"], name="a.csv", by=None, now=now)
    lost, fresh = home / "imports" / "lost.csv", home / "imports" / "fresh.csv"
    for file in (lost, fresh):
        file.write_text("x")
    before = (now - timedelta(days=2)).timestamp()
    os.utime(lost, (before, before))
    os.utime(kept.path, (before, before))
    tidied(now)
    assert not lost.exists() and fresh.exists() and Path(kept.path).exists()


def bad_line(account: Account | None, days: int) -> BadLine:
    row = Import.objects.create(
        id=f"00000000-0000-4000-8000-{BadLine.objects.count():012}", name="a.csv", origin="upload", account=account,
        created_at=timezone.now() - timedelta(days=days),
    )  # fmt: skip
    return BadLine.objects.create(of=row, line=1, reason="quote", raw="0612345678")


def test_bad_lines_are_kept_as_long_as_calls(house: Account) -> None:
    shop = Account.objects.create(name="Shop")
    Retention.objects.create(account=None, months=12, changed_at=timezone.now())
    Retention.objects.create(account=shop, months=2, changed_at=timezone.now())
    kept = {
        "shop, new": bad_line(shop, 30), "house": bad_line(house, 100), "any, new": bad_line(None, 30),
    }  # fmt: skip
    for account, days in ((shop, 100), (house, 400), (None, 100)):
        bad_line(account, days)
    assert forget_old_lines(timezone.now()) == 3
    assert set(BadLine.objects.values_list("pk", flat=True)) == {one.pk for one in kept.values()}


def test_bad_lines_stay_where_calls_stay_for_ever(house: Account) -> None:
    bad_line(house, 4_000)
    assert forget_old_lines(timezone.now()) == 0


def test_lines_that_wait_go_with_the_person_who_is_in_them(imported: Run, house: Account) -> None:
    imported("".join((TRACES / "attended_refer.cel.csv").read_text().splitlines(keepends=True)[:20]))
    number = next(raw for raw in PartLine.objects.values_list("raw", flat=True) if "79161234567" in raw)
    assert number
    forget_person(ErasedPerson(house.pk, [], ["+79161234567"]), timezone.now())
    assert not PartLine.objects.filter(raw__contains="79161234567").exists()
    assert PartLine.objects.exists()
