"""Somebody is erased, or a schedule deleted, while a list is being made that takes minutes (CALL-16, REP-7)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, connections, transaction
from django.test import override_settings

from callwright.calls.ports import ErasedPerson, tell_erased
from callwright.calls.testing import add_call
from callwright.messaging.models import Mail
from callwright.registration.models import Registration
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.operations.schedule import delete_schedule
from callwright.reports.operations.send_due import send_due

DUE = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
NOW = DUE + timedelta(seconds=3)


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


def kept(owner: Any, query: str = "period=month&zone=UTC", report: str = "list:registrations") -> SavedReport:
    return SavedReport.objects.create(
        owner=owner, name="Registered", report=report, query=query, created_at=DUE, changed_at=DUE
    )


def scheduled(owner: Any, saved: SavedReport) -> Schedule:
    return Schedule.objects.create(
        saved=saved, owner=owner, every="day", at=time(7, 30), zone="Europe/Amsterdam", format="csv", language="en",
        addresses=["board@example.org"], next_at=DUE, created_at=DUE,
    )  # fmt: skip


@pytest.fixture
def registered(db: None, account: Any, owner: Any) -> None:
    [topic, *_others] = add_topics("Order", "Complaint")
    add_registration(add_call(account, DUE - timedelta(hours=20), employee=owner, from_name="Ann Vos"), owner, topic)


def in_another_connection(act: Callable[[], Any]) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it waits for the list"
    assert not failed, failed


@contextmanager
def after_the_rows_are_read(act: Callable[[], Any]) -> Iterator[list[str]]:
    """Does something in another connection once, after the first rows of the list; yields the levels of isolation."""
    levels: list[str] = []

    def watch(execute: Any, sql: str, *values: Any) -> Any:
        found = execute(sql, *values)
        if "FROM registration_registration r" in sql and not levels:
            with connection.cursor() as cursor:
                levels.append("")
                cursor.execute("SHOW transaction_isolation")
                levels[0] = cursor.fetchone()[0]
            in_another_connection(act)
        return found

    with connection.execute_wrapper(watch):
        yield levels


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_list_that_was_read_before_somebody_was_erased_is_made_anew(
    supervisor: Any, account: Any, registered: None, media: Path
) -> None:
    scheduled(supervisor, kept(supervisor))

    def erase() -> None:
        Registration.objects.update(comment="")
        connection.cursor().execute("UPDATE calls_call SET from_name = ''")
        with transaction.atomic():
            tell_erased(ErasedPerson(account.pk, [], ["Ann Vos"]), NOW)

    with after_the_rows_are_read(erase) as levels:
        send_due(NOW)
    assert levels == ["repeatable read"]
    send_due(NOW + timedelta(minutes=1))
    run, mail = Run.objects.get(), Mail.objects.get()
    assert (run.state, run.tries, run.rows) == ("queued", 0, 1)
    files = [file.read_text(encoding="utf-8-sig") for file in media.rglob("*.csv")]
    assert len(files) == len(mail.attachments) == 1 and "Ann Vos" not in files[0]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_schedule_is_deleted_at_once_while_its_list_is_made_and_nothing_is_sent(
    supervisor: Any, registered: None, media: Path
) -> None:
    schedule = scheduled(supervisor, kept(supervisor))
    with after_the_rows_are_read(
        lambda: delete_schedule(viewer=supervisor, schedule_id=schedule.pk, now=NOW)
    ) as levels:
        send_due(NOW)
    assert levels and not Schedule.objects.exists() and not Run.objects.exists()
    assert not Mail.objects.exists() and not list(media.rglob("*.csv"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "goes"),
    [("Ann Vos", True), ("call ann vos back", True), ("+31 20 555 0123", True), ("0205550123", True),
     ("invoice", False), ("2026", False)],
)  # fmt: skip
def test_a_kept_list_whose_words_name_an_erased_person_goes_with_its_files(
    text: str, goes: bool, supervisor: Any, account: Any, other_account: Any, media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    one = kept(supervisor, urlencode({"period": "month", "text": text, "zone": "UTC"}))
    others = [kept(supervisor), kept(supervisor, "period=month&queue=1", "calls")]
    (media / "old.csv").write_text(text)
    Run.objects.create(
        schedule=scheduled(supervisor, one), due_at=DUE, retry_at=DUE, state="queued", file="old.csv",
        accounts=[other_account.pk],
    )  # fmt: skip
    known = ["+31205550123", "205550123", "Ann Vos", "ann@example.org"]
    with django_capture_on_commit_callbacks(execute=True):
        tell_erased(ErasedPerson(account.pk, [], known), NOW)
    assert SavedReport.objects.filter(pk=one.pk).exists() is not goes
    assert (media / "old.csv").exists() is not goes
    assert SavedReport.objects.filter(pk__in=[other.pk for other in others]).count() == 2
