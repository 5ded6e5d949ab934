"""Bad lines come back as a file; corrected and imported, they become the calls that were missing (CALL-11)."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call, CallFacts
from callwright.imports.models import BadLine, Import, Mapping, PartLine, WatchedFolder
from callwright.imports.operations.prepare import is_complete, prepare
from callwright.imports.operations.run_import import run_import
from callwright.imports.operations.start_import import add_import, sha256_of
from callwright.imports.reading.returned import head_of, line_with_reason, raw_without_reason
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.shapes import recognise
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.imports.tests.tables import Records, once, trace
from callwright.imports.tests.test_formats import EXAMPLE, FREESWITCH, plain
from callwright.imports.tests.test_screens import confirm, upload
from callwright.staff.models import User
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]


@pytest.fixture
def screen(client: Client, house: Account, tmp_path: Path, settings: Any) -> Client:
    settings.HOME = tmp_path
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    return client


def bad_file_of(screen: Client, row: Import) -> str:
    answer = screen.get(f"/imports/{row.pk}/errors.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet would read the texts in another character set"
    return content.decode("utf-8-sig")


def asked(screen: Client, row: Import) -> dict[str, Any]:
    """What the preview proposes, as a browser sends it."""
    form = screen.get(f"/imports/{row.pk}/").context["form"]
    columns = [chosen for chosen, _ in screen.get(f"/imports/{row.pk}/").context["columns"]]
    header = {"header": "on"} if form.initial["header"] else {}
    named = {name: form.initial[name] for name in ("zone", "date_order", "delimiter", "encoding")}
    return {**named, **header, "column": columns}


def test_the_corrected_line_of_a_cdr_file_becomes_the_call_that_was_missing(screen: Client, pbx: Pbx) -> None:
    lines = [plain(f"17952881{n:02}.1") for n in range(5)]
    whole = upload(
        screen, "".join([*lines[:3], lines[3].replace("2026-11-21 10:00:20", "2026-11-21 30:00:20")]).encode()
    )
    done = confirm(screen, whole, pbx, **asked(screen, whole))
    assert (done.added, done.bad, Call.objects.filter(pbx_key="1795288103.1").exists()) == (3, 1, False)
    text = bad_file_of(screen, done)
    assert "“2026-11-21 30:00:20” in the column end is no date with time." in text
    again = upload(screen, text.replace("30:00:20", "10:00:20").encode())
    fixed = confirm(screen, again, pbx, **asked(screen, again))
    assert (fixed.state, fixed.added, fixed.merged, fixed.bad) == ("finished", 1, 0, 0)
    assert (Call.objects.count(), Call.objects.get(pbx_key="1795288103.1").talk_s) == (4, 10)
    last = upload(screen, "".join(lines).encode())  # the whole file, corrected where it was made
    more = confirm(screen, last, pbx, **asked(screen, last))
    assert (more.added, more.merged, more.unchanged) == (1, 0, 4)


MAPPED = (
    "Datum;Tijd;Nummer klant;Gebeld;Duur;Uitkomst;Afdeling\n"
    "03-04-2026;10:00:05;0612345678;0201234567;65;beantwoord;Inkoop\n"
    "03-04-2026;10:10:05;0612345679;0201234567;veel;beantwoord;Verkoop, binnenland\n"
    "04-05-2026;11:00:05;0612345680;0201234567;20;beantwoord;Inkoop\n"
    "05-04-2026;12:00:05;0612345681;0201234567;30;weet niet;Zoë\n"
)
COLUMNS = ["date", "time", "from", "to", "talk_s", "status", ""]


@pytest.mark.parametrize("order", ["dmy", "mdy"])
@pytest.mark.parametrize("header", [True, False])
def test_the_corrected_lines_of_a_csv_with_named_columns_become_the_calls_that_were_missing(
    screen: Client, pbx: Pbx, order: str, header: bool
) -> None:
    """Its dates leave the order of day and month open, one column is not read, and its zone is not the usual one."""
    content = MAPPED if header else MAPPED.partition("\n")[2]
    row = upload(screen, content.encode("cp1252"), "lijst.csv")
    given: dict[str, Any] = {"column": COLUMNS, "delimiter": ";", "date_order": order, "zone": "America/Lima"}
    given |= {"encoding": "cp1252", "mapping_name": "Provider"} | ({"header": "on"} if header else {})
    done = confirm(screen, row, pbx, **given)
    assert (done.added, done.bad) == (2, 2)
    text = bad_file_of(screen, done)
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == [*COLUMNS, "callwright_reason"]
    assert [len(one) for one in rows] == [8, 8, 8] and rows[2][6] == "Zoë"
    assert "“veel” in the column talk_s is no number of seconds." in rows[1][7]
    corrected = text.replace("10:10:05;0612345679;0201234567;veel", "10:10:05;0612345679;0201234567;40")
    again = upload(screen, corrected.replace("0201234567;30;weet niet", "0201234567;30;gemist").encode(), "errors.csv")
    proposed = asked(screen, again)
    assert (proposed["zone"], proposed["date_order"], proposed["column"]) == ("America/Lima", order, COLUMNS)
    fixed = confirm(screen, again, pbx, **proposed)
    assert (fixed.state, fixed.added, fixed.merged, fixed.bad) == ("finished", 2, 0, 0)
    call = Call.objects.get(from_number__endswith="612345679")
    day = "2026-04-03" if order == "dmy" else "2026-03-04"
    assert (call.started_at.isoformat(), call.talk_s) == (f"{day}T15:10:05+00:00", 40)
    mended = content.replace(";veel;", ";40;").replace("30;weet niet", "30;gemist")
    last = upload(screen, mended.encode("cp1252"), "mended.csv")
    more = confirm(screen, last, pbx, **given)
    assert (more.added, more.unchanged) == (0, 4), "the line is the same call with and without its reason"


def test_what_was_corrected_wrongly_comes_back_with_one_reason(screen: Client, pbx: Pbx) -> None:
    text = "key,started,from,to,talk_s,remark\na,yesterday,0612345678,0201234567,61,\n"
    for wrong, right in (("yesterday", "today"), ("today", "2026-11-21 10:00:00")):
        row = upload(screen, text.encode())
        done = confirm(screen, row, pbx, **asked(screen, row))
        assert (done.added, done.bad) == (0, 1)
        text = bad_file_of(screen, done)
        assert text.count("callwright 2 (Europe/Amsterdam, ymd): ") == 1 and f"“{wrong}”" in text
        text = text.replace(f"a,{wrong}", f"a,{right}")
    row = upload(screen, text.encode())
    assert confirm(screen, row, pbx, **asked(screen, row)).added == 1


SCENES = ["queue_timed_out", "queue_local_members", "attended_refer", "queue_agent_hangs_up"]


def _broken(line: str, kind: str) -> str:
    return line.replace("2026-11-21", "2026-13-41") if kind == "cdr" else line.replace('","17', '","yesterday 17', 1)


def _mended(raw: str) -> str:
    return raw.replace("2026-13-41", "2026-11-21").replace("yesterday ", "")


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("kind", ["cdr", "cel"])
@pytest.mark.parametrize("goes_on", [False, True])
def test_any_line_of_a_call_may_be_corrected_later(
    imported: Run, house: Account, scene: str, kind: str, goes_on: bool
) -> None:
    """The call that was told without it is then what it would have been, also where the file went on for hours."""
    lines = (TRACES / f"{scene}.{kind}.csv").read_text().splitlines(keepends=True)
    later = day_later(kind) if goes_on else []
    imported("".join(lines + later))
    whole = _everything()
    for place in {0, 1, len(lines) // 2, len(lines) - 1} & set(range(len(lines))):
        for table in (PartLine, CallFacts, Call, Import):
            table.objects.all().delete()  # type: ignore[attr-defined]
        broken = [*lines[:place], _broken(lines[place], kind), *lines[place + 1 :], *later]
        done = imported("".join(broken), name="1.csv")
        assert done.bad == 1, place
        bad = BadLine.objects.get()
        settings = Settings(zone=done.settings.get("zone", "UTC"))
        imported(line_with_reason(_mended(bad.raw), bad.line, bad.reason, settings), name="2.csv")
        assert _everything() == whole, place


def day_later(kind: str) -> list[str]:
    """The records of another call, a day after all others."""
    text = (TRACES / f"outbound_answered.{kind}.csv").read_text().replace("2026-11-21", "2026-11-22")
    moved = re.sub(r"\b1795(\d{6})\b", lambda found: str(int(found[0]) + 86_400), text)
    return moved.splitlines(keepends=True)


def _everything() -> list[Any]:
    facts: list[Any] = list(CallFacts.objects.values_list("facts", flat=True))
    for one in facts:
        one.pop("took_in", None)  # which calls stood apart for a while: that depends on the way
    return [sorted(map(str, calls())), sorted(map(str, facts))]


@pytest.mark.parametrize("broken", [0, 1])
def test_a_corrected_leg_of_freeswitch_completes_its_call(imported: Run, house: Account, broken: int) -> None:
    a, b = "b5f0e7a0-0000-4000-8000-000000000001", "b5f0e7a0-0000-4000-8000-000000000002"
    called = EXAMPLE.replace("101", "31201234567").replace(f'"{a}",""', f'"{a}","{b}"')
    legs = [called, EXAMPLE.replace(a, b)]
    later = EXAMPLE.replace("2026-11-21", "2026-11-22").replace(a, a[:-1] + "9")
    imported("\n".join([*legs, later]) + "\n")
    whole = _everything()
    for table in (PartLine, CallFacts, Call, Import):
        table.objects.all().delete()  # type: ignore[attr-defined]
    wrong = [leg.replace("2026-11-21", "2026-13-41") if n == broken else leg for n, leg in enumerate(legs)]
    done = imported("\n".join([*wrong, later]) + "\n", name="1.csv")
    assert (done.added, done.bad) == (2, 1)
    bad = BadLine.objects.get()
    read_as = Settings(zone=done.settings["zone"])
    again = imported(line_with_reason(_mended(bad.raw), bad.line, bad.reason, read_as), name="2.csv")
    assert (again.bad, Call.objects.count()) == (0, 2)
    assert _everything() == whole


@pytest.mark.parametrize("shape", FREESWITCH)
def test_lines_of_freeswitch_are_known_with_their_reason(shape: str) -> None:
    told = line_with_reason(FREESWITCH[shape] + "\r\n", 12, 'the "reason", told', Settings(zone="Europe/Amsterdam"))
    found, (record,) = recognise(told.encode())
    assert found.shape == shape
    assert raw_without_reason(record.raw) == FREESWITCH[shape]
    assert "told" not in record.cells[-1]


def test_a_corrected_insert_of_freeswitch_is_read(imported: Run, house: Account) -> None:
    wrong = FREESWITCH["freeswitch_sql"].replace("10:00:20", "10:00:99")
    done = imported((FREESWITCH["freeswitch_sql"] + "\n") * 3 + wrong.replace("0001", "0009"))
    bad = BadLine.objects.get()
    assert (done.added, done.bad, bad.line) == (1, 1, 4)
    text = line_with_reason(bad.raw.replace("10:00:99", "10:00:20"), bad.line, bad.reason, Settings())
    assert imported(text, name="errors.csv").added == 1


def test_bad_rows_of_a_record_table_are_corrected_in_a_file(
    screen: Client, house: Account, pbx: Pbx, records: Records
) -> None:
    """It has the table's columns, in the table's order."""
    records.make("cdr", has_id=True)
    records.add("cdr", trace("outbound_answered").replace("PJSIP/101-00000000", ""))
    done = once(pbx)
    assert (done.added, done.bad) == (0, 1)
    text = bad_file_of(screen, done)
    row = upload(screen, text.replace('"","PJSIP/trunk', '"PJSIP/101-00000000","PJSIP/trunk').encode())
    assert "Asterisk CDR" in screen.get(f"/imports/{row.pk}/").content.decode()
    assert confirm(screen, row, pbx, **asked(screen, row)).added == 1


def test_a_watched_folder_with_saved_columns_takes_the_corrected_file(tmp_path: Path, pbx: Pbx) -> None:
    settings = Settings(columns=COLUMNS, delimiter=";", header=False, date_order="mdy", zone="America/Lima")
    saved = Mapping.objects.create(name="Provider", settings={"columns": COLUMNS, "header": False, "head": []})
    WatchedFolder.objects.create(path=str(tmp_path), pbx=pbx, mapping=saved)
    line = MAPPED.splitlines()[1]
    file = tmp_path / "errors.csv"
    file.write_text(head_of(settings) + line_with_reason(line, 2, "was wrong", settings))
    found = prepare(file, mapping_id=saved.pk)
    assert is_complete(found) and (found.header, found.date_order, found.zone) == (True, "mdy", "America/Lima")
    row = add_import(
        path=file, sha256=sha256_of(file), origin="folder", settings=found, pbx_id=pbx.pk, account_id=None,
        now=timezone.now(),
    )  # fmt: skip
    done = run_import(row.pk)
    assert (done.lines, done.added, done.bad) == (1, 1, 0)


def test_a_cell_that_only_begins_alike_is_left_and_a_zone_that_is_none_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(EXAMPLE + ',"callwright at home"\n')
    assert recognise(file.read_bytes())[1][0].cells[-1] == "callwright at home"
    file.write_text(EXAMPLE + ',"callwright 5 (Mars/Olympus, mdy): so"\n')
    assert prepare(file).zone != "Mars/Olympus"
