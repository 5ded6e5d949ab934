"""A hundred people listen to recordings while the phones ring: ring to card without and with them, in one run.

    python -m benchmarks.recordings_stream [--listeners 100] [--desks 200] [--rate 10] [--seconds 60]

Two houses one after the other on one PostgreSQL, each with one web process and measured as `ring_to_card` does; in the
second, listeners without a browser stream a recording of ten minutes from that same process, from before the desks open
until after the last call, each from another place and another every few seconds, as players do. It is one file, so it
comes from memory: the disk is not measured. Printed besides: what they got against what playing needs, and how long a
player that plays what it has got would have been silent. Of the cores, the listeners' share is counted to Chromium's;
they print their own. Fails when cards did not come, or when sound stopped.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import ring_to_card as ring
from tests.faults.ground import ROOT, Installation, Postgres, environment, free_port

MINUTES = 10
NEEDED = 16_000  # bytes a second that playing 16-bit sound of a telephone takes


def prepare(listeners: int) -> None:
    """In a process of the product's: a recording, people who may listen, a ticket each; prints their requests."""
    import django

    django.setup()
    from datetime import UTC, datetime, timedelta

    from django.conf import settings

    from callwright.recordings.models import Part, Source
    from callwright.recordings.operations.issue_ticket import issue_ticket
    from callwright.recordings.testing import add_recorded_call, fetch_now, tone
    from callwright.staff.models import User
    from callwright.telephony.models import Pbx
    from tests.faults.furnish import _session

    now = datetime.now(UTC)
    monitor = Path(settings.HOME) / "monitor"
    pbx = Pbx.objects.get()
    Source.objects.create(pbx=pbx, folder=str(monitor), pattern="{uniqueid}.*")
    tone(monitor / "bench.wav", MINUTES * 60)
    account_id, call_id = add_recorded_call(pbx, "bench", now - timedelta(hours=1), talk_s=MINUTES * 60)
    fetch_now()
    part = Part.objects.get()
    asked = []
    for number in range(listeners):
        user = User.objects.create(
            username=f"listener{number}", name=f"Listener {number}", password="!", language="en", role="supervisor",
            all_accounts=True,
        )  # fmt: skip
        ticket = issue_ticket(account_id=account_id, call_id=call_id, by=user.pk, download=False, now=now)
        asked.append([f"/recordings/stream/{part.id}/{ticket}", f"sessionid={_session(user)}", part.playable_size])
    print(json.dumps(asked))


@dataclass
class Heard:
    """What one listener got: bytes, seconds to the first byte of each place, the longest silence in seconds."""

    got: int = 0
    first: list[float] = field(default_factory=list)
    silent_s: float = 0.0


async def listen(port: int, path: str, cookie: str, size: int, over: asyncio.Event) -> Heard:
    """Streams from places of its own until it is over."""
    chance, heard = random.Random(path), Heard()
    while not over.is_set():
        begin, asked_at = chance.randrange(size // 2), time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nRange: bytes={begin}-\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 206 " in head.split(b"\r\n")[0], head
        await stay(reader, heard, asked_at, chance.uniform(5, 15), over)
        writer.close()
    return heard


async def stay(
    reader: asyncio.StreamReader, heard: Heard, asked_at: float, seconds: float, over: asyncio.Event
) -> None:
    """Listens from one place for so long."""
    got, began = 0, 0.0
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until and not over.is_set():
        try:
            piece = await asyncio.wait_for(reader.read(65536), until - now)
        except TimeoutError:
            piece = b""
        now = time.monotonic()
        if not got:
            began = now
            heard.first.append(now - asked_at)
        late_s = now - began - got / NEEDED if piece or got else now - asked_at
        heard.silent_s = max(heard.silent_s, late_s)
        got += len(piece)
        if not piece:
            break
    heard.got += got


async def listen_all(port: int, asked: list[Any]) -> bool:
    """Listens until the signal to end comes; whether nobody's sound stopped."""
    over, began = asyncio.Event(), time.monotonic()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    found = await asyncio.gather(*(listen(port, *one, over) for one in asked))
    seconds = time.monotonic() - began
    rates = sorted(one.got / seconds / NEEDED for one in found)
    first = sorted(1000 * one for heard in found for one in heard.first)
    silent_s = max(one.silent_s for one in found)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "listeners": len(found),
                "seconds": round(seconds),
                "MB_s": round(sum(one.got for one in found) / seconds / 1e6, 2),
                "times_real_time_slowest": round(rates[0], 1),
                "median": round(rates[len(rates) // 2], 1),
                "first_byte_p50_ms": round(first[len(first) // 2], 1),
                "first_byte_p99_ms": round(first[int(len(first) * 0.99)], 1),
                "seeks": len(first),
                "longest_silence_s": round(silent_s, 2),
                "cores": round((used.ru_utime + used.ru_stime) / seconds, 2),
            }
        )
    )
    return silent_s < 0.1


def one_house(options: argparse.Namespace, postgres: Postgres, folder: Path, *, listeners: int) -> bool:
    folder.mkdir()
    house = Installation(postgres, folder)
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.recordings_stream"]
    known = environment(house.url, house.home, DJANGO_SETTINGS_MODULE="callwright.config.settings")
    asked = ""
    if listeners:
        done = subprocess.run(
            [*words, "--prepare", str(listeners)], env=known, cwd=ROOT, check=True, capture_output=True
        )
        (folder / "asked.json").write_bytes(done.stdout.splitlines()[-1])
        asked = str(folder / "asked.json")
    house.start_web()
    port = free_port()
    floor = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._floor", str(port)], env={**os.environ, "DATABASE_URL": house.url}
    )
    listening = None
    try:
        if asked:
            listening = subprocess.Popen([*words, "--listen", asked, "--port", str(house.web_port)])
        print(f"── {listeners} listeners ──")
        found = asyncio.run(ring.measure(options, house, port))
        sounded = listening is None or (listening.poll() is None and ended(listening) == 0)
        return ring.report(options, house, found) and sounded
    finally:
        if listening is not None and listening.poll() is None:
            listening.kill()
        floor.terminate()
        floor.wait()
        house.end()


def ended(process: "subprocess.Popen[bytes]") -> int:
    process.terminate()
    return process.wait(60)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--prepare", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--listen", default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    if options.prepare:
        prepare(options.prepare)
        return 0
    if options.listen:
        return 0 if asyncio.run(listen_all(options.port, json.loads(Path(options.listen).read_text()))) else 1
    vars(options).update(warm_up=8.0, tabs=1, workers=1, every=1.5)
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    postgres = Postgres(folder)
    try:
        postgres.furnish_fresh(agents=options.desks, contacts=ring.CONTACTS)
        good = [one_house(options, postgres, folder / f"with-{n}", listeners=n) for n in (0, options.listeners)]
        return 0 if all(good) else 1
    finally:
        postgres.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
