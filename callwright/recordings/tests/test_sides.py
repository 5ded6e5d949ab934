"""Each side of a call in a file of its own, as MixMonitor's options r and t write them: one recording (CALL-9)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile
from django.utils import timezone

from callwright.calls.models import Call
from callwright.recordings.models import Part, Recording, Source
from callwright.recordings.testing import add_recorded_call, fetch_now, side, tone

pytestmark = pytest.mark.django_db


def test_two_files_are_the_two_lanes_of_one_recording(
    sides: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime, supervisor: Any,
    browser_of: Any,
) -> None:  # fmt: skip
    side(monitor / "91.1-in.wav", 12, 9000)
    side(monitor / "91.1-out.wav", 11, 3000)
    tone(monitor / "91.1.wav", 12)  # what they are mixed into is there too, and not needed
    _, call_id = add_recorded_call(pbx, "91.1", started)
    fetch_now()
    part = Part.objects.get()
    assert (part.channels, part.kind, round(part.seconds)) == (2, "audio/wav", 12)
    assert part.source_name == "91.1-in.wav + 91.1-out.wav"
    sound, rate = soundfile.read(kept / part.file, dtype="int16")
    assert rate == 8000 and sound.shape == (96_000, 2)
    assert set(sound[:88_000, 0]) == {9000} and set(sound[:88_000, 1]) == {3000}
    assert set(sound[88_000:, 0]) == {9000} and set(sound[88_000:, 1]) == {0}
    half = len(part.peaks) // 2
    assert set(part.peaks[:half]) == {35} and set(part.peaks[half : half + 100]) == {12}
    page = browser_of(supervisor).post(f"/recordings/calls/{call_id}/listen/").content.decode()
    assert 'data-channels="2"' in page and "data-turned" not in page
    Call.objects.update(direction="outbound")
    assert "data-turned" in browser_of(supervisor).post(f"/recordings/calls/{call_id}/listen/").content.decode()


def test_a_side_on_which_nothing_was_recorded_is_silent(
    sides: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "91.2-in.wav", 12, 9000)
    side(monitor / "91.2-out.wav", 0, 0)
    assert (monitor / "91.2-out.wav").stat().st_size == 44
    add_recorded_call(pbx, "91.2", started)
    fetch_now()
    sound, _ = soundfile.read(kept / Part.objects.get().file, dtype="int16")
    assert set(sound[:, 0]) == {9000} and set(sound[:, 1]) == {0}


def test_two_empty_sides_are_nothing_recorded(
    sides: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    for name in ("in", "out"):
        side(monitor / f"91.3-{name}.wav", 0, 0)
    add_recorded_call(pbx, "91.3", started)
    fetch_now()
    assert (Recording.objects.get().state, Part.objects.count()) == ("empty", 0)


def test_a_side_that_does_not_come_is_waited_for_then_what_there_is_is_played(
    sides: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "91.4-in.wav", 12, 9000)
    add_recorded_call(pbx, "91.4", started)
    fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "not_found")
    Recording.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    fetch_now()
    part = Part.objects.get()
    assert (part.source_name, part.channels) == ("91.4-in.wav", 1)


def test_without_sides_the_mixed_file_is_played(
    sides: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "91.5.wav", 12, 9000)
    add_recorded_call(pbx, "91.5", started)
    fetch_now()
    assert Part.objects.get().source_name == "91.5.wav"


def test_sides_that_do_not_belong_together_are_refused_with_a_reason(
    sides: Source, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    side(monitor / "91.6-in.wav", 12, 9000)
    side(monitor / "91.6-out.wav", 12, 9000, rate=16000)
    add_recorded_call(pbx, "91.6", started)
    fetch_now()
    assert (Recording.objects.get().reason, Part.objects.count()) == ("not_audio", 0)
    assert "8000 Hz / 16000 Hz" in Recording.objects.get().detail


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ("{uniqueid}-in.wav", "", "Enter the names of both sides, or neither."),
        ("{uniqueid}.wav", "{uniqueid}.wav", "Each side needs a name of its own."),
        ("{uniqueid}-in.wav", "../{uniqueid}-out.wav", "Enter a name below the folder"),
        ("{uniqueid}*in.wav", "{uniqueid}-out.wav", "there must be a sign such as - or ."),
        ("{uniqueid}-in.wav", "{uniqueid}-out.wav", ""),
    ],
)
def test_both_names_are_set_up_together(
    pbx: Any, monitor: Path, browser_of: Any, make_user: Any, own: str, other: str, said: str
) -> None:
    browser = browser_of(make_user("ada", role="administrator", all_accounts=True))
    asked = {
        "kind": "folder", "enabled": "on", "folder": str(monitor), "pattern": "{uniqueid}.wav", "raw_rate": 8000,
        "raw_channels": 2, "time_zone": "UTC", "own_side_pattern": own, "other_side_pattern": other,
    }  # fmt: skip
    page = browser.post(f"/recordings/sources/{pbx.pk}/", asked)
    if said:
        assert said in page.content.decode() and not Source.objects.exists()
    else:
        stored = Source.objects.get()
        assert page.status_code == 302 and (stored.own_side_pattern, stored.other_side_pattern) == (own, other)
