"""How fast call records come in from a file, beside plain COPY of the same rows.

    .venv/bin/python -m benchmarks.import_rate [--lines 1000000]

Starts an embedded PostgreSQL, writes a Master.csv (a call in five is a queue call of several lines; 40 lines called,
3 000 contacts, 30 employees), imports it by `run_import` with contacts matched, rules applied and totals noted, and
then copies the finished rows of calls_call by COPY into an equal empty table: partitioned by month, with the same
indexes, constraints and references. Prints lines per second of both, their ratio, and the memory of both processes.
"""

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.live_fanout import _database

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--profile", action="store_true", help="where the time of the writing process goes")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = _database(folder)
    try:
        pbx = ground()
        file = folder / "Master.csv"
        lines = write_file(file, options.lines)
        print(f"{lines:,} lines, {file.stat().st_size / 1e6:.0f} MB", flush=True)
        rate = timed_import(file, pbx, profile=options.profile)
        plain = timed_copy(folder, lines)
        print(f"import {rate:,.0f} lines/s   COPY {plain:,.0f} lines/s   ratio {rate / plain:.2f}")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def ground() -> Any:
    """Accounts with their lines, contacts with their numbers, employees at their extensions, two queues."""
    from callwright.accounts.models import Account, Line, Organisation
    from callwright.contacts.models import Contact, ContactNumber
    from callwright.staff.models import Extension, User
    from callwright.telephony.models import Pbx

    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau"})
    pbx = Pbx.objects.create(slug="main", name="Main", trunks=["trunk"], enabled=False)
    accounts = [Account.objects.create(name=f"Account {n:02}", is_default=n == 0) for n in range(40)]
    Line.objects.bulk_create(Line(account=a, number=f"+3120800{n:04}") for n, a in enumerate(accounts))
    people = [
        (Contact(account=account, name=f"Contact {n}"), f"+316{n:02}{i:06}")
        for i, account in enumerate(accounts)
        for n in range(75)
    ]
    Contact.objects.bulk_create(contact for contact, _ in people)
    ContactNumber.objects.bulk_create(
        ContactNumber(account=contact.account, contact=contact, number=number, as_received=number)
        for contact, number in people
    )
    for n in range(30):
        user = User.objects.create_user(f"u{n}", None, name=f"Employee {n:02}")
        Extension.objects.create(pbx=pbx, number=str(200 + n), employee=user, taken_at=START)
    return pbx


def write_file(file: Path, lines: int) -> int:
    """Returns how many lines it wrote; a call is written whole."""
    chance, written = random.Random(20261122), 0
    with file.open("w", encoding="utf-8") as out:
        for call in iter(range(lines).__iter__().__next__, None):
            if written >= lines:
                break
            at = START + timedelta(seconds=DAYS * 86_400 * written / lines)
            rows = list(_call(call, at, chance))
            out.writelines(rows)
            written += len(rows)
    return written


def _call(n: int, at: datetime, chance: random.Random) -> Iterator[str]:
    key = f"{int(at.timestamp())}.{n}"
    account = chance.randrange(40)
    number = (
        f"316{chance.randrange(100):02}{account:06}" if chance.random() < 0.6 else f"3161{chance.randrange(10**7):07}"
    )
    ext, talk = 200 + chance.randrange(30), int(chance.expovariate(1 / 190)) + 1
    if chance.random() < 0.3:
        yield _line(
            "internal", str(ext), "0" + number[2:], f"PJSIP/{ext}-{n:08x}", f"PJSIP/trunk-{n:08x}", at, 8, talk, key, n
        )
        return
    line, channel = f"3120800{account:04}", f"PJSIP/trunk-{n:08x}"
    if chance.random() < 0.7:
        talk = talk if chance.random() < 0.8 else 0
        yield _line("from-trunk", number, line, channel, f"PJSIP/{ext}-{n:08x}", at, 12, talk, key, n)
        return
    for other in range(chance.randrange(1, 6)):
        yield _line("queue", number, line, channel, f"PJSIP/{230 + other}-{n:08x}", at, 9, 0, key, n)
    yield _line("queue", number, line, channel, f"PJSIP/{ext}-{n:08x}", at, 9, talk, key, n)


