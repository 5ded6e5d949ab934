"""How fast call records come in from a file, beside plain COPY of the same rows.

    .venv/bin/python -m benchmarks.import_rate [--lines 1000000]

Starts an embedded PostgreSQL, writes a Master.csv (a call in five is a queue call of several lines; 40 lines called,
3 000 contacts, 30 employees; accounts have opening hours and a limit of talk time that one call in a hundred passes, in
one account of ten one in twenty), imports it by `run_import` with contacts matched, too long calls flagged, days and
missed calls noted. Then says how long the worker takes to add up the days and to work out what became of the missed
calls, and copies the finished rows of calls_call by COPY into the emptied table: partitioned by month, with the same
indexes, constraints and references; and then those of the legs and facts into theirs. Prints lines per second of the
import, rows per second of COPY into calls_call, their ratio, how long COPY of all three tables took beside the import,
the memory of both processes, and for machines that have other work: the processor time of each part.
"""

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database
from benchmarks._processor import used_by

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--profile", action="store_true", help="where the time of the writing process goes")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    try:
        pbx = ground()
        file = folder / "Master.csv"
        lines = write_file(file, options.lines)
        print(f"{lines:,} lines, {file.stat().st_size / 1e6:.0f} MB", flush=True)
        load = timed_import(server, file, pbx, lines, profile=options.profile)
        afterwards()
        plain, whole = timed_copy(server, folder)
        report(load, plain, whole)
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
    rules(accounts)
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


def rules(accounts: list[Any]) -> None:
    """Open on working days; in one account of ten a call is too long after ten minutes, elsewhere after fifteen."""
    from django.utils import timezone

    from callwright.accounts.models import OpenSpan
    from callwright.calls.operations.too_long_rules import RuleWish, save_rule
    from callwright.staff.models import User

    OpenSpan.objects.bulk_create(
        OpenSpan(account=account, weekday=day, begins_min=480, ends_min=1080)
        for account in accounts
        for day in range(5)
    )
    boss = User.objects.create_user("boss", None, name="Boss").pk
    for account in (None, *accounts[::10]):
        wish = RuleWish(limit_s=900 if account is None else 600, account_id=account and account.pk)
        save_rule(rule_id=None, wish=wish, by=boss, now=timezone.now())


def afterwards() -> None:
    """What the worker does with what the import noted."""
    from django.utils import timezone

    from callwright.calls.models import Call
    from callwright.calls.operations.follow_up_work import work_out_follow_ups
    from callwright.calls.operations.rollup_days import add_up_dirty_days

    began = time.perf_counter()
    days = add_up_dirty_days(timezone.now())
    print(f"afterwards: {days:,} days of accounts added up in {time.perf_counter() - began:.1f} s", flush=True)
    began, notes = time.perf_counter(), 0
    while done := work_out_follow_ups(timezone.now()):
        notes += done
    took = time.perf_counter() - began
    missed = Call.objects.exclude(follow_up="").count()
    too_long = Call.objects.filter(too_long=True).count()
    print(f"afterwards: {missed:,} missed calls worked out from {notes:,} notes in {took:.1f} s", flush=True)
    print(f"{too_long:,} calls were too long", flush=True)


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


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock and of processors: `own` of this process, `reader` of its children that ended, `backend` of
    its connection's server process, `server` of all other processes of the server.
    """

    rows: int
    clock: float
    own: float
    reader: float
    backend: float
    server: float

    @property
    def rate(self) -> float:
        return self.rows / self.clock

    def in_words(self, unit: str) -> str:
        per = 1_000_000 / self.rows
        return (
            f"{self.rows:,} {unit}s in {self.clock:.1f} s, {self.rate:,.0f} a second;"
            f" processor: writer {self.own:.1f} s, reader {self.reader:.1f} s,"
            f" backend {self.backend:.1f} s, rest of the server {self.server:.1f} s;"
            f" microseconds a {unit}: writer {self.own * per:.0f}, reader {self.reader * per:.0f},"
            f" backend {self.backend * per:.0f}"
        )


def measured(server: Any, rows: int, work: Callable[[], None]) -> Spent:
    """`work` uses the connection that is open now."""
    from django.db import connection

    with server.connect("postgres") as administrator:
        administrator.execute("CHECKPOINT")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    before, began = _processor(backend), time.perf_counter()
    work()
    clock, after = time.perf_counter() - began, _processor(backend)
    return Spent(rows, clock, *(now - then for now, then in zip(after, before, strict=True)))


def _processor(backend: int) -> tuple[float, float, float, float]:
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    mine = used_by(backend)
    postgres = used_by(mine.parent)
    server = postgres.own_s + postgres.ended_s
    for process in Path("/proc").glob("[0-9]*"):
        try:
            one = used_by(int(process.name))
        except OSError:
            continue
        server += one.own_s if one.parent == mine.parent else 0.0
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime, mine.own_s, server - mine.own_s


def report(load: Spent, plain: Spent, whole: Spent) -> None:
    print(f"import: {load.in_words('line')}")
    print(f"COPY into calls_call: {plain.in_words('row')}")
    print(f"COPY into calls_call, calls_leg and calls_callfacts: {whole.in_words('row')}")
    print(
        f"import {load.rate:,.0f} lines/s   COPY {plain.rate:,.0f} rows/s   ratio {load.rate / plain.rate:.2f}"
        f"   COPY of what the lines became takes {whole.clock / load.clock:.2f} of the import's time"
    )
    print(f"load average {os.getloadavg()[0]:.1f}; where it is above three, only the processor times say something")


def timed_import(server: Any, file: Path, pbx: Any, lines: int, *, profile: bool) -> Spent:
    """With the memory of the writing and the reading process at several points."""
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

    def work() -> None:
        if profile:
            import cProfile

            with cProfile.Profile() as profiler:
                run_import(row.pk, progress=show)
            profiler.print_stats("cumulative")
        else:
            run_import(row.pk, progress=show)

    began = time.perf_counter()
    spent = measured(server, lines, work)
    row.refresh_from_db()
    print(f"{row.state}: {row.lines:,} lines, {row.added:,} calls, {row.bad} bad", flush=True)
    return spent


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


def timed_copy(server: Any, folder: Path) -> tuple[Spent, Spent]:
    """COPY of the rows of calls into their emptied table, and of calls, legs and facts into theirs."""
    from django.db import connection

    orders = {"calls_call": "id", "calls_leg": "call_id, id", "calls_callfacts": "call_id"}
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, order in orders.items():
            with (
                cursor.copy(f"COPY (SELECT * FROM {table} ORDER BY {order}) TO STDOUT") as copy,
                (folder / table).open("wb") as file,
            ):
                for part in copy:
                    file.write(part)
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = int(cursor.fetchone()[0])
        cursor.execute(f"TRUNCATE {', '.join(orders)}")  # indexes, constraints and partitions stay
    plain = measured(server, counts["calls_call"], lambda: _copy_in(folder, ["calls_call"]))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE calls_call")
    return plain, measured(server, sum(counts.values()), lambda: _copy_in(folder, list(orders)))


def _copy_in(folder: Path, tables: list[str]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            with (folder / table).open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                while part := file.read(1 << 20):
                    copy.write(part)


if __name__ == "__main__":
    sys.exit(main())
