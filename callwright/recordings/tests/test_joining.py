"""What was fetched of a call is kept when that becomes part of another, and what was erased stays erased (CALL-9)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from callwright.accounts.models import Line
from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.queries.recorded import recorded_call
from callwright.messaging.models import Notification
from callwright.recordings.models import Part, Policy, Recording, Source
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.operations.fetch_again import fetch_again
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.operations.look_after import tidy
from callwright.recordings.testing import add_recorded_call, fetch_now, recorded_call_events, settled, tone
from callwright.staff.models import AuditEntry
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
MAIN, CONSULT = "61.1", "61.2"


@pytest.fixture
def fetched(folder_source: Source, monitor: Path, pbx: Any, account: Any, started: datetime) -> tuple[UUID, UUID]:
    """A call and its consultation as calls of their own, both fetched: their ids."""
    calls = []
    for key, seconds in ((MAIN, 10), (CONSULT, 6)):
        settled(tone(monitor / f"{key}.wav", seconds))
        calls.append(add_recorded_call(pbx, key, started)[1])
    fetch_now()
    assert Part.objects.count() == 2
    return calls[0], calls[1]


def merge(started: datetime) -> None:
    apply_events(
        [e.CallMerged(pbx="main", call=CONSULT, at=started + timedelta(seconds=16), into=MAIN)], now=timezone.now()
    )


def delete_all(monitor: Path) -> None:
    for file in monitor.iterdir():
        file.unlink()


def kept_of(call_id: UUID) -> Recording:
    assert [one.id for one in Recording.objects.all()] == [call_id]
    return Recording.objects.get()


def test_sound_that_the_pbx_has_deleted_goes_with_its_call(
    fetched: tuple[UUID, UUID], monitor: Path, kept: Path, started: datetime, supervisor: Any, browser_of: Any,
    make_user: Any,
) -> None:  # fmt: skip
    make_user("ada", role="administrator", all_accounts=True)
    main, consult = fetched
    delete_all(monitor)
    merge(started)
    parts = list(Part.objects.all())
    assert [(one.call_id, one.position) for one in parts] == [(main, 0), (main, 1)]
    assert {one.source_name for one in parts} == {f"{MAIN}.wav", f"{CONSULT}.wav"}
    entry = AuditEntry.objects.get(action="recording_joined")
    assert (entry.subject, entry.detail, entry.by_id) == (f"call:{main}", {"from_call": str(consult)}, None)
    assert fetch_now() == 1
    recording = kept_of(main)
    assert (recording.state, recording.reason, recording.due_at) == ("downloaded", "", None)
    assert round(recording.seconds) == 16 and Call.objects.get().recording == "downloaded"
    assert not Notification.objects.filter(event="recording_failing").exists()
    remove_left_behind(timezone.now())
    assert {kept / one.file for one in parts} == {one for one in kept.rglob("*") if one.is_file()}
    page = browser_of(supervisor).post(f"/recordings/calls/{main}/listen/").content.decode()
    assert page.count("data-url=") == 2


def test_a_call_that_was_not_recorded_itself_has_the_sound_of_its_consultation_as_long_as_its_own(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    events = recorded_call_events("main", MAIN, started)
    apply_events([one for one in events if not isinstance(one, e.RecordingStarted)], now=timezone.now())
    settled(tone(monitor / f"{CONSULT}.wav", 10))
    add_recorded_call(pbx, CONSULT, started)
    fetch_now()
    delete_all(monitor)
    merge(started)
    main = Call.objects.get()
    assert main.recording == "downloaded" and kept_of(main.id).call_ended_at == main.ended_at
    fetch_now()
    assert (kept_of(main.id).state, kept_of(main.id).due_at, kept_of(main.id).reason) == ("downloaded", None, "")
    assert Part.objects.get().call_id == main.id
    Policy.objects.create(account=None, keep_days=30)
    tidy(timezone.now() + timedelta(days=31))
    assert kept_of(main.id).state == "erased" and not [one for one in kept.rglob("*") if one.is_file()]


def test_sound_that_goes_to_a_call_of_another_account_is_heard_there_alone(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, other_account: Any, started: datetime,
    make_user: Any, browser_of: Any,
) -> None:  # fmt: skip
    Line.objects.create(account=account, number="+31207654321")
    Line.objects.create(account=other_account, number="+31201234567")
    for key, number in ((MAIN, "0201234567"), (CONSULT, "0207654321")):
        settled(tone(monitor / f"{key}.wav", 10))
        add_recorded_call(pbx, key, started, to=number)
    fetch_now()
    assert {one.account_id for one in Part.objects.all()} == {account.pk, other_account.pk}
    consult = Call.objects.get(pbx_key=CONSULT).id
    delete_all(monitor)
    merge(started)
    main = Call.objects.get()
    assert {(one.account_id, one.call_id) for one in Part.objects.all()} == {(other_account.pk, main.id)}
    assert Part.objects.count() == 2 and kept_of(main.id).account_id == other_account.pk
    entries = AuditEntry.objects.filter(action="recording_joined")
    assert {(one.account_id, one.subject) for one in entries} == {
        (other_account.pk, f"call:{main.id}"), (account.pk, f"call:{consult}"),
    }  # fmt: skip
    theirs = make_user("sven", role="supervisor", accounts=[other_account])
    before = make_user("bert", role="supervisor", accounts=[account])
    path = f"/recordings/calls/{main.id}/listen/"
    assert browser_of(theirs).post(path).status_code == 200
    assert browser_of(before).post(path).status_code == 404


def test_what_was_erased_of_a_consultation_is_not_fetched_for_its_call(
    fetched: tuple[UUID, UUID], account: Any, owner: Any, started: datetime
) -> None:
    main, consult = fetched
    erase_recording(account_id=account.pk, call_id=consult, by=owner.pk, reason="asked", now=timezone.now())
    merge(started)
    for _ in range(2):
        fetch_now()
        assert [(one.call_id, one.source_name) for one in Part.objects.all()] == [(main, f"{MAIN}.wav")]
        assert (kept_of(main).state, kept_of(main).due_at, kept_of(main).erased_at) == ("downloaded", None, None)
        call = recorded_call(account.pk, main)
        assert call is not None
        fetch_again(call, now=timezone.now())


def test_a_call_of_which_only_what_was_erased_had_been_recorded_says_so(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, owner: Any, started: datetime, supervisor: Any,
    browser_of: Any,
) -> None:  # fmt: skip
    events = recorded_call_events("main", MAIN, started)
    apply_events([one for one in events if not isinstance(one, e.RecordingStarted)], now=timezone.now())
    settled(tone(monitor / f"{CONSULT}.wav", 10))
    settled(tone(monitor / f"{MAIN}.wav", 10))  # nothing announced it
    _, consult = add_recorded_call(pbx, CONSULT, started)
    fetch_now()
    erase_recording(account_id=account.pk, call_id=consult, by=owner.pk, reason="asked", now=timezone.now())
    merge(started)
    fetch_now()
    main = Call.objects.get()
    assert (kept_of(main.id).state, kept_of(main.id).reason, kept_of(main.id).due_at) == ("", "erased_apart", None)
    assert main.recording == "" and not Part.objects.exists()
    page = browser_of(supervisor).get(f"/recordings/calls/{main.id}/").content.decode()
    assert "What was recorded was erased before it became part of this call" in page


def test_a_call_whose_recording_was_erased_is_given_no_sound_back(
    fetched: tuple[UUID, UUID], kept: Path, account: Any, owner: Any, started: datetime
) -> None:
    main, consult = fetched
    erase_recording(account_id=account.pk, call_id=main, by=owner.pk, reason="asked", now=timezone.now())
    merge(started)
    assert fetch_now() == 0
    assert (kept_of(main).state, kept_of(main).erase_reason) == ("erased", "asked")
    assert Call.objects.get().recording == "erased" and not Part.objects.exists()
    remove_left_behind(timezone.now())
    assert not [one for one in kept.rglob("*") if one.is_file()]
    entries = AuditEntry.objects.filter(action="recording_erased", subject=f"call:{main}")
    assert {one.by_id: one.detail for one in entries} == {
        owner.pk: {"reason": "asked"}, None: {"from_call": str(consult)},
    }  # fmt: skip


def test_what_a_call_that_came_back_brings_again_is_kept_once(
    fetched: tuple[UUID, UUID], monitor: Path, kept: Path, pbx: Any, started: datetime
) -> None:
    main, consult = fetched
    merge(started)
    fetch_now()
    assert add_recorded_call(pbx, CONSULT, started)[1] == consult
    fetch_now()
    assert Part.objects.count() == 3
    delete_all(monitor)
    merge(started)
    fetch_now()
    assert {(one.call_id, one.source_name) for one in Part.objects.all()} == {
        (main, f"{MAIN}.wav"), (main, f"{CONSULT}.wav"),
    }  # fmt: skip
    assert round(kept_of(main).seconds) == 16
    remove_left_behind(timezone.now())
    assert len([one for one in kept.rglob("*") if one.is_file()]) == 2
