"""How fast the worker sends what waits: a bureau's evening, when the notes of all calls go out.

    .venv/bin/python -m benchmarks.mail_rate [--mails 10000] [--seconds 20]

Starts an embedded PostgreSQL and, in a process of its own, a mail server that takes everything. Queues `--mails`
messages and has them sent as the worker does, one at a time, each step committed, until none is left or `--seconds` are
over. Beside it, in the same run, a bare loop of smtplib hands the same message to the same server, fifty on a
connection as the worker does. Every message that is marked as sent must have reached the server once. Seconds of this
program's own processor time stand beside those of the clock, which other work on the machine lengthens.
"""

import argparse
import asyncio
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database

FLOOR_S = 3.0
QUEUED_ONE_BY_ONE = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--serve", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        Path(options.serve).write_bytes(b"\n".join(asyncio.run(_serve())))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    taken = folder / "taken.txt"
    words = [sys.executable, "-m", "benchmarks.mail_rate", "--serve", str(taken)]
    database = embedded_database(folder)
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        return _run(options, int(server.stdout.readline()), taken, server)
    finally:
        server.kill()
        server.wait()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _serve() -> list[bytes]:
    """Takes every message until it is told to stop; their Message-IDs."""
    from aiosmtpd.smtp import SMTP

    known: list[bytes] = []

    class Take:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            known.append(envelope.content.partition(b"\nMessage-ID: ")[2].partition(b"\r\n")[0])
            return "250 OK"

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(Take(), hostname="mx.bench", loop=loop), "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    stopped = asyncio.Event()
    loop.add_signal_handler(15, stopped.set)
    await stopped.wait()
    return known


def _run(options: Any, port: int, taken: Path, server: "subprocess.Popen[str]") -> int:
    from callwright.messaging.models import Mail, MailServer

    MailServer.objects.update_or_create(
        pk=1, defaults={"host": "127.0.0.1", "port": port, "security": "none", "from_address": "desk@bureau.example",
                        "enabled": True},
    )  # fmt: skip
    began = time.perf_counter()
    content = _queue(options.mails)
    print(f"{options.mails:,} messages queued in {time.perf_counter() - began:.1f} s; load average "
          f"{os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    floor = _bare_loop(port, content)
    sent, seconds, own = _send(options.seconds)
    rate = sent / seconds
    print(
        f"the worker: {sent:,} sent in {seconds:.1f} s, {rate:,.0f}/s (own processor time {own:.1f} s), "
        f"{floor / rate:.1f} times the bare loop's time; all {options.mails:,} in {options.mails / rate / 60:.1f} min"
    )
    server.terminate()
    server.wait(20)
    ids = [line for line in taken.read_bytes().split(b"\n") if line != b"<bare@bureau.example>"]
    marked = Mail.objects.filter(state="sent").count()
    print(f"reached the server {len(ids):,}, different {len(set(ids)):,}, marked as sent {marked:,}; "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    return 0 if len(ids) == len(set(ids)) == marked == sent else 1


def _queue(count: int) -> bytes:
    """Some through the product's own door, the others as copies of these; returns one as it goes over the wire."""
    from callwright.kit.identity import uuid7_now
    from callwright.messaging.models import Mail, MailRecipient
    from callwright.messaging.operations.send_email import queue_email

    now = datetime.now(UTC)
    text = "\n".join(f"Line {n} of what the caller wanted, as the agent wrote it down." for n in range(8))
    began = time.perf_counter()
    first = min(count, QUEUED_ONE_BY_ONE)
    for n in range(first):
        queue_email(to=f"client{n}@example.org", subject=f"Call {n}", text=text, key=f"note:{n}", now=now)
    print(f"queued one by one: {first / (time.perf_counter() - began):,.0f}/s", flush=True)
    sample = Mail.objects.earliest("id")
    for start in range(first, count, 1_000):
        copies = [
            Mail(id=uuid7_now(now), key=f"note:{n}", subject=f"Call {n}", text=sample.text, html=sample.html,
                 language=sample.language, created_at=now)
            for n in range(start, min(count, start + 1_000))
        ]  # fmt: skip
        Mail.objects.bulk_create(copies)
        MailRecipient.objects.bulk_create([MailRecipient(mail=one, address=f"{one.id}@example.org") for one in copies])
    return _wire_of(sample)


def _wire_of(mail: Any) -> bytes:
    from callwright.messaging.composing import Letter, as_bytes

    return as_bytes(
        Letter(
            message_id="<bare@bureau.example>", sender=("", "desk@bureau.example"), to=[("", "client@example.org")],
            subject=mail.subject, text=mail.text, html=mail.html, language=mail.language, at=mail.created_at,
        )
    )  # fmt: skip


def _bare_loop(port: int, content: bytes) -> float:
    """Messages a second."""
    sent, began, own = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < FLOOR_S:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
            for _ in range(50):
                smtp.sendmail("desk@bureau.example", ["client@example.org"], content)
                sent += 1
    seconds, own = time.perf_counter() - began, time.process_time() - own
    print(f"a bare loop of smtplib: {sent:,} in {seconds:.1f} s, {sent / seconds:,.0f}/s (own {own:.1f} s)", flush=True)
    return sent / seconds


def _send(most_s: float) -> tuple[int, float, float]:
    """As the worker repeats it; messages, seconds, seconds of this program's own processor time."""
    from callwright.messaging.operations.deliver import send_due

    sent, began, own = 0, time.perf_counter(), time.process_time()
    while (left := most_s - (time.perf_counter() - began)) > 0 and (tries := send_due(datetime.now(UTC), run_s=left)):
        sent += tries
    return sent, time.perf_counter() - began, time.process_time() - own


if __name__ == "__main__":
    sys.exit(main())
