"""One attempt at a recording at a time, nothing left behind by those that fail, none that fails in silence (CALL-9)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection, transaction
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.queries.recorded import recorded_call
from callwright.calls.testing import Other, until_waiting
from callwright.messaging.models import Notification
from callwright.recordings.models import Part, Recording, Source, StoredFile
from callwright.recordings.operations import claim as claims
from callwright.recordings.operations.claim import Claim, take_due
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.operations.fetch_again import fetch_again
from callwright.recordings.operations.fetch_recording import fetch_recording
from callwright.recordings.operations.remove_calls import remove_calls
from callwright.recordings.testing import (
    add_recorded_call,
    also_recorded,
    fetch_now,
    files_in,
    recorded_call_events,
    settled,
    tone,
)

pytestmark = pytest.mark.django_db(transaction=True)


class SlowStorage(FileSystemStorage):
    """Takes longer than a claim lasts, and looks meanwhile whether another worker would take the recording up."""

    taken: list[Claim]

    def _save(self, name: str, content: Any) -> str:
        time.sleep(1.2)
        type(self).taken = take_due(timezone.now(), limit=5)
        return super()._save(name, content)


class StolenStorage(FileSystemStorage):
    """While it writes, somebody asks for the recording anew."""

    def _save(self, name: str, content: Any) -> str:
        Recording.objects.update(attempts=99)
        return super()._save(name, content)


class FailingStorage(FileSystemStorage):
    """Writes the file and then says that it could not."""

    def _save(self, name: str, content: Any) -> str:
        super()._save(name, content)
        raise RuntimeError("503 Slow Down")


@pytest.fixture
def stored_by(settings: Any) -> Callable[[type], None]:
    def choose(kind: type) -> None:
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.{kind.__name__}"}}

    return choose


def test_what_takes_longer_than_a_claim_lasts_is_not_taken_up_twice(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime,
    stored_by: Callable[[type], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(claims, "RENEWED_EVERY_S", 0.1)
    stored_by(SlowStorage)
    settled(tone(monitor / "71.1.wav", 12))
    add_recorded_call(pbx, "71.1", started)
    fetch_now()
    assert SlowStorage.taken == []
    assert Recording.objects.get().state == "downloaded" and Part.objects.count() == 1
    assert len(files_in(kept)) == 1


def test_an_attempt_that_does_not_count_any_more_leaves_no_file(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime,
    stored_by: Callable[[type], None],
) -> None:  # fmt: skip
    stored_by(StolenStorage)
    settled(tone(monitor / "71.2.wav", 12))
    add_recorded_call(pbx, "71.2", started)
    Recording.objects.update(due_at=timezone.now())
    (mine,) = take_due(timezone.now(), limit=1)
    fetch_recording(mine, timezone.now())
    assert not Part.objects.exists() and not StoredFile.objects.exists() and files_in(kept) == set()


def test_attempts_that_fail_do_not_fill_the_storage(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime,
    stored_by: Callable[[type], None],
) -> None:  # fmt: skip
    stored_by(FailingStorage)
    settled(tone(monitor / "71.3.wav", 12))
    add_recorded_call(pbx, "71.3", started)
    for _ in range(3):
        fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "storage_failed")
    assert not StoredFile.objects.exists() and files_in(kept) == set()


def test_while_one_of_two_files_is_missing_the_other_is_not_fetched_again_and_again(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "71.4.wav", 6))
    _, call_id = add_recorded_call(pbx, "71.4", started)
    apply_events([also_recorded("71.4", started)], now=timezone.now())
    for _ in range(3):
        fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "not_found")
    assert not StoredFile.objects.exists() and files_in(kept) == set()
    Recording.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    fetch_now()
    assert Part.objects.get(call_id=call_id).source_name == "71.4.wav"


def test_what_is_told_of_a_call_meanwhile_begins_a_new_attempt_with_the_first_pause(
    folder_source: Source, pbx: Any, account: Any, started: datetime
) -> None:
    add_recorded_call(pbx, "71.5", started)
    for _ in range(6):
        fetch_now()
    assert Recording.objects.get().due_at > timezone.now() + timedelta(minutes=14)
    Recording.objects.update(due_at=timezone.now())
    (before,) = take_due(timezone.now(), limit=1)
    apply_events([also_recorded("71.5", started)], now=timezone.now())
    (after,) = take_due(timezone.now() + timedelta(seconds=5), limit=1)
    assert before.id == after.id and after.attempt > before.attempt
    fetch_recording(before, timezone.now())  # nothing: it does not count any more
    fetch_recording(after, timezone.now())
    assert Recording.objects.get().due_at < timezone.now() + timedelta(seconds=6)


def test_an_error_that_nobody_thought_of_is_told_and_given_up(
    folder_source: Source, make_user: Any, pbx: Any, account: Any, started: datetime, browser_of: Any
) -> None:
    browser = browser_of(make_user("ada", role="administrator", all_accounts=True))
    Source.objects.update(time_zone="Nowhere/Land")
    _, call_id = add_recorded_call(pbx, "71.6", started)
    fetch_now()
    kept = Recording.objects.get()
    assert (kept.state, kept.reason) == ("waiting", "unexpected") and "ZoneInfoNotFoundError" in kept.detail
    assert kept.due_at is not None and kept.due_at < timezone.now() + timedelta(seconds=6)
    assert "The recording could not be fetched" in browser.get(f"/recordings/calls/{call_id}/").content.decode()
    Recording.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    fetch_now()
    kept = Recording.objects.get()
    assert (kept.state, kept.due_at) == ("failed", None)
    assert Notification.objects.filter(event="recording_failing").count() == 1


def test_a_call_that_goes_on_and_whose_recording_was_erased_meanwhile_is_no_error(
    folder_source: Source, pbx: Any, account: Any, started: datetime
) -> None:
    from callwright.calls.models import Call

    apply_events(recorded_call_events("main", "71.7", started)[:5], now=started)
    call = Call.objects.get()
    now = timezone.now()
    Recording.objects.create(
        account_id=call.account_id, id=call.id, pbx=pbx, state="erased", attempts=1, asked_at=now, erased_at=now
    )
    fetch_recording(Claim(call.account_id, call.id, 1), now)
    assert Recording.objects.get().state == "erased"


@pytest.mark.parametrize("what", ["erase", "fetch again", "remove", "fetch"])
def test_whoever_writes_of_a_recording_takes_the_call_first_as_the_link_does(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, owner: Any, started: datetime, what: str
) -> None:
    settled(tone(monitor / "71.8.wav", 12))
    account_id, call_id = add_recorded_call(pbx, "71.8", started)
    fetch_now()
    claim = Claim(account_id, call_id, Recording.objects.get().attempts)
    call = recorded_call(account_id, call_id)
    assert call is not None
    acts: dict[str, Callable[[], object]] = {
        "erase": lambda: erase_recording(
            account_id=account_id, call_id=call_id, by=owner.pk, reason="asked", now=timezone.now()
        ),
        "fetch again": lambda: fetch_again(call, now=timezone.now()),
        "remove": lambda: remove_calls(account_id, [call_id]),
        "fetch": lambda: fetch_recording(claim, timezone.now()),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE calls_call SET updated_at = now() WHERE id = %s", [call_id])
        other = Other(transaction.atomic(acts[what]))
        until_waiting(1)
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("UPDATE recordings_recording SET detail = '' WHERE id = %s", [call_id])
    assert not isinstance(other.end(), Exception)
