"""Recordings come from the PBX's folder into the storage, checked, once (CALL-9)."""

import os
import struct
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile
from django.utils import timezone

from callwright.calls.models import Call
from callwright.recordings.models import Part, Recording, StoredFile
from callwright.recordings.testing import add_recorded_call, fetch_now, tone

pytestmark = pytest.mark.django_db

SPOOL = "/var/spool/asterisk/monitor"


def state_of(call_id: Any) -> tuple[str, str, str]:
    kept = Recording.objects.get(id=call_id)
    return Call.objects.get(id=call_id).recording, kept.state, kept.reason


def aged(path: Path, seconds: float = 60) -> Path:
    """As if it had been written a while ago: no need to wait and see whether it grows."""
    at = path.stat().st_mtime - seconds
    os.utime(path, (at, at))
    return path


def test_a_recording_is_fetched_checked_and_kept_under_a_name_nobody_can_guess(
    folder_source: Any, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    aged(tone(monitor / "17.1.wav", 14))
    _, call_id = add_recorded_call(pbx, "17.1", started, file=f"{SPOOL}/17.1.wav")
    assert Recording.objects.get(id=call_id).due_at is not None
    assert fetch_now() == 1
    assert state_of(call_id) == ("downloaded", "downloaded", "")
    part = Part.objects.get()
    stored = kept / part.file
    assert stored.read_bytes() == (monitor / "17.1.wav").read_bytes()
    assert "17.1" not in part.file and len(stored.stem) >= 32
    assert part.sha256 and part.kind == "audio/wav" and part.playable == part.file and round(part.seconds) == 14
    assert 100 < len(part.peaks) <= 2400 and max(part.peaks) > 20
    assert StoredFile.objects.get().kept
    assert not list((kept.parent / "home" / "spool" / "recordings").iterdir())
    assert fetch_now() == 0


def test_a_file_that_is_not_there_yet_is_waited_for_with_growing_pauses(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    _, call_id = add_recorded_call(pbx, "17.2", started)
    for usual_s in (5, 10, 20, 60):
        before = timezone.now()
        fetch_now()
        kept = Recording.objects.get(id=call_id)
        assert (kept.state, kept.reason) == ("waiting", "not_found")
        assert kept.due_at is not None and 0 <= (kept.due_at - before).total_seconds() - usual_s < 3
    assert state_of(call_id)[0] == "waiting"
    aged(tone(monitor / "17.2.wav", 12))
    fetch_now()
    assert state_of(call_id) == ("downloaded", "downloaded", "")


def test_after_a_day_it_is_given_up_and_administrators_hear_of_it_once(
    folder_source: Any, make_user: Any, pbx: Any, account: Any, started: datetime
) -> None:
    from callwright.messaging.models import Notification

    make_user("ada", role="administrator", all_accounts=True)
    calls = [add_recorded_call(pbx, f"18.{n}", started)[1] for n in range(3)]
    Recording.objects.update(asked_at=started - timedelta(hours=25))
    fetch_now()
    assert {state_of(one) for one in calls} == {("failed", "failed", "not_found")}
    assert Recording.objects.filter(due_at__isnull=False).count() == 0
    assert Notification.objects.filter(event="recording_failing").count() == 1


def test_44_bytes_are_nothing_recorded(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    aged(tone(monitor / "17.3.wav", 0))
    assert (monitor / "17.3.wav").stat().st_size == 44
    _, call_id = add_recorded_call(pbx, "17.3", started)
    fetch_now()
    assert state_of(call_id) == ("empty", "empty", "empty")
    assert not Part.objects.exists()


def test_what_is_no_sound_is_refused_in_words(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    (monitor / "17.4.wav").write_text("<!DOCTYPE html><title>404</title>" * 50)
    aged(monitor / "17.4.wav")
    _, call_id = add_recorded_call(pbx, "17.4", started)
    fetch_now()
    assert state_of(call_id) == ("waiting", "waiting", "not_audio")
    Recording.objects.update(asked_at=started)
    fetch_now()
    assert state_of(call_id) == ("failed", "failed", "not_audio")


def test_a_recording_much_shorter_than_the_talk_is_told(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    aged(tone(monitor / "17.5.wav", 20))
    _, call_id = add_recorded_call(pbx, "17.5", started, talk_s=60)
    fetch_now()
    assert state_of(call_id) == ("downloaded", "downloaded", "short")


@pytest.mark.parametrize(
    ("ending", "write"),
    [
        ("wav", {"format": "WAV", "subtype": "GSM610"}),
        ("wav", {"format": "WAV", "subtype": "ULAW"}),
        ("gsm", {"format": "RAW", "subtype": "GSM610"}),
        ("ulaw", {"format": "RAW", "subtype": "ULAW"}),
        ("alaw", {"format": "RAW", "subtype": "ALAW"}),
        ("sln", {"format": "RAW", "subtype": "PCM_16"}),
        ("ogg", {"format": "OGG", "subtype": "VORBIS"}),
        ("mp3", {"format": "MP3", "subtype": "MPEG_LAYER_III"}),
    ],
)
def test_every_format_of_asterisk_can_be_played_by_a_browser(
    folder_source: Any, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime, tmp_path: Path,
    ending: str, write: dict[str, str],
) -> None:  # fmt: skip
    sound, rate = soundfile.read(tone(tmp_path / "made.wav", 12), dtype="int16")
    soundfile.write(monitor / f"17.6.{ending}", sound, rate, **write)
    aged(monitor / f"17.6.{ending}")
    _, call_id = add_recorded_call(pbx, "17.6", started)
    fetch_now()
    assert state_of(call_id) == ("downloaded", "downloaded", "")
    part = Part.objects.get()
    assert abs(part.seconds - 12) < 0.3
    assert (kept / part.file).read_bytes() == (monitor / f"17.6.{ending}").read_bytes()
    played = soundfile.info(kept / part.playable)
    assert (played.format, played.subtype) in (("WAV", "PCM_16"), ("MP3", "MPEG_LAYER_III"))
    assert part.playable_size == (kept / part.playable).stat().st_size


def test_both_sides_in_a_raw_file_are_two_lanes(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    frames = b"".join(struct.pack("<hh", 8000 if n % 20 < 10 else -8000, 0) for n in range(8000 * 12))
    (monitor / "17.7.raw").write_bytes(frames)
    aged(monitor / "17.7.raw")
    _, call_id = add_recorded_call(pbx, "17.7", started)
    fetch_now()
    part = Part.objects.get()
    assert (part.channels, round(part.seconds), part.playable_kind) == (2, 12, "audio/wav")
    half = len(part.peaks) // 2
    assert min(part.peaks[:half]) > 20 and max(part.peaks[half:]) == 0
    assert state_of(call_id)[0] == "downloaded"


def test_files_of_a_day_folder_are_found_as_freepbx_names_them(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    folder_source.pattern, folder_source.time_zone = "{year}/{month}/{day}/*-{uniqueid}.*", "Asia/Tokyo"
    folder_source.save()
    from zoneinfo import ZoneInfo

    there = started.astimezone(ZoneInfo("Asia/Tokyo"))
    aged(tone(monitor / f"{there:%Y/%m/%d}" / "in-0201234567-0612345678-17.8.wav", 12))
    aged(tone(monitor / f"{there:%Y/%m/%d}" / "in-0201234567-0612345678-17.80.wav", 5))
    (monitor / f"{there:%Y/%m/%d}" / "in-0201234567-0612345678-17.8.txt").write_text("no sound")
    _, call_id = add_recorded_call(pbx, "17.8", started)
    fetch_now()
    assert state_of(call_id)[0] == "downloaded"
    assert round(Part.objects.get().seconds) == 12


def test_several_files_of_one_call_are_parts_in_their_order(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    from callwright.calls.operations.apply_events import apply_events
    from callwright.recordings.testing import recorded_call_events
    from callwright.telephony import events as e

    aged(tone(monitor / "b.wav", 6))
    aged(tone(monitor / "a.wav", 4))
    events = recorded_call_events("main", "17.9", started, file=f"{SPOOL}/b.wav", talk_s=10)
    again = e.RecordingStarted(
        pbx="main", call="17.9", at=started + timedelta(seconds=11), recording="17.9", file=f"{SPOOL}/a.wav"
    )
    apply_events([*events[:-1], again, events[-1]], now=started)
    fetch_now()
    assert [round(one.seconds) for one in Part.objects.order_by("position")] == [6, 4]


def test_calls_that_nobody_answered_and_pbxs_without_a_source_are_not_looked_for(
    folder_source: Any, pbx: Any, account: Any, started: datetime
) -> None:
    from callwright.calls.operations.apply_events import apply_events
    from callwright.recordings.testing import recorded_call_events
    from callwright.telephony import events as e
    from callwright.telephony.models import Pbx

    events = recorded_call_events("main", "19.1", started)
    apply_events(
        [one for one in events if not isinstance(one, e.TalkStarted | e.TalkEnded | e.LegAnswered)], now=started
    )
    other = Pbx.objects.create(slug="second", name="Second", host="127.0.0.1")
    add_recorded_call(other, "19.2", started)
    assert not Recording.objects.exists()


def test_unannounced_recordings_are_looked_for_only_where_that_is_wanted(
    folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime
) -> None:
    from callwright.calls.operations.apply_events import apply_events
    from callwright.recordings.testing import recorded_call_events
    from callwright.telephony import events as e

    def call(key: str) -> Any:
        events = recorded_call_events("main", key, started)
        apply_events([one for one in events if not isinstance(one, e.RecordingStarted)], now=started)
        return Call.objects.get(pbx_key=key).id

    call("20.1")
    assert not Recording.objects.exists()
    folder_source.announced_only = False
    folder_source.save()
    aged(tone(monitor / "20.2.wav", 12))
    there, missing = call("20.2"), call("20.3")
    fetch_now()
    assert state_of(there)[0] == "downloaded"
    assert state_of(missing) == ("", "", "")
    Recording.objects.filter(id=missing).update(asked_at=started - timedelta(hours=1))
    fetch_now()
    assert state_of(missing) == ("", "", "") and Recording.objects.get(id=missing).due_at is None
