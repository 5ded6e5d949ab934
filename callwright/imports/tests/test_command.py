"""`callwright import` as it is typed: a record table, and words that it refuses (CALL-11)."""

from pathlib import Path
from typing import Any

import pytest

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.imports.models import Import
from callwright.imports.tests.tables import Records, trace
from callwright.imports.tests.test_faults import master_line
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
DAYS = ["--from", "2026-11-21", "--to", "2026-11-21"]


def said(process: Any) -> tuple[int, str]:
    out, _ = process.communicate(timeout=120)
    return process.returncode, out.decode()


@pytest.mark.parametrize("shape", ["cdr", "cel"])
def test_a_record_table_is_read_and_read_again(
    command: Any, house: Account, pbx: Pbx, records: Records, shape: str
) -> None:
    records.make(shape)
    for scene in ("outbound_answered", "queue_timed_out"):
        records.add(shape, trace(scene, shape))
    code, out = said(command("--table", shape, *DAYS))
    assert code == 0, out
    assert "2 calls new, 0 merged, 0 unchanged, 0 bad lines." in out
    done = Import.objects.get()
    assert (done.origin, done.settings["shape"], done.state, Call.objects.count()) == ("table", shape, "finished", 2)
    code, out = said(command("--table", shape, *DAYS))
    assert (code, Call.objects.count()) == (0, 2)
    assert "0 calls new, 0 merged, 2 unchanged" in out


def test_only_the_days_asked_for_are_read_for_the_account_asked_for(
    command: Any, house: Account, bakery: Account, pbx: Pbx, records: Records
) -> None:
    records.make("cdr")
    records.add("cdr", trace("outbound_answered"))
    records.add("cdr", trace("queue_timed_out").replace("2026-11-21", "2026-11-22"))
    code, out = said(command("--table", "cdr", *DAYS, "--account", bakery.pk))
    assert code == 0, out
    assert [(call.account, str(call.direction)) for call in Call.objects.all()] == [(bakery, "outbound")]


def test_what_cannot_be_done_is_told_in_words(command: Any, house: Account, pbx: Pbx, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(master_line())
    wrong = {
        (): "Name a file, or --table cdr with --from and --to.",
        ("--table", "cdr"): "Say with --from and --to which days of the table are meant.",
        ("--table", "cdr", "--from", "2026-11-21", "--to", "2026-11-20"): "The day of --to is before that of --from.",
        ("--table", "cdr", *DAYS): "no database of records is set up",
        (file, "--account", "4711"): f"There is no account with the number 4711. There are: {house.pk} {house.name}.",
        (file, "--zone", "Mars/Olympus"): "There is no time zone 'Mars/Olympus'",
        (file, "--columns", "Provider"): "There are no saved columns called 'Provider'.",
        (tmp_path / "none.csv",): "The file cannot be read",
    }
    for words, told in wrong.items():
        code, out = said(command(*words))
        assert code == 1 and told in out and "Traceback" not in out, (words, out)
    assert not Import.objects.exists() and not Call.objects.exists()
    code, out = said(command(file, "--zone", "America/Lima"))
    assert code == 0, out
    assert Call.objects.get().started_at.isoformat() == "2026-11-21T15:00:00+00:00"