def _line(
    context: str, src: str, dst: str, channel: str, other: str, at: datetime, wait: int, talk: int, key: str, n: int
) -> str:
    answer = f"{at + timedelta(seconds=wait):%Y-%m-%d %H:%M:%S}" if talk else ""
    end = f"{at + timedelta(seconds=wait + talk):%Y-%m-%d %H:%M:%S}"
    app, data = (
        ("Queue", "support,tT,,,60") if context == "queue" else ("Dial", f"{other.rpartition('-')[0]}/{dst},30,tT")
    )
    return (
        f'"","{src}","{dst}","{context}","""{src}"" <{src}>","{channel}","{other}","{app}","{data}",'
        f'"{at:%Y-%m-%d %H:%M:%S}","{answer}","{end}",{wait + talk},{talk},'
        f'"{"ANSWERED" if talk else "NO ANSWER"}","DOCUMENTATION","{key}","","","{key}",{n}\n'
    )


def timed_import(file: Path, pbx: Any, *, profile: bool) -> float:
    """Lines per second, with the memory of the writing process at several points."""
    from django.utils import timezone

    from callwright.imports.operations.prepare import prepare
    from callwright.imports.operations.run_import import run_import
    from callwright.imports.operations.start_import import add_import

    settings = prepare(file)
    row = add_import(
        path=file, sha256="", origin="command", settings=settings, pbx_id=pbx.pk, account_id=None, now=timezone.now()
    )
    shown = [0]

    def show(done: Any) -> None:
        if done.lines - shown[0] >= 100_000:
            shown[0] = done.lines
            seconds = time.perf_counter() - began
            print(
                f"  {done.lines:9,} lines  {done.lines / seconds:7,.0f} lines/s  writer {_memory('self')} MB"
                f"  reader {_memory_of_reader()} MB",
                flush=True,
            )

    began = time.perf_counter()
    if profile:
        import cProfile

        with cProfile.Profile() as profiler:
            done = run_import(row.pk, progress=show)
        profiler.print_stats("cumulative")
    else:
        done = run_import(row.pk, progress=show)
    seconds = time.perf_counter() - began
    own, reader = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"processor: writer {own.ru_utime + own.ru_stime:.0f} s, reader {reader.ru_utime + reader.ru_stime:.0f} s")
    print(f"{done.state}: {done.lines:,} lines, {done.added:,} calls, {done.bad} bad, {seconds:.1f} s", flush=True)
    return float(done.lines / seconds)


def _memory(pid: str) -> int:
    """Resident megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def _memory_of_reader() -> int:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"callwright.imports.reading" in words:
            return _memory(process.parent.name)
    return 0


def timed_copy(folder: Path, lines: int) -> float:
    """COPY of as many rows as the file has lines into a table like calls_call, in lines per second."""
    from django.db import connection, transaction

    out = folder / "rows.copy"
    with connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT * FROM calls_call ORDER BY id) TO STDOUT") as copy, out.open("wb") as file:
            for part in copy:
                file.write(part)
        cursor.execute("SELECT count(*) FROM calls_call")
        rows = int(cursor.fetchone()[0])
        cursor.execute("TRUNCATE calls_call CASCADE")  # its indexes, constraints and partitions stay
    began = time.perf_counter()
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        out.open("rb") as file,
        cursor.copy("COPY calls_call FROM STDIN") as copy,
    ):
        while part := file.read(1 << 20):
            copy.write(part)
    seconds = time.perf_counter() - began
    print(f"COPY of the {rows:,} rows into the empty table: {seconds:.1f} s, {rows / seconds:,.0f} rows/s")
    return float(rows / seconds)


if __name__ == "__main__":
    sys.exit(main())
