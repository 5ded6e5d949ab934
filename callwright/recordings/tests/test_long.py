"""Four hours of sound take no more memory than four minutes: fetched, examined, stored, streamed (CALL-9)."""

import json
import os
import subprocess
import sys
import wave
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from callwright.recordings.models import Part, Recording, Source
from callwright.recordings.testing import add_recorded_call, process_environment
from callwright.recordings.tests.test_playing import listens

pytestmark = pytest.mark.django_db(transaction=True)

HOURS, RATE = 4, 8000
SIZE = HOURS * 3600 * RATE * 2 + 44
MAY_GROW = 40 * 1024 * 1024

# How far the memory of this process has ever grown, as the system counts it; of its own program alone.
_HEAD = """
import asyncio, json, sys
import django
django.setup()

def most():
    words = open("/proc/self/status").read()
    return int(words.split("VmHWM:")[1].split()[0]) * 1024

"""
_FETCH = (
    _HEAD
    + """
from django.utils import timezone
from callwright.recordings.operations.claim import take_due
from callwright.recordings.operations.fetch_recording import fetch_recording

(first,) = take_due(timezone.now(), limit=1)
fetch_recording(first, timezone.now())
before = most()
(second,) = take_due(timezone.now(), limit=1)
fetch_recording(second, timezone.now())
print(json.dumps(most() - before))
"""
)
_STREAM = (
    _HEAD
    + """
from callwright.recordings import streaming

streaming.BURST = 1 << 40  # as fast as it goes: at the speed of playing it would take an hour
path, cookie, last = sys.argv[1:]

async def stream(asked):
    got, started = 0, asyncio.Event()

    async def receive():
        if started.is_set():
            await asyncio.Event().wait()
        started.set()
        return {"type": "http.request", "body": b""}

    async def send(message):
        nonlocal got
        assert message.get("status", 206) == 206, message
        got += len(message.get("body", b""))

    headers = [(b"cookie", cookie.encode()), (b"range", asked)]
    await streaming.with_recordings(None)(
        {"type": "http", "method": "GET", "path": path, "headers": headers}, receive, send
    )
    return got

async def both():
    await stream(b"bytes=0-999999")
    before = most()
    got = await stream(b"bytes=1-" + last.encode())
    return got, most() - before

print(json.dumps(asyncio.run(both())))
"""
)


def long_wav(path: Path) -> None:
    """Four hours of silence with a second of noise at the end of each; takes up almost no room."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.setnframes(HOURS * 3600 * RATE)
        out.writeframes(b"\x00\x00")
    with path.open("r+b") as file:
        file.truncate(SIZE)
        for sizes, at in ((SIZE - 8, 4), (SIZE - 44, 40)):
            file.seek(at)
            file.write(sizes.to_bytes(4, "little"))
        for hour in range(1, HOURS + 1):
            file.seek(44 + 2 * RATE * (hour * 3600 - 1))
            file.write(b"\x00\x40" * RATE)
    os.utime(path, (1, 1))


def said_by(program: str, *words: str, home: Path) -> Any:
    # with the same key, or tickets would not hold there
    known = {**process_environment(home), "CALLWRIGHT_SECRET_KEY": settings.SECRET_KEY}
    command = [sys.executable, "-W", "ignore", "-c", program, *words]
    done = subprocess.run(command, env=known, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])


def test_four_hours_are_fetched_and_streamed_with_the_memory_of_a_minute(
    pbx: Any, account: Any, supervisor: Any, browser_of: Any, tmp_path: Path
) -> None:
    started: datetime = timezone.now() - timedelta(hours=5)
    monitor = tmp_path / "monitor"
    monitor.mkdir()
    Source.objects.create(pbx=pbx, kind="folder", folder=str(monitor), pattern="{uniqueid}.*")
    with wave.open(str(monitor / "95.1.wav"), "wb") as short:
        short.setnchannels(1)
        short.setsampwidth(2)
        short.setframerate(RATE)
        short.writeframes(bytes(60 * RATE * 2))
    os.utime(monitor / "95.1.wav", (1, 1))
    long_wav(monitor / "95.2.wav")
    for seconds, key in ((60, "95.1"), (HOURS * 3600, "95.2")):
        add_recorded_call(pbx, key, started, talk_s=seconds)
        Recording.objects.filter(due_at__gt=timezone.now()).update(
            due_at=timezone.now() - timedelta(seconds=1 / seconds)
        )
    assert said_by(_FETCH, home=tmp_path) < MAY_GROW
    part = Part.objects.get(source_name="95.2.wav")
    assert (part.size, part.seconds) == (SIZE, HOURS * 3600) and Recording.objects.get(id=part.call_id).reason == ""
    heard = [round(HOURS * at / len(part.peaks), 1) for at, one in enumerate(part.peaks) if one]
    assert len(part.peaks) <= 2400 and heard == [1.0, 2.0, 3.0, 4.0]
    address, cookies = listens(browser_of(supervisor), part)
    got, grown = said_by(_STREAM, address, cookies["cookie"], str(SIZE - 1), home=tmp_path)
    assert got == SIZE - 1 and grown < MAY_GROW
