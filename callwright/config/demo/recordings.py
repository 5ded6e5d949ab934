"""Recordings of a few calls of the demonstration: two voices that hum in turn, made here, so that the player can be
seen and heard without a PBX that records.
"""

import tempfile
import wave
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy
from django.db import connection

from callwright.calls.operations.set_recording import set_recording
from callwright.kit.identity import uuid7_of
from callwright.recordings.audio import RawAs, examine
from callwright.recordings.models import Part, Policy, Recording, State
from callwright.recordings.operations.keep_files import Keeping, mark_kept

RATE = 8000
MOST, LONGEST_S = 12, 90
_PITCH = (190.0, 120.0)  # the client's voice and ours

_RECENT = """
    SELECT account_id, id, pbx_id, started_at, talk_s FROM calls_call
    WHERE status = 'answered' AND direction <> 'internal' AND talk_s BETWEEN 25 AND %s AND pbx_id IS NOT NULL
    ORDER BY id DESC LIMIT %s
"""


def add_recordings(now: datetime, random: Any) -> int:
    """Gives the latest answered calls a recording each; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [LONGEST_S, MOST])
        calls = cursor.fetchall()
    for account_id, call_id, pbx_id, started_at, talk_s in calls:
        _add(account_id, call_id, pbx_id, started_at, talk_s, random.getrandbits(32), now)
    consent = "This call is recorded so that we can help you better. Say so if you would rather not."
    Policy.objects.get_or_create(account=None, defaults={"keep_days": 365, "consent": consent})
    return len(calls)


def _add(
    account_id: int, call_id: UUID, pbx_id: int, started_at: datetime, talk_s: int, seed: int, now: datetime
) -> None:
    with tempfile.TemporaryDirectory() as folder, Keeping(now) as files:
        path = Path(folder) / "demo.wav"
        write_voices(path, talk_s, seed)
        sound = examine(path, name=path.name, raw_as=RawAs())
        name, size = files.keep(path, ending="wav"), path.stat().st_size
        Recording.objects.create(
            account_id=account_id, id=call_id, pbx_id=pbx_id, state=State.DOWNLOADED, asked_at=now, fetched_at=now,
            call_ended_at=started_at, seconds=sound.seconds,
        )  # fmt: skip
        Part.objects.create(
            id=uuid7_of(started_at, str(call_id), name), account_id=account_id, call_id=call_id, position=0,
            source_name=path.name, file=name, kind=sound.kind, size=size, sha256="", playable=name,
            playable_kind=sound.kind, playable_size=size, seconds=sound.seconds, channels=sound.channels,
            peaks=sound.peaks,
        )  # fmt: skip
        mark_kept([name])
    set_recording(account_id=account_id, call_id=call_id, state=State.DOWNLOADED, now=now)


def write_voices(path: Path, seconds: int, seed: int) -> None:
    """A WAV file with the client on the left and our side on the right, humming syllables in turn."""
    chance = numpy.random.default_rng(seed)
    sides = numpy.zeros((seconds * RATE, 2))
    at, side = 0.4, 1  # we answer
    while at < seconds - 1:
        until = min(at + float(chance.uniform(1.2, 4.5)), seconds - 0.3)
        while at < until:
            length = float(chance.uniform(0.09, 0.24))
            _syllable(sides[:, side], at, length, _PITCH[side] * float(chance.uniform(0.9, 1.25)))
            at += length + float(chance.uniform(0.01, 0.09))
        at, side = at + float(chance.uniform(0.3, 0.9)), 1 - side
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sides * 20_000).clip(-32_000, 32_000).astype("<i2").tobytes())


def _syllable(lane: Any, at: float, length: float, pitch: float) -> None:
    """One vowel-like sound: a few harmonics of a pitch, swelling and fading."""
    begin = int(at * RATE)
    count = min(int(length * RATE), len(lane) - begin)
    if count <= 0:
        return
    time = numpy.arange(count) / RATE
    tone = sum(numpy.sin(2 * numpy.pi * pitch * n * time) / (n * n) for n in range(1, 8))
    lane[begin : begin + count] += 0.35 * tone * numpy.sin(numpy.pi * numpy.arange(count) / count)
