"""Reports that are sent at set times: each time once, with what their owner may see at that time, whatever fails."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from callwright.messaging.models import Mail, MailServer, Notification
from callwright.messaging.operations import deliver
from callwright.messaging.testing import Post, serving
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.operations import send_due as sending
from callwright.reports.operations.send_due import send_due, tidy

DUE = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


def scheduled(owner: Any, **fields: Any) -> Schedule:
    saved = SavedReport.objects.create(
        owner=owner, name="Calls by account", report="calls", query="period=4_weeks&by=account", created_at=DUE,
        changed_at=DUE,
    )  # fmt: skip
    values = {
        "every": "day", "at": time(7, 30), "zone": "Europe/Amsterdam", "addresses": ["board@example.org"],
        "format": "csv", "language": "en", "next_at": DUE, "created_at": DUE,
    }  # fmt: skip
    return Schedule.objects.create(saved=saved, owner=owner, **{**values, **fields})


def attached(mail: Mail, media: Path) -> str:
    [file] = mail.attachments
    return (media / file["stored"]).read_text(encoding="utf-8-sig")


@pytest.mark.django_db
def test_a_report_is_sent_at_its_time_and_not_again(supervisor: Any, random_calls: None, media: Path) -> None:
    schedule = scheduled(supervisor)
    assert send_due(DUE - timedelta(seconds=1)) == 0
    assert send_due(DUE + timedelta(seconds=3)) == 1 and send_due(DUE + timedelta(seconds=8)) == 0
    mail, run = Mail.objects.get(), Run.objects.get()
    assert run.state == "queued" and run.due_at == DUE and run.mail_id == mail.pk
    assert mail.subject.startswith("Calls by account: 22 Oct") and "Sofia" in mail.text
    assert f"/reports/saved/{schedule.saved_id}/" in mail.text
    assert "Baker & Sons" in attached(mail, media) and "Other Ltd" not in attached(mail, media)
    schedule.refresh_from_db()
    assert schedule.next_at == DUE + timedelta(days=1)


@pytest.mark.django_db
def test_after_days_without_a_worker_it_is_sent_once(supervisor: Any, random_calls: None) -> None:
    schedule = scheduled(supervisor)
    later = DUE + timedelta(days=5, hours=2)
    assert send_due(later) == 1 and send_due(later) == 0
    assert Run.objects.get().due_at == DUE + timedelta(days=5)
    schedule.refresh_from_db()
    assert schedule.next_at == DUE + timedelta(days=6)


@pytest.mark.django_db
def test_it_holds_what_its_owner_may_see_at_that_time(
    supervisor: Any, random_calls: None, other_account: Any, account: Any, media: Path
) -> None:
    from callwright.staff.models import AccountRight

    scheduled(supervisor)
    send_due(DUE)
    AccountRight.objects.filter(user=supervisor).delete()
    AccountRight.objects.create(user=supervisor, account=other_account)
    send_due(DUE + timedelta(days=1))
    first, second = Mail.objects.order_by("pk")
    assert account.name in attached(first, media) and other_account.name not in attached(first, media)
    assert other_account.name in attached(second, media) and account.name not in attached(second, media)


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "problem"), [({"role": "agent"}, "no_right"), ({"is_active": False}, "no_owner")])
def test_an_owner_who_lost_the_right_ends_it_and_people_are_told(
    change: dict[str, Any], problem: str, supervisor: Any, administrator: Any
) -> None:
    schedule = scheduled(supervisor)
    type(supervisor).objects.filter(pk=supervisor.pk).update(**change)
    send_due(DUE)
    schedule.refresh_from_db()
    assert (schedule.is_on, schedule.problem, Run.objects.get().state) == (False, problem, "stopped")
    assert not Mail.objects.filter(subject__startswith="Calls by account:").exists()
    assert Notification.objects.filter(event="report_stopped", user=administrator).count() == 1
    assert send_due(DUE + timedelta(days=3)) == 0


@pytest.mark.django_db
def test_a_report_of_a_colleague_is_sent_while_it_is_shared(supervisor: Any, controller: Any) -> None:
    schedule = scheduled(controller)
    SavedReport.objects.update(owner=supervisor, is_shared=True)
    send_due(DUE)
    assert Run.objects.get().state == "queued"
    SavedReport.objects.update(is_shared=False)
    send_due(DUE + timedelta(days=1))
    schedule.refresh_from_db()
    assert schedule.problem == "not_shared"


@pytest.mark.django_db
def test_a_deleted_report_is_not_sent_and_restored_goes_on(supervisor: Any) -> None:
    scheduled(supervisor)
    SavedReport.objects.update(deleted_at=DUE)
    assert send_due(DUE) == 0
    SavedReport.objects.update(deleted_at=None)
    assert send_due(DUE + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_a_full_disk_is_tried_again_and_told_when_it_stays_full(
    supervisor: Any, random_calls: None, small_disk: Path
) -> None:
    scheduled(supervisor, format="pdf")
    (small_disk / "filler").write_bytes(b"x" * 250_000)
    with override_settings(MEDIA_ROOT=str(small_disk)):
        now = DUE
        for _ in range(5):
            send_due(now)
            now += timedelta(hours=4)
        run = Run.objects.order_by("due_at").first()
        assert run is not None and (run.state, run.problem, run.tries) == ("failed", "disk_full", 5)
        assert Notification.objects.filter(event="report_failed", user=supervisor).count() == 1
        assert not Mail.objects.filter(subject__startswith="Calls by account:").exists()
        (small_disk / "filler").unlink()
        send_due(now + timedelta(days=1))
    assert Mail.objects.filter(subject__startswith="Calls by account:").count() == 1


@pytest.mark.django_db
def test_files_are_taken_away_when_they_have_been_kept_long_enough(supervisor: Any, media: Path) -> None:
    scheduled(supervisor)
    send_due(DUE)
    name = Run.objects.get().file
    assert tidy(DUE + timedelta(days=29)) == 0 and (media / name).exists()
    assert tidy(DUE + timedelta(days=31)) == 1 and not (media / name).exists()
    assert Run.objects.get().file == ""


# ── several workers, and one that dies ───────────────────────────────────────────────────────────────────────────────


class Killed(BaseException):
    """What no handler of the program catches, as little as a signal that kills."""


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_it_sends_leaves_nothing_sent_and_the_next_one_sends_once(
    supervisor: Any, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled(supervisor)
    real = sending.queue_email

    def dies(**named: Any) -> Any:
        real(**named)  # even after it was queued, before it was committed
        raise Killed

    monkeypatch.setattr(sending, "queue_email", dies)
    with pytest.raises(Killed):
        send_due(DUE)
    assert Mail.objects.count() == 0 and Run.objects.get().state == "waiting"
    monkeypatch.setattr(sending, "queue_email", real)
    assert send_due(DUE + timedelta(seconds=5)) == 1
    assert Mail.objects.count() == 1 and Run.objects.get().state == "queued"


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_it_once(supervisor: Any, media: Path) -> None:
    for _ in range(3):
        scheduled(supervisor)
    barrier = threading.Barrier(3)

    def work() -> None:
        try:
            barrier.wait()
            for step in range(3):
                send_due(DUE + timedelta(seconds=step))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Run.objects.filter(state="queued").count() == Run.objects.count() == Mail.objects.count() == 3


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_gets_it_with_its_file_when_it_is_back(supervisor: Any, media: Path) -> None:
    MailServer.objects.create(host="127.0.0.1", port=1, security="none", from_address="desk@example.org")
    scheduled(supervisor)
    send_due(DUE)
    now = datetime.now(UTC)
    deliver.send_due(now)
    assert Mail.objects.get().state == "waiting"
    post = Post()
    with serving(post) as port:
        MailServer.objects.update(port=port, retry_at=None, down_since=None, failures=0)
        Mail.objects.update(due_at=None)
        deliver.send_due(datetime.now(UTC))
    [received] = post.received
    [part] = received.message.iter_attachments()
    assert received.to == ("board@example.org",) and Mail.objects.get().state == "sent"
    assert str(part.get_filename()).endswith("-2026-11-18.csv") and part.get_content_type() == "text/csv"
