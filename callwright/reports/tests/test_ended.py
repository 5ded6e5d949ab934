"""What was switched off, deleted or is shared no more is not sent, and who should know of it is told."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from python_calamine import CalamineWorkbook

from callwright.calls.operations.rollup_hours import count_quarters, note_hours
from callwright.calls.testing import add_call
from callwright.messaging.models import Mail, Notification
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.operations.save_report import delete_report, restore_report
from callwright.reports.operations.schedule import ScheduleRefused, delete_schedule, send_now, switch_schedule
from callwright.reports.operations.send_due import send_due, tidy
from callwright.reports.tests.test_sending import DUE, scheduled

pytestmark = pytest.mark.django_db
LATER = DUE + timedelta(minutes=6)


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def waits(account: Any) -> Any:
    """Makes a run of a schedule wait to be tried again, until its days are counted."""

    def wait() -> Run:
        call = add_call(account, DUE - timedelta(days=2))
        note_hours({(account.pk, call.local_day)})
        send_due(DUE)
        run = Run.objects.get()
        assert (run.state, run.problem) == ("waiting", "counting") and not Mail.objects.exists()
        return run

    return wait


def test_a_report_that_was_switched_off_while_it_waited_is_not_sent(supervisor: Any, waits: Any) -> None:
    schedule = scheduled(supervisor)
    run = waits()
    switch_schedule(viewer=supervisor, schedule_id=schedule.pk, is_on=False, now=DUE)
    send_due(LATER)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("stopped", "off") and not Mail.objects.exists()
    assert not Notification.objects.filter(event="report_stopped").exists()
    count_quarters(LATER)  # what is asked for by hand is sent all the same
    send_now(viewer=supervisor, schedule_id=schedule.pk, now=LATER)
    assert send_due(LATER) == 1 and Mail.objects.count() == 1


def test_a_report_that_was_deleted_while_it_waited_is_not_sent(supervisor: Any, waits: Any) -> None:
    schedule = scheduled(supervisor)
    run = waits()
    delete_report(user_id=supervisor.pk, saved_id=schedule.saved_id, now=DUE)
    send_due(LATER)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("stopped", "deleted") and not Mail.objects.exists()
    assert not Notification.objects.filter(event="report_stopped").exists()


def test_a_report_waits_until_its_days_are_counted_and_says_so_when_that_lasts(
    supervisor: Any, account: Any, media: Path, waits: Any
) -> None:
    scheduled(supervisor, format="xlsx")
    waits()
    count_quarters(LATER)
    assert send_due(LATER) == 1 and Mail.objects.count() == 1
    note_hours({(account.pk, (DUE - timedelta(days=2)).date())})
    at = DUE + timedelta(days=1)
    for _ in range(5):
        send_due(at)
        at += timedelta(hours=4)
    run = Run.objects.order_by("due_at").last()
    assert run.state == "queued" and run.tries == 4
    book = CalamineWorkbook.from_path(str(media / run.file))
    assert ["Figures", "Some of these days are still being added up."] in [
        row[:2] for row in book.get_sheet_by_index(0).to_python()
    ]


def test_a_colleague_is_told_when_a_shared_report_is_deleted(
    supervisor: Any, controller: Any, browser_of: Any, make_user: Any
) -> None:
    schedule = scheduled(controller)
    SavedReport.objects.update(owner=supervisor, is_shared=True)
    delete_report(user_id=supervisor.pk, saved_id=schedule.saved_id, now=DUE)
    restore_report(user_id=supervisor.pk, saved_id=schedule.saved_id)
    assert send_due(DUE) == 1 and Run.objects.get().state == "queued"  # put back in time
    delete_report(user_id=supervisor.pk, saved_id=schedule.saved_id, now=DUE)
    send_due(DUE + timedelta(days=1))
    schedule.refresh_from_db()
    assert (schedule.is_on, schedule.problem) == (False, "deleted")
    assert Notification.objects.filter(event="report_stopped", user=controller).count() == 1
    text = browser_of(controller).get("/reports/schedules/").content.decode()
    assert "The report was deleted." in text and f"/reports/saved/{schedule.saved_id}/" not in text
    with pytest.raises(ScheduleRefused):
        switch_schedule(viewer=controller, schedule_id=schedule.pk, is_on=True, now=LATER)
    delete_schedule(viewer=controller, schedule_id=schedule.pk, now=LATER)
    assert not Schedule.objects.exists()


def test_a_report_of_a_colleague_who_left_is_sent_no_more(supervisor: Any, controller: Any) -> None:
    schedule = scheduled(controller)
    SavedReport.objects.update(owner=supervisor, is_shared=True)
    type(supervisor).objects.filter(pk=supervisor.pk).update(is_active=False)
    send_due(DUE)
    schedule.refresh_from_db()
    assert (schedule.is_on, schedule.problem) == (False, "not_shared") and not Mail.objects.exists()


def test_the_files_of_a_deleted_schedule_are_taken_away_like_all_others(supervisor: Any, media: Path) -> None:
    schedule = scheduled(supervisor)
    send_due(DUE)
    file = media / Run.objects.get().file
    os.utime(file, (DUE.timestamp(), DUE.timestamp()))
    young = media / "reports" / "0.csv"
    young.write_text("being written")
    os.utime(young, ((DUE + timedelta(days=30)).timestamp(),) * 2)
    delete_schedule(viewer=supervisor, schedule_id=schedule.pk, now=DUE)
    assert tidy(DUE + timedelta(days=29)) == 0 and file.exists()  # its mail may still wait
    assert tidy(DUE + timedelta(days=31)) == 1 and not file.exists() and young.exists()


def test_without_a_file_there_is_nothing_to_take_away() -> None:
    assert tidy(datetime(2026, 11, 18, tzinfo=UTC)) == 0
