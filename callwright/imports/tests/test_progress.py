"""An import while it works: how far it is, how fast, how long it takes; stopped, gone on with, discarded (CALL-11)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.imports.jobs import work
from callwright.imports.models import Import
from callwright.imports.operations.run_import import run_import
from callwright.imports.operations.start_import import NotNow, cancel, discard, go_on, keep_upload
from callwright.messaging.models import Notification
from callwright.staff.models import AuditEntry, User
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]
LINES, BATCH = 4_200, 700
FILL = "x" * 400
"""So long are the lines that the file is read in several pieces."""
Begun = Callable[..., Import]


def own_file() -> bytes:
    rows = [
        f"{n},2026-11-{1 + n // 1000:02} 10:{n % 1000 // 60:02}:{n % 60:02},06{n:08},0201234567,61,{FILL}\n"
        for n in range(LINES)
    ]
    return ("key,started,from,to,talk_s,remark\n" + "".join(rows)).encode()


@pytest.fixture
def boss(house: Account) -> User:
    return User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)


@pytest.fixture
def screen(client: Client, boss: User, tmp_path: Path, settings: Any) -> Client:
    settings.HOME = tmp_path
    client.force_login(boss)
    return client


@pytest.fixture
def begun(screen: Client, pbx: Pbx, monkeypatch: pytest.MonkeyPatch) -> Begun:
    """`begun(content)`: uploaded, confirmed, and waiting for a worker."""
    monkeypatch.setattr("callwright.imports.reading.reader.CALLS", BATCH)

    def begin(content: bytes) -> Import:
        by = User.objects.get(username="boss").pk
        row = keep_upload([content], name="calls.csv", by=by, now=timezone.now())
        given = {"pbx": pbx.pk, "zone": "UTC", "date_order": "ymd", "delimiter": ",", "encoding": "utf-8"}
        columns = ["key", "started", "from", "to", "talk_s", ""]
        answer = screen.post(f"/imports/{row.pk}/", {**given, "header": "on", "column": columns, "import": "1"})
        assert answer.status_code == 302, answer.content.decode()
        return Import.objects.get(pk=row.pk)

    return begin


def shown(screen: Client, row: Import) -> str:
    return " ".join(screen.get(f"/imports/{row.pk}/progress/").content.decode().split())


def act(screen: Client, row: Import, what: str) -> str:
    """What the page says afterwards."""
    return screen.post(f"/imports/{row.pk}/act/", {"act": what}, follow=True).content.decode()


def test_the_page_tells_share_rate_and_time_left(screen: Client, begun: Begun) -> None:
    row = begun(own_file())
    Import.objects.filter(pk=row.pk).update(
        state="running", lines=40_000, worked_s=20, bytes_total=80_000_000, bytes_read=20_000_000
    )
    page = shown(screen, row)
    assert "<strong>25 %</strong>" in page and 'value="25"' in page
    assert "2,000 lines a second" in page
    assert "1:00</bdi> to go" in page
    assert "25 %" in screen.get("/imports/").content.decode()
    Import.objects.filter(pk=row.pk).update(lines=0, worked_s=0, bytes_read=0)
    page = shown(screen, row)
    assert "0 lines a second" in page and "to go" not in page, "nothing is known yet of how long it takes"


def test_share_and_lines_grow_with_each_batch_until_all_is_read(screen: Client, begun: Begun) -> None:
    row, told = begun(own_file()), list[tuple[int, int, int]]()

    def look(now: Import) -> None:
        page = shown(screen, now)
        if now.state == "running":
            share, rate = re.search(r"<strong>(\d+) %", page), re.search(r"([\d,]+) lines a second", page)
            assert share and rate and re.search(r"\d:\d\d</bdi> to go", page)
            told.append((int(share[1]), int(rate[1].replace(",", "")), now.lines))

    done = run_import(row.pk, progress=look)
    assert (done.state, done.added, done.bytes_read) == ("finished", LINES, done.bytes_total)
    assert [lines for _, _, lines in told] == [BATCH * n for n in range(1, len(told) + 1)]
    shares = [share for share, _, _ in told]
    assert len(told) >= 5 and shares == sorted(shares) and 0 < shares[0] < 50 and len(set(shares)) > 3
    assert all(rate > 0 for _, rate, _ in told)
    assert "lines a second" not in shown(screen, done)


def test_it_is_stopped_at_the_end_of_a_batch_and_goes_on_there(screen: Client, begun: Begun, boss: User) -> None:
    row = begun(own_file())
    colleague = User.objects.create_user("bea", "x", name="Bea", role="administrator", all_accounts=True)
    beside = Client()
    beside.force_login(colleague)
    pages: list[str] = []

    def stop(now: Import) -> None:
        if now.lines == 2 * BATCH and now.state == "running":
            act(beside, now, "cancel")
            act(beside, now, "cancel")  # pressed twice
            pages.append(shown(screen, now))

    stopped = run_import(row.pk, progress=stop)
    (page,) = pages
    assert "It stops at the end of this batch" in page and 'value="cancel"' not in page
    assert (stopped.state, stopped.added, Call.objects.count()) == ("cancelled", 2 * BATCH, 2 * BATCH)
    assert AuditEntry.objects.get(action="import_cancelled").by == colleague
    assert not Notification.objects.exists()
    page = shown(screen, stopped)
    assert "Cancelled" in page and 'value="go_on"' in page and "lines a second" not in page
    act(screen, stopped, "go_on")
    assert Import.objects.get().state == "waiting" and not Import.objects.get().cancel_asked
    work(str(row.pk))
    done = Import.objects.get()
    assert (done.state, done.lines, done.added, done.unchanged) == ("finished", LINES, LINES, 0)
    assert Call.objects.count() == LINES
    assert [one.event for one in Notification.objects.all()] == ["import_finished"]


def test_one_that_waits_is_stopped_at_once_and_keeps_its_file(screen: Client, begun: Begun) -> None:
    row = begun(own_file())
    act(screen, row, "cancel")
    work(str(row.pk))  # its job comes all the same
    stopped = Import.objects.get()
    assert (stopped.state, stopped.lines, Path(stopped.path).exists()) == ("cancelled", 0, True)
    assert "another state meanwhile" in act(screen, row, "cancel")
    act(screen, row, "go_on")
    work(str(row.pk))
    assert Import.objects.get().added == LINES


def test_what_is_over_cannot_be_stopped_nor_gone_on_with(screen: Client, begun: Begun, boss: User) -> None:
    row = begun(b"key,started,from,to,talk_s,remark\n1,2026-11-21 10:00:00,0612345678,0201234567,61,\n")
    done = run_import(row.pk)
    for what in ("cancel", "go_on", "discard"):
        assert "another state meanwhile" in act(screen, done, what)
    for state in ("undoing", "undone", "draft"):
        Import.objects.filter(pk=row.pk).update(state=state)
        with pytest.raises(NotNow):
            cancel(import_id=row.pk, by=boss.pk, now=timezone.now())
        with pytest.raises(NotNow):
            go_on(import_id=row.pk, now=timezone.now())
    assert not AuditEntry.objects.filter(action="import_cancelled").exists()


def test_an_upload_is_discarded_with_its_file(
    screen: Client, pbx: Pbx, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = keep_upload([own_file()], name="calls.csv", by=boss.pk, now=timezone.now())
    assert Path(row.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = screen.post(f"/imports/{row.pk}/act/", {"act": "discard"})
    assert answer["Location"] == "/imports/"
    assert not Import.objects.exists() and not Path(row.path).exists()
    assert "Nothing was imported yet" in screen.get("/imports/").content.decode()


def test_what_was_confirmed_is_not_discarded(begun: Begun) -> None:
    row = begun(own_file())
    with pytest.raises(NotNow):
        discard(import_id=row.pk)
    assert Path(Import.objects.get().path).exists()
