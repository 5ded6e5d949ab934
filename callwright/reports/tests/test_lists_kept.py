"""Lists that are kept under names and sent at set times, as reports are (REP-7)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from python_calamine import CalamineWorkbook

from callwright.calls.ports import ErasedPerson, tell_erased
from callwright.calls.testing import add_call
from callwright.messaging.models import Mail, Notification
from callwright.registration.models import AskAgain, Registration
from callwright.registration.operations.ask_again import ask_again
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.operations import scheduled_file
from callwright.reports.operations.send_due import send_due, tidy

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
QUERY = "period=yesterday&direction=inbound&zone=Europe%2FAmsterdam"


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def registered(account: Any, other_account: Any, owner: Any) -> None:
    """One call the day before in each of two accounts, and one of the day itself."""
    [topic, *_others] = add_topics("Order", "Complaint")
    for where, at in ((account, DUE - timedelta(hours=20)), (account, DUE), (other_account, DUE - timedelta(hours=20))):
        add_registration(add_call(where, at, employee=owner, from_name="Ann Vos"), owner, topic)


def scheduled(owner: Any, **fields: Any) -> Schedule:
    saved = SavedReport.objects.create(
        owner=owner, name="What was registered", report="list:registrations", query=QUERY, created_at=DUE,
        changed_at=DUE,
    )  # fmt: skip
    values = {
        "every": "day", "at": time(7, 30), "zone": "Europe/Amsterdam", "addresses": ["board@example.org"],
        "format": "csv", "language": "en", "next_at": DUE, "created_at": DUE,
    }  # fmt: skip
    return Schedule.objects.create(saved=saved, owner=owner, **{**values, **fields})


def test_a_list_is_kept_opens_as_it_was_changes_and_is_shared(
    supervisor: Any, supervisor_client: Any, controller: Any, browser_of: Any
) -> None:
    answer = supervisor_client.post("/reports/lists/registrations/save/", {"query": QUERY, "name": "Yesterday"})
    one = SavedReport.objects.get()
    assert one.report == "list:registrations" and one.query == QUERY
    assert answer.url == f"/registration/?{QUERY}&saved={one.pk}"
    assert supervisor_client.get(f"/reports/saved/{one.pk}/").url == answer.url
    page = supervisor_client.get(answer.url).content.decode()
    assert f"saved={one.pk}" in page and '<option value="yesterday" selected>' in page
    form = supervisor_client.get(f"/reports/lists/registrations/save/?saved={one.pk}&query=period%3Dweek")
    assert f'action="/reports/saved/{one.pk}/change/"' in form.content.decode()
    supervisor_client.post(
        f"/reports/saved/{one.pk}/change/", {"name": "This week", "query": "period=week&zone=UTC", "shared": "1"}
    )
    one.refresh_from_db()
    assert (one.name, one.query) == ("This week", "period=week&zone=UTC")
    text = browser_of(controller).get("/reports/").content.decode()
    assert "This week" in text and "Registrations · 7 days" in text and "/registration/?period=week" in text


def test_quality_by_agent_is_kept_with_its_steps(supervisor_client: Any) -> None:
    saved = {"query": "step=month&direction=inbound&zone=UTC", "name": "Quality"}
    answer = supervisor_client.post("/reports/lists/quality/save/", {**saved, "then": "schedule"})
    one = SavedReport.objects.get()
    assert answer.url == f"/reports/saved/{one.pk}/schedule/" and "step=month" in one.query
    assert supervisor_client.get(answer.url).status_code == 200
    page = supervisor_client.get(supervisor_client.get(f"/reports/saved/{one.pk}/").url).content.decode()
    assert 'value="month" checked' in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_list_is_sent_at_its_time_with_what_its_owner_may_see(
    form: str, supervisor: Any, supervisor_client: Any, other_account: Any, registered: None, media: Path
) -> None:
    schedule = scheduled(supervisor, format=form)
    assert send_due(DUE + timedelta(seconds=3)) == 1 and send_due(DUE + timedelta(seconds=8)) == 0
    mail, run = Mail.objects.get(), Run.objects.get()
    assert (run.state, run.rows, str(run.begins_on), str(run.ends_on)) == ("queued", 1, "2026-11-17", "2026-11-17")
    assert mail.subject == "What was registered: 17 Nov 2026" and f"/reports/saved/{schedule.saved_id}/" in mail.text
    [file] = mail.attachments
    assert file["name"] == f"what-was-registered-2026-11-17-2026-11-17.{form}"
    if form == "csv":
        text = (media / file["stored"]).read_text(encoding="utf-8-sig")
        assert "Ann Vos" in text and other_account.name not in text
    answer = supervisor_client.get(f"/reports/runs/{run.pk}/file/")
    assert b"".join(answer.streaming_content) == (media / run.file).read_bytes()
    assert "What was registered" in supervisor_client.get("/reports/schedules/").content.decode()


@pytest.mark.parametrize(("code", "waits"), [("missing", True), ("quality", True), ("registrations", False)])
def test_a_list_is_not_sent_while_calls_wait_that_may_belong_into_it(
    code: str, waits: bool, supervisor: Any, account: Any, registered: None, media: Path
) -> None:
    scheduled(supervisor, format="xlsx")
    SavedReport.objects.update(report=f"list:{code}")
    ask_again([(account.pk, Registration.objects.filter(account=account).values_list("call_id", flat=True)[0])])
    AskAgain.objects.update(at=DUE - timedelta(minutes=6))
    send_due(DUE + timedelta(seconds=3))
    run = Run.objects.get()
    assert (run.state, run.problem) == (("waiting", "counting") if waits else ("queued", ""))
    if not waits:
        return
    Run.objects.update(tries=9)  # the last try: it is sent as it is, and says so
    send_due(run.retry_at + timedelta(seconds=3))
    [file] = Mail.objects.get().attachments
    book = CalamineWorkbook.from_path(str(media / file["stored"]))
    assert "still being added up" in str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


def test_an_owner_who_may_no_longer_take_lists_along_sends_none(supervisor: Any, registered: None) -> None:
    scheduled(supervisor)
    supervisor.role = "agent"
    supervisor.save()
    send_due(DUE + timedelta(seconds=3))
    assert Run.objects.get().state == "stopped" and not Mail.objects.exists()


def test_a_list_too_large_for_a_mail_fails_once_and_its_owner_is_told(
    supervisor: Any, registered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled_file, "LARGEST", 100)
    scheduled(supervisor)
    send_due(DUE + timedelta(seconds=3))
    run = Run.objects.get()
    assert (run.state, run.problem, run.file) == ("failed", "too_large", "") and not Mail.objects.exists()
    assert Notification.objects.filter(user=supervisor).count() == 1


def test_files_of_lists_go_after_a_week_and_when_somebody_of_their_accounts_is_erased(
    supervisor: Any, account: Any, other_account: Any, registered: None, media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    schedule = scheduled(supervisor)
    send_due(DUE + timedelta(seconds=3))
    assert tidy(DUE + timedelta(days=6)) == 0 and tidy(DUE + timedelta(days=8)) == 1
    assert Run.objects.get().file == ""
    Run.objects.all().delete()
    Run.objects.create(schedule=schedule, due_at=DUE + timedelta(days=1), retry_at=DUE)
    send_due(DUE + timedelta(days=1, seconds=3))
    file = Run.objects.get(due_at=DUE + timedelta(days=1)).file
    assert (media / file).exists()
    for where, is_there in ((other_account, True), (account, False)):
        with django_capture_on_commit_callbacks(execute=True):
            tell_erased(ErasedPerson(where.pk, [], ["Ann Vos"]), DUE + timedelta(days=1))
        assert (media / file).exists() is is_there
    assert Run.objects.get(due_at=DUE + timedelta(days=1)).file == ""
