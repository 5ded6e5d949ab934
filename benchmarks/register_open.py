"""How long it takes to open the register with a million calls in the table.

    .venv/bin/python -m benchmarks.register_open [--calls 1000000] [--requests 60]

Starts an embedded PostgreSQL and the web server, loads calls of 60 days by COPY (40 accounts, 3 000 contacts, a daily
curve), and asks for pages over HTTP as a logged-in agent with five accounts and as an administrator who sees all.
Prints p50 and p95 in milliseconds of each, and of its page's bare statement through psycopg in the same run.
"""

import argparse
import http.client
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database, free_port

DAYS = 60
HOURS = [0, 0, 0, 0, 0, 0, 1, 3, 8, 12, 13, 12, 8, 10, 12, 12, 10, 7, 4, 2, 1, 1, 0, 0]
COLUMNS = """
    account_id id pbx_id pbx_key source direction status from_number from_received from_name to_number to_received
    dialled_number dialled_received client_number line_id queue_id contact_id category_id employee_id extension
    answered_by transferred_to rung started_at answered_at ended_at ring_s wait_s hold_s talk_s hangup_by cause
    cause_text complete local_day comment updated_at
"""
DIRECTIONS = ["inbound"] * 62 + ["outbound"] * 33 + ["internal"] * 5
STATUSES = ["answered"] * 78 + ["missed"] * 12 + ["abandoned"] * 5 + ["busy"] * 3 + ["failed"] * 2
PAGES = {
    "today": "",
    "yesterday, missed": "period=yesterday&status=missed",
    "last four digits, 3 months": "number=4711",
    "7 days by talk time": "period=week&sort=-talk",
    "30 days by employee": "period=month&group=employee",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=60)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    web = None
    try:
        ground = Ground()
        seconds = ground.load(options.calls)
        print(f"{options.calls:,} calls loaded by COPY with their indexes in {seconds:.0f} s", flush=True)
        port = free_port()
        web = subprocess.Popen([sys.executable, "-m", "callwright.config.command", "web", "--port", str(port)])
        _measure(ground, port, options.requests)
    finally:
        if web is not None:
            web.terminate()
            web.wait(10)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Ground:
    """A bureau with 40 accounts, their contacts, employees, queues and lines."""

    def __init__(self) -> None:
        from callwright.accounts.models import Account, Line, Organisation
        from callwright.contacts.models import Category, Contact
        from callwright.staff.models import AccountRight, User
        from callwright.telephony.models import Pbx, Queue

        Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau"})
        self.pbx = Pbx.objects.create(slug="main", name="Main")
        self.accounts = [Account.objects.create(name=f"Account {n:02}", is_default=n == 0) for n in range(40)]
        self.lines = {a.pk: Line.objects.create(account=a, number=f"+31208{a.pk:06}") for a in self.accounts}
        self.queues = {a.pk: Queue.objects.create(pbx=self.pbx, name=f"q{a.pk}", account=a) for a in self.accounts}
        self.category = Category.objects.create(name="Customer", colour="blue")
        Contact.objects.bulk_create(
            Contact(account=a, name=f"Contact {n} {a.pk}", sort_key=f"contact {n:04}", category=self.category)
            for a in self.accounts
            for n in range(75)
        )
        self.contacts = {
            a.pk: list(Contact.objects.filter(account=a).values_list("id", flat=True)) for a in self.accounts
        }
        self.staff = [User.objects.create_user(f"u{n}", None, name=f"Employee {n:02}") for n in range(30)]
        self.agent = self.staff[0]
        AccountRight.objects.bulk_create([AccountRight(user=self.agent, account=a) for a in self.accounts[:5]])
        self.administrator = User.objects.create_user(
            "boss", None, name="Boss", role="administrator", all_accounts=True
        )

    def load(self, calls: int) -> float:
        from django.db import connection, transaction

        from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of

        now = datetime.now(UTC)
        ensure_partitions({month_of(now - timedelta(days=n)) for n in range(DAYS + 1)})
        began = time.perf_counter()
        statement = f"COPY calls_call ({', '.join(COLUMNS.split())}) FROM STDIN"
        lines = self._lines_of(calls, now)
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            while batch := list(islice(lines, 2000)):
                copy.write("".join(batch))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) calls_call")
        return time.perf_counter() - began

    def _lines_of(self, calls: int, now: datetime) -> Iterator[str]:
        from callwright.kit.identity import uuid7_of

        chance = random.Random(20261118)  # the same calls in every run
        hours = [hour for hour, weight in enumerate(HOURS) for _ in range(weight)]
        midnight = datetime.combine(now.date(), datetime.min.time(), UTC)
        for n in range(calls):
            day = midnight - timedelta(days=n * DAYS // calls)
            at = day + timedelta(hours=chance.choice(hours), milliseconds=chance.randrange(3_600_000))
            if at > now:  # what is still to come today rang since midnight
                at = midnight + (now - midnight) * chance.random()
            yield self._line(n, at, chance, str(uuid7_of(at, "bench", str(n))))

    def _line(self, n: int, at: datetime, chance: random.Random, id: str) -> str:
        account = chance.choice(self.accounts).pk
        direction = chance.choice(DIRECTIONS)
        status = chance.choice(STATUSES)
        number = f"+316{chance.randrange(10_000_000, 99_999_999)}"
        wait, talk = int(chance.expovariate(1 / 14)), int(chance.expovariate(1 / 190)) if status == "answered" else 0
        extension, line = str(200 + chance.randrange(30)), self.lines[account].number
        answered = at + timedelta(seconds=wait) if status == "answered" else None
        ended = at + timedelta(seconds=wait + talk)
        out = direction == "outbound"
        fields: tuple[Any, ...] = (
            account, id, self.pbx.pk, f"bench-{n}", "pbx:main", direction, status, line if out else number,
            line if out else number, "", number if out else line, number if out else line, "" if out else line,
            "" if out else line, number, None if out else self.lines[account].pk,
            None if out else self.queues[account].pk, chance.choice(self.contacts[account]) if n % 10 < 6 else None,
            self.category.pk if n % 10 < 6 else None, self.staff[int(extension) - 200].pk if answered else None,
            extension, extension if answered and not out else "", "", "{" + extension + "}", at, answered, ended,
            min(wait, 20), wait, 0, talk, "caller", 16, "", "t", at.date(),
            "Wants to be called back about the order." if n % 25 == 0 else "", ended,
        )  # fmt: skip
        return "\t".join("\\N" if one is None else _text(one) for one in fields) + "\n"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def _measure(ground: Ground, port: int, requests: int) -> None:
    print(f"{'page':<30}{'who':<16}{'HTTP p50':>10}{'p95':>8}{'SQL p50':>10}{'p95':>8}   milliseconds")
    for who, user in (("5 accounts", ground.agent), ("all accounts", ground.administrator)):
        cookie = _login(user)
        for name, query in PAGES.items():
            web = _times(_asking(port, cookie, query), requests)
            floor = _times(_statement(user, query), requests)
            print(f"{name:<30}{who:<16}{web[0]:>10.1f}{web[1]:>8.1f}{floor[0]:>10.1f}{floor[1]:>8.1f}", flush=True)


def _times(work: Callable[[], None], times: int) -> tuple[float, float]:
    for _ in range(8):
        work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[18]


def _asking(port: int, cookie: str, query: str) -> Callable[[], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            connection.connect()
            break
        except OSError:
            time.sleep(0.1)

    def ask() -> None:
        connection.request("GET", f"/calls/?{query}", headers={"Cookie": cookie, "Accept": "text/html"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or (b"call-row" not in body and b"group-line" not in body):
            raise RuntimeError(f"{query}: status {response.status}")

    return ask


def _statement(user: Any, query: str) -> Callable[[], None]:
    """The page's rows (or groups) without the product around them."""
    from urllib.parse import parse_qs
    from zoneinfo import ZoneInfo

    from django.db import connection

    from callwright.calls.queries.conditions import conditions_of
    from callwright.calls.queries.groups import groups_statement
    from callwright.calls.queries.register import PAGE, page_statement
    from callwright.calls.search import parse_search

    search, _ = parse_search(parse_qs(query))
    zone = ZoneInfo(user.time_zone)
    conditions = conditions_of(user, search, zone=zone, now=datetime.now(UTC), country="NL")
    text = groups_statement(conditions, search) if search.group else page_statement(conditions, search)
    values = {**conditions.values, "limit": PAGE + 1, "zone": zone.key}

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            cursor.fetchall()

    return run


def _login(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main()
