"""Looked for again: what is missing, for a day; and what is kept is not given away for less (CALL-9)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.queries.recorded import recorded_call
from callwright.recordings.models import NeverRule, Part, Recording, Source
from callwright.recordings.operations.fetch_again import fetch_again
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.rules import reason_with_files
from callwright.recordings.testing import add_recorded_call, also_recorded, fetch_now, files_in, settled, side, tone

pytestmark = pytest.mark.django_db


def looked_for_since(ago: timedelta) -> None:
    """All that is kept was fetched before somebody asked for it anew, so long ago."""
    asked = timezone.now() - ago
    Recording.objects.update(due_at=timezone.now(), asked_at=asked, fetched_at=asked - timedelta(minutes=1))
    fetch_now()


def ask_again(account_id: int, call_id: Any) -> None:
    call = recorded_call(account_id, call_id)
    assert call is not None
    fetch_again(call, now=timezone.now())
    fetch_now()


def test_the_second_of_two_is_looked_for_when_the_first_is_there_and_that_is_fetched_once(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "62.1.wav", 12))
    add_recorded_call(pbx, "62.1", started)
    apply_events([also_recorded("62.1", started, "62.1b")], now=timezone.now())
    Recording.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    fetch_now()
    first = Part.objects.get()
    now = timezone.now()
    for _ in range(2):
        recording = Recording.objects.get()
        assert (recording.state, recording.reason) == ("downloaded", "not_found")
        assert recording.due_at is not None and now < recording.due_at < now + timedelta(hours=2)
        assert Part.objects.get().file == first.file
        fetch_now()
    settled(tone(monitor / "62.1b.wav", 4))
    fetch_now()
    recording = Recording.objects.get()
    assert (recording.state, recording.reason, recording.due_at) == ("downloaded", "", None)
    assert [(one.source_name, one.position) for one in Part.objects.all()] == [("62.1.wav", 0), ("62.1b.wav", 1)]
    assert Part.objects.get(position=0).file == first.file and files_in(kept) >= {
        one.file for one in Part.objects.all()
    }


def test_after_a_day_the_second_of_two_is_given_up_and_the_first_stays(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "62.2.wav", 12))
    add_recorded_call(pbx, "62.2", started)
    apply_events([also_recorded("62.2", started, "62.2b")], now=timezone.now())
    looked_for_since(timedelta(hours=25))
    recording = Recording.objects.get()
    assert (recording.state, recording.due_at, Part.objects.count()) == ("downloaded", None, 1)


def test_one_lane_does_not_take_the_place_of_two(
    sides: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "62.3-in.wav", 12, 9000)
    side(monitor / "62.3-out.wav", 12, 3000)
    add_recorded_call(pbx, "62.3", started)
    fetch_now()
    both = Part.objects.get()
    (monitor / "62.3-out.wav").unlink()
    looked_for_since(timedelta(minutes=11))
    part = Part.objects.get()
    assert (part.file, part.channels) == (both.file, 2)
    side(monitor / "62.3.wav", 14, 9000)  # and neither does what both were mixed into
    (monitor / "62.3-in.wav").unlink()
    looked_for_since(timedelta(minutes=11))
    assert Part.objects.get().file == both.file and files_in(kept) == {both.file}
    assert (Recording.objects.get().state, Recording.objects.get().due_at) == ("downloaded", None)


def test_two_lanes_take_the_place_of_one_and_of_the_mixed_file(
    sides: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "62.4.wav", 12, 9000)
    account_id, call_id = add_recorded_call(pbx, "62.4", started)
    fetch_now()
    side(monitor / "62.4-in.wav", 12, 9000)
    side(monitor / "62.4-out.wav", 11, 3000)
    ask_again(account_id, call_id)
    part = Part.objects.get()
    assert (part.channels, part.position) == (2, 0)
    remove_left_behind(timezone.now())
    assert files_in(kept) == {part.file}


def test_a_file_that_became_shorter_or_went_from_beside_another_is_not_lost(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    folder_source.pattern = "*-{uniqueid}.wav"
    folder_source.save()
    for name in ("in", "out"):
        settled(tone(monitor / f"{name}-62.5.wav", 6))
    account_id, call_id = add_recorded_call(pbx, "62.5", started)
    fetch_now()
    before = {one.file for one in Part.objects.all()}
    assert len(before) == 2
    settled(tone(monitor / "in-62.5.wav", 3))
    (monitor / "out-62.5.wav").unlink()
    ask_again(account_id, call_id)
    assert {one.file for one in Part.objects.all()} == before == files_in(kept)


def test_raw_samples_are_read_anew_when_their_channels_were_set_right(
    folder_source: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    folder_source.raw_channels = 1
    folder_source.save()
    (monitor / "62.6.raw").write_bytes(b"\x00\x40\x00\x20" * 8000 * 12)
    settled(monitor / "62.6.raw")
    account_id, call_id = add_recorded_call(pbx, "62.6", started, talk_s=12)
    fetch_now()
    assert (Part.objects.get().channels, Recording.objects.get().reason) == (1, "doubled")
    folder_source.raw_channels = 2
    folder_source.save()
    ask_again(account_id, call_id)
    assert (Part.objects.get().channels, Recording.objects.get().reason) == (2, "")


def test_a_rule_that_came_later_says_nothing_of_what_is_kept(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "62.9.wav", 12))
    call = add_recorded_call(pbx, "62.9", started)
    fetch_now()
    NeverRule.objects.create(account=account)
    ask_again(*call)
    recording = Recording.objects.get()
    assert (recording.state, recording.reason, recording.due_at) == ("downloaded", "", None)
    assert Part.objects.get().source_name == "62.9.wav"


def test_how_long_it_is_stands_with_it_whatever_is_looked_for() -> None:
    assert reason_with_files("never", of_length="short") == "short"
    assert reason_with_files("not_found", of_length="short") == "short"
    assert reason_with_files("not_found", of_length="") == "not_found"
    assert reason_with_files("disk_full", of_length="short") == "disk_full"
