"""Exports of searches: what stands in the files, who gets them, and what becomes of them (CALL-13)."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from callwright.calls.export_shape import Shape
from callwright.calls.models import Export
from callwright.calls.operations.export_calls import TooManyExports, ask_export, make_export
from callwright.calls.operations.export_expiry import expire_exports, expire_exports_about
from callwright.calls.search import parse_search
from callwright.messaging.models import Notification
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db
COLUMNS = ("date", "time", "status", "contact", "number", "account", "wait", "talk", "comment", "caller_name")
DAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def exported(
    viewer: Any, query: str = "period=all", *, total: int | None = 5, now: datetime = DAY, **shape: Any
) -> Any:
    """The export as it ends, made at once."""
    given = {"columns": COLUMNS, "zone": "Europe/Amsterdam", **shape}
    pairs = {name: [value] for name, value in (part.split("=") for part in query.split("&"))}
    asked = ask_export(viewer=viewer, search=parse_search(pairs)[0], shape=Shape(**given), total=total, now=now)
    make_export(asked, clock=lambda: now, in_background=False)
    return Export.objects.get(pk=asked)


def rows_of(export: Any, files: Path, delimiter: str = ",") -> list[list[str]]:
    text = (files / export.file).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_csv_holds_the_calls_of_the_search_in_its_order(made: Any, supervisor: Any, files: Path) -> None:
    made(DAY, client_number="+31201110000", from_name="J. Vos", talk_s=3725, comment="Calls again;\nat nine")
    made(DAY + timedelta(hours=1), status="missed", client_number="")
    export = exported(supervisor, "period=all&sort=started")
    head, first, second = rows_of(export, files)
    assert head == [
        "Date", "Time", "Status", "Contact", "Number", "Account", "Wait (seconds)", "Wait", "Talk (seconds)", "Talk",
        "Comment", "Caller name",
    ]  # fmt: skip
    assert first == [
        "2026-11-18", "10:00:00+01:00", "Answered", "", "+31201110000", "Baker & Sons", "8", "0:00:08", "3725",
        "1:02:05", "Calls again;\nat nine", "J. Vos",
    ]  # fmt: skip
    assert second[2:5] == ["Missed", "", ""]
    assert (export.state, export.rows_done, export.size) == ("ready", 2, (files / export.file).stat().st_size)
    assert exported(supervisor, "period=all&status=missed").rows_done == 1


def test_the_doubled_hour_is_told_apart(made: Any, supervisor: Any, files: Path) -> None:
    made(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    made(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    iso = rows_of(exported(supervisor, "period=all&sort=started"), files)[1:]
    assert [row[:2] for row in iso] == [["2026-10-25", "02:30:00+02:00"], ["2026-10-25", "02:30:00+01:00"]]
    local = exported(supervisor, "period=all&sort=started", dates="local", language="nl", delimiter="semicolon")
    head, *rows = rows_of(local, files, ";")
    assert head[:3] == ["Datum", "Tijd", "Verschil met UTC"]
    assert [row[:3] for row in rows] == [["25-10-2026", "02:30:00", "+02:00"], ["25-10-2026", "02:30:00", "+01:00"]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\u200e=1", "'\u200e=1"),
        ("＝1", "'＝1"),
        ("\n=1", "'\n=1"),
        ("A\x00B\x07\ud800C", "ABC"),
        ('say "hi", twice', 'say "hi", twice'),
        ("+31612345678", "+31612345678"),
        ("قسم المبيعات", "قسم المبيعات"),
    ],
)
def test_nothing_that_a_caller_sends_is_a_formula(
    made: Any, supervisor: Any, files: Path, text: str, written: str
) -> None:
    from callwright.calls.export_text import csv_text

    assert csv_text(text) == written
    stored = text.replace("\x00", "").replace("\ud800", "")
    made(DAY, from_name=stored, comment=stored)
    head, row = rows_of(exported(supervisor), files)
    assert row[head.index("Comment")] == row[head.index("Caller name")] == csv_text(stored)


def test_an_export_holds_what_its_person_may_see_when_it_is_made(
    made: Any, supervisor: Any, other_account: Any, files: Path
) -> None:
    made(DAY, from_name="Mine")
    made(DAY, from_name="Theirs", of=other_account)
    assert [row[-1] for row in rows_of(exported(supervisor), files)[1:]] == ["Mine"]
    supervisor.account_rights.all().delete()
    assert rows_of(exported(supervisor), files)[1:] == []
    supervisor.role = "agent"
    supervisor.save()
    refused = exported(supervisor)
    assert (refused.state, refused.problem, refused.file) == ("failed", "no_right", "")


def test_the_audit_log_keeps_the_search_but_not_whom_it_was_for(made: Any, supervisor: Any, account: Any) -> None:
    made(DAY, client_number="+31201110000")
    query = f"period=all&number=0201110000&status=answered&account={account.pk}"
    export = exported(supervisor, query, country="NL")
    entry = AuditEntry.objects.get(action="calls_exported")
    assert (entry.by_id, entry.account_id, entry.subject) == (supervisor.pk, account.pk, f"export:{export.pk}")
    assert entry.detail == {
        "rows": 1, "format": "csv", "search": f"period=all&number=…&status=answered&account={account.pk}",
    }  # fmt: skip


def test_small_ones_come_at_once_and_are_their_owners_alone(
    made: Any, browser_of: Any, supervisor: Any, make_user: Any, account: Any
) -> None:
    made(DAY, from_name="=evil")
    client = browser_of(supervisor)
    answer = client.post("/calls/export/", {"query": "period=all", "format": "csv", "columns": "all", "bom": "1"})
    export = Export.objects.get()
    assert answer.status_code == 302 and answer.url == f"/calls/exports/{export.pk}/file/"
    fetched = client.get(answer.url)
    data = b"".join(fetched.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf") and b"'=evil" in data
    assert "attachment" in fetched["Content-Disposition"] and fetched["Cache-Control"] == "private, no-store"
    assert int(fetched["Content-Length"]) == len(data)
    assert AuditEntry.objects.filter(action="export_fetched", by=supervisor).count() == 1
    other = browser_of(make_user("sven", role="supervisor", accounts=[account]))
    assert other.get(answer.url).status_code == 404
    assert other.post(f"/calls/exports/{export.pk}/cancel/").status_code == 302
    assert b"".join(client.get(answer.url).streaming_content) == data
    assert "Ready" in client.get("/calls/exports/").content.decode()
    assert "Ready" not in other.get("/calls/exports/").content.decode()
    assert not Notification.objects.exists()  # they waited for it


def test_a_file_is_not_given_to_someone_who_lost_an_account_or_the_right(
    made: Any, browser_of: Any, supervisor: Any
) -> None:
    made(DAY)
    export = exported(supervisor, now=timezone.now())
    url = f"/calls/exports/{export.pk}/file/"
    assert b"".join(browser_of(supervisor).get(url).streaming_content).count(b"\r\n") == 2
    supervisor.account_rights.all().delete()
    assert browser_of(supervisor).get(url).status_code == 404
    supervisor.all_accounts, supervisor.role = True, "agent"
    supervisor.save()
    assert browser_of(supervisor).get(url).status_code == 404


def test_a_large_one_is_handed_to_the_worker_and_can_be_cancelled(
    made: Any, browser_of: Any, supervisor: Any, procrastinate_jobs: Any
) -> None:
    asked = ask_export(viewer=supervisor, search=parse_search({})[0], shape=Shape(), total=None, now=timezone.now())
    assert procrastinate_jobs("calls.make_export") == [{"export_id": str(asked)}]
    client = browser_of(supervisor)
    assert "Waiting for its turn" in client.get("/calls/exports/").content.decode()
    client.post(f"/calls/exports/{asked}/cancel/")
    assert Export.objects.get(pk=asked).state == "cancelled"
    assert make_export(asked, clock=timezone.now, in_background=False) == "cancelled"


def test_three_at_a_time(supervisor: Any) -> None:
    for _ in range(3):
        ask_export(viewer=supervisor, search=parse_search({})[0], shape=Shape(), total=None, now=DAY)
    with pytest.raises(TooManyExports):
        ask_export(viewer=supervisor, search=parse_search({})[0], shape=Shape(), total=None, now=DAY)


def test_files_go_after_a_week_and_with_what_they_hold(
    made: Any, supervisor: Any, account: Any, files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made(DAY)
    old, kept = exported(supervisor), exported(supervisor, now=DAY + timedelta(days=5))
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports(DAY + timedelta(days=7)) == 1
    old.refresh_from_db()
    assert (old.state, old.file, old.query) == ("expired", "", "")
    assert (files / kept.file).exists() and len(list(files.rglob("*.csv"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports_about(account_id=account.pk, now=DAY + timedelta(days=8)) == 1
    assert not list(files.rglob("*.csv"))
    expire_exports(DAY + timedelta(days=120))
    assert not Export.objects.exists()


def test_rights_of_the_screens(
    owner_client: Any, customer_client: Any, stranger_client: Any, supervisor_client: Any
) -> None:
    gone = UUID(int=5)
    for client, export, listed in ((owner_client, 403, 200), (customer_client, 403, 403), (stranger_client, 302, 302)):
        assert client.post("/calls/export/").status_code == export
        assert client.get("/calls/exports/new/").status_code == export
        assert client.get("/calls/exports/").status_code == listed
        assert client.get(f"/calls/exports/{gone}/file/").status_code == (404 if listed == 200 else listed)
    assert "data-open-export" not in owner_client.get("/calls/").content.decode()
    assert "data-open-export" in supervisor_client.get("/calls/").content.decode()
    form = supervisor_client.get("/calls/exports/new/?query=period%3Dall%26status%3Dmissed").content.decode()
    assert "status=missed" in form and "The search finds 0 calls." in form
