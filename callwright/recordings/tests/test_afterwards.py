"""What becomes of a recording when more is told of its call, when the call goes, and when its time is over (CALL-9)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.queries.recorded import recorded_call
from callwright.recordings.models import Part, Policy, Recording, Source, StoredFile
from callwright.recordings.operations.fetch_again import CannotFetch, fetch_again
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.operations.look_after import tidy
from callwright.recordings.testing import add_recorded_call, fetch_now, settled, tone
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
SPOOL = "/var/spool/asterisk/monitor"


def tell_another(call: str, at: datetime, file: str) -> None:
    apply_events(
        [e.RecordingStarted(pbx="main", call=call, at=at, recording=f"{call}b", file=f"{SPOOL}/{file}")],
        now=timezone.now(),
    )


def test_a_recording_that_is_told_after_the_first_was_fetched_is_fetched_too(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "81.1.wav", 6))
    add_recorded_call(pbx, "81.1", started)
    fetch_now()
    settled(tone(monitor / "later.wav", 4))
    tell_another("81.1", started + timedelta(seconds=11), "later.wav")
    fetch_now()
    assert [(one.source_name, one.position) for one in Part.objects.all()] == [("81.1.wav", 0), ("later.wav", 1)]
    assert round(Recording.objects.get().seconds) == 10 and Recording.objects.get().reason == ""
    assert StoredFile.objects.filter(kept=True).count() == 2


def test_what_was_fetched_stays_and_can_be_heard_when_the_pbx_has_it_no_more(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "81.2.wav", 6))
    add_recorded_call(pbx, "81.2", started)
    fetch_now()
    (monitor / "81.2.wav").unlink()
    settled(tone(monitor / "later.wav", 4))
    tell_another("81.2", started + timedelta(seconds=11), "later.wav")
    fetch_now()
    assert (Call.objects.get().recording, Recording.objects.get().state) == ("downloaded", "downloaded")
    assert [one.source_name for one in Part.objects.all()] == ["81.2.wav", "later.wav"]
    assert Recording.objects.get().due_at is None
    remove_left_behind(timezone.now())
    assert {one.file for one in Part.objects.all()} == {
        str(one.relative_to(kept)) for one in kept.rglob("*") if one.is_file()
    }


def test_the_sound_of_a_call_that_became_part_of_another_is_kept_once(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    for key in ("81.3", "81.4"):
        settled(tone(monitor / f"{key}.wav", 10))
        add_recorded_call(pbx, key, started)
    fetch_now()
    assert Part.objects.count() == 2
    apply_events(
        [e.CallMerged(pbx="main", call="81.4", at=started + timedelta(seconds=16), into="81.3")], now=timezone.now()
    )
    main = Call.objects.get()
    fetch_now()
    assert [one.id for one in Recording.objects.all()] == [main.id]
    assert {(one.call_id, one.source_name) for one in Part.objects.all()} == {
        (main.id, "81.3.wav"), (main.id, "81.4.wav"),
    }  # fmt: skip
    remove_left_behind(timezone.now())
    assert len([one for one in kept.rglob("*") if one.is_file()]) == 2


def test_an_anonymous_call_is_not_given_its_sound_back(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "81.5.wav", 12))
    account_id, call_id = add_recorded_call(pbx, "81.5", started)
    fetch_now()
    before = recorded_call(account_id, call_id)
    anonymise_calls(account_id=account_id, ids=[call_id], now=timezone.now())
    for call in (before, recorded_call(account_id, call_id)):
        assert call is not None
        with pytest.raises(CannotFetch):
            fetch_again(call, now=timezone.now())
    assert fetch_now() == 0 and not Recording.objects.exists() and not Part.objects.exists()


def test_a_recording_is_kept_from_the_end_of_its_call_on_however_late_it_was_fetched(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any
) -> None:
    now = timezone.now()
    settled(tone(monitor / "81.6.wav", 12))
    add_recorded_call(pbx, "81.6", now - timedelta(days=20))
    Recording.objects.update(asked_at=now)
    fetch_now()
    assert Recording.objects.get().state == "downloaded"
    Policy.objects.create(account=None, keep_days=30)
    tidy(now + timedelta(days=9))
    assert Recording.objects.get().state == "downloaded"
    tidy(now + timedelta(days=11))
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("erased", "retention")
