"""A long day of one busy account: what the worker needs to count it once more after a call has ended.

    python -m benchmarks.busy_day [--calls 100000] [--agents 500] [--rounds 5]

Starts a PostgreSQL of its own with ordinary durability and fills one day of one account: `calls` of 30 000 clients,
taken by `agents` in ten queues, four of five registered. Then one more call ends, and each of the worker's counts is
timed, with what it writes to the database's log; as often as `rounds` says. The floor of each, in the same run: one
reading of the day's rows.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database

CLIENTS, QUEUES, TOPICS = 30_000, 10, 20
_TABLES = ("calls_call", "registration_registration")

# Copies of one call, spread over twelve hours: all chance comes from the number of each.
CALLS = """
INSERT INTO calls_call SELECT more.* FROM (
    SELECT n, hashint8extended(n, 1) & 65535 AS a, hashint8extended(n, 2) & 65535 AS b, hashint8extended(n, 3) AS c,
        %(begin)s::timestamptz + n * interval '12 hours' / %(calls)s AS at
    FROM generate_series(1, %(calls)s) AS n
) AS drawn
CROSS JOIN LATERAL (
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || 'a'
        || substr(md5(n::text), 4, 15))::uuid AS id,
        a %% 10 < 8 AS is_taken, 20 + b %% 400 AS talks_s, b %% 40 AS waits_s
) AS said
JOIN calls_call one ON one.id = %(first)s
CROSS JOIN LATERAL jsonb_populate_record(one, jsonb_build_object(
    'id', said.id, 'pbx_key', 'b' || n, 'started_at', at,
    'status', CASE WHEN is_taken THEN 'answered' ELSE 'abandoned' END,
    'client_number', '+316' || lpad(((c & 1073741823) %% %(clients)s)::text, 8, '0'),
    'queue_id', (%(queues)s::bigint[])[1 + a %% 10], 'employee_id', CASE WHEN is_taken THEN
        (%(agents)s::bigint[])[1 + b %% cardinality(%(agents)s::bigint[])] END,
    'answered_at', CASE WHEN is_taken THEN at + waits_s * interval '1 second' END,
    'ended_at', at + (waits_s + CASE WHEN is_taken THEN talks_s ELSE 0 END) * interval '1 second',
    'wait_s', waits_s, 'talk_s', CASE WHEN is_taken THEN talks_s ELSE 0 END)) AS more
"""
REGISTRATIONS = """
INSERT INTO registration_registration (id, account_id, call_id, by_id, queue_id, direction, started_at, local_day,
    topics, words, comment, revision, created_at, updated_at)
SELECT gen_random_uuid(), account_id, id, employee_id, queue_id, direction, started_at, local_day,
    ARRAY[(%(topics)s::bigint[])[1 + (hashtext(id::text) & 65535) %% cardinality(%(topics)s::bigint[])]], '[]', '', 1,
    ended_at, ended_at
FROM calls_call WHERE employee_id IS NOT NULL
"""


@dataclass
class Took:
    """How long a count took each time, and how many bytes of the database's log it wrote."""

    seconds: list[float] = field(default_factory=list)
    written: list[int] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        began, at = time.perf_counter(), _written()
        yield
        self.seconds.append(time.perf_counter() - began)
        self.written.append(_written() - at)

    def __str__(self) -> str:
        return (
            f"median {statistics.median(self.seconds) * 1000:7.1f}, worst {max(self.seconds) * 1000:7.1f} ms, "
            f"{statistics.median(self.written) / 1e6:6.1f} MB written"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    try:
        begin = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=1)
        account = fill(begin, options.calls, options.agents)
        measure(account, begin + timedelta(hours=12), options.rounds)
    finally:
        from benchmarks._database import let_go

        let_go()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill(begin: datetime, calls: int, agents: int) -> Any:
    """The account, once its day is there; nothing of it has been counted."""
    from callwright.accounts.models import Account, Organisation
    from callwright.calls.testing import add_call
    from callwright.registration.testing import make_category
    from callwright.staff.models import User
    from callwright.telephony.models import Pbx, Queue

    Organisation.objects.update_or_create(pk=1, defaults={"kind": "company", "name": "House"})
    account = Account.objects.create(name="House", is_default=True, time_zone="UTC")
    pbx = Pbx.objects.create(slug="main", name="Main", enabled=False)
    queues = [Queue.objects.create(pbx=pbx, name=f"q{n}") for n in range(QUEUES)]
    people = User.objects.bulk_create([User(username=f"u{n}", role="agent") for n in range(agents)])
    _, topics = make_category("Reason", *(f"Topic {n}" for n in range(TOPICS)))
    first = add_call(account, begin)
    values = {
        "begin": begin, "calls": calls, "first": first.pk, "clients": CLIENTS, "queues": [one.pk for one in queues],
        "agents": [one.pk for one in people], "topics": [one.pk for one in topics],
    }  # fmt: skip
    _execute(CALLS, values)
    _execute(REGISTRATIONS, values)
    _execute("VACUUM (ANALYZE)")
    [(made, registered)] = _rows(
        "SELECT (SELECT count(*) FROM calls_call), (SELECT count(*) FROM registration_registration)"
    )
    print(f"{made:,} calls, {registered:,} registrations of one account on one day, {agents} agents", flush=True)
    return account


def measure(account: Any, at: datetime, rounds: int) -> None:
    """Has one more call end and counts the day anew, `rounds` times after the first; prints both."""
    from callwright.calls.testing import add_call

    took = {name: Took() for name, _ in counts()}
    floors = {f"the floor: all rows of {table} read once": (table, Took()) for table in _TABLES}
    for turn in range(rounds + 1):
        call = add_call(account, at + timedelta(seconds=turn))
        _note(account, call)
        for name, count in counts():
            with took[name].one():
                count(datetime.now(UTC))
            if not turn:
                print(f"first time: {name} {took[name].seconds.pop():.2f} s", flush=True)
                took[name].written.clear()
        for table, floor in floors.values():
            with floor.one():
                _rows(f"SELECT count(*), max(queue_id), max(started_at) FROM {table} WHERE account_id = %s", account.pk)
    for name, one in (took | {name: floor for name, (_, floor) in floors.items()}).items():
        print(f"{name:60} {one}")


def counts() -> list[tuple[str, Callable[[datetime], object]]]:
    """What the worker does when calls have ended, in its order."""
    from callwright.calls.operations.rollup_again import look_who_called_again
    from callwright.calls.operations.rollup_days import add_up_dirty_days
    from callwright.calls.operations.rollup_hours import count_quarters
    from callwright.registration.operations.add_up_quality import add_up_quality
    from callwright.registration.operations.rollup_topics import add_up_topics

    return [
        ("totals of the day", add_up_dirty_days), ("quarters of calls", count_quarters),
        ("quarters of registrations", add_up_topics), ("who was asked to register", add_up_quality),
        ("who called again", look_who_called_again),
    ]  # fmt: skip


def _note(account: Any, call: Any) -> None:
    from callwright.calls.operations.rollup_changes import note_days

    note_days({(account.pk, call.local_day)}, now=datetime.now(UTC))


def _written() -> int:
    [(at,)] = _rows("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
    return int(at)


def _rows(statement: str, *values: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _execute(statement: str, values: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


if __name__ == "__main__":
    main()
