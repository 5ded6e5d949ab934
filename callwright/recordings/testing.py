"""Sounds and calls for the tests of recordings."""

import math
import os
import struct
import wave
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID


def tone(path: Path, seconds: float = 10.0, *, channels: int = 1, rate: int = 8000, silent: Sequence[Any] = ()) -> Path:
    """A WAV file with another tone in each channel, and silence in the given (from, to) stretches."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        frames = bytearray()
        for n in range(int(seconds * rate)):
            quiet = any(start <= n / rate < end for start, end in silent)
            for channel in range(channels):
                value = 0 if quiet else int(9000 * math.sin(2 * math.pi * (300 + 200 * channel) * n / rate))
                frames += struct.pack("<h", value)
        out.writeframes(bytes(frames))
    return path


def settled(path: Path) -> Path:
    """The file, as if it had not been written to for long."""
    os.utime(path, (1, 1))
    return path


def side(path: Path, seconds: float, loudness: int, rate: int = 8000) -> Path:
    """A settled file of one side of a call, of one loudness."""
    import numpy
    import soundfile  # type: ignore[import-untyped]

    soundfile.write(path, numpy.full(int(seconds * rate), loudness, dtype=numpy.int16), rate)
    return settled(path)


def files_in(folder: Path) -> set[str]:
    """The names of all files below it."""
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def recorded_call_events(
    pbx: str, key: str, at: datetime, *, file: str = "", talk_s: float = 10, to: str = "0201234567"
) -> list[Any]:
    """The events of an answered inbound call that was recorded from its answer on."""
    from callwright.telephony import events as e

    def event(kind: Any, seconds: float, **more: Any) -> Any:
        return kind(pbx=pbx, call=key, at=at + timedelta(seconds=seconds), **more)

    return [
        event(
            e.CallStarted, 0, direction=e.Direction.INBOUND, from_number="0612345678", to_number=to, dialled_number=to
        ),
        event(e.RecordingStarted, 1, recording=key, file=file),
        event(e.LegRinging, 1, leg=f"{key}-1", party="201"),
        event(e.LegAnswered, 5, leg=f"{key}-1"),
        event(e.TalkStarted, 5),
        event(e.TalkEnded, 5 + talk_s),
        event(e.LegEnded, 5 + talk_s, leg=f"{key}-1", result=e.LegResult.ANSWERED),
        event(e.CallEnded, 5 + talk_s),
    ]


def also_recorded(call: str, started: datetime, key: str = "71.4b") -> Any:
    """A second recording of a call begins."""
    from callwright.telephony import events as e

    return e.RecordingStarted(pbx="main", call=call, at=started + timedelta(seconds=7), recording=key, file="")


def add_recorded_call(pbx: Any, key: str, at: datetime, **more: Any) -> tuple[int, UUID]:
    """An ended call that was recorded, as the link brings it; (account id, call id)."""
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events

    apply_events(recorded_call_events(pbx.slug, key, at, **more), now=at + timedelta(minutes=1))
    call = Call.objects.get(pbx=pbx, pbx_key=key)
    return call.account_id, call.id


def fetch_all_due(now: datetime) -> int:
    """Sees to all that is due, one after another, in this thread; returns how many."""
    from callwright.recordings.operations.claim import take_due
    from callwright.recordings.operations.look_after import see_to

    done = 0
    while claims := take_due(now, limit=1):
        see_to(claims[0])
        done += 1
    return done


def fetch_now() -> int:
    """All that is queued is due now, and seen to in this thread."""
    from django.utils import timezone

    from callwright.recordings.models import Recording

    Recording.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    return fetch_all_due(timezone.now())


def process_environment(folder: Path) -> dict[str, str]:
    """For a process of the product on the test's database, with this data folder."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {
        **os.environ, "DATABASE_URL": url, "CALLWRIGHT_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "callwright.config.settings",
    }  # fmt: skip
