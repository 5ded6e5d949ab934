"""The ground of `register_search`: ten million calls of 24 months in 2 000 accounts, made once in their own folder."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ACCOUNTS, EMPLOYEES, CONTACTS, DAYS = 2_000, 300, 200_000, 730
SPREAD = 12
"""So many employees, and one, talk with the callers of an account."""
HOURS = [0, 0, 0, 0, 0, 0, 1, 2, 8, 12, 13, 11, 8, 9, 11, 11, 9, 3, 2, 0, 0, 0, 0, 0]
FIRST = (  # noqa: SIM905
    "Jan Piet Kees Anna Eva Sanne Lotte Daan Sem Lucas Emma Julia Mila Tess Noah Finn Levi Bram Luuk Mees Sara Zoë "
    "Fleur Lieke Noor Ahmed Fatima Omar Leila Yusuf Maria Peter Katalin Gábor Ilona Zoltán Olga Ivan Boris Nina"
).split()
WORDS = (  # noqa: SIM905
    "order invoice delivery appointment complaint quotation return address payment question call back tomorrow urgent "
    "wants about price broken boiler key contract insurance damage parking password printer bread wedding cake room"
).split()
ONSETS, NUCLEI = "b d br g h j k kl l m n p r s t v w z".split(), "a e i o u aa ee ij oe ou".split()  # noqa: SIM905
ENDINGS = "sen man stra veld berg huis kamp".split()  # noqa: SIM905
CHANCE = """
CREATE OR REPLACE FUNCTION bench_chance(bigint, int) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql
AS 'SELECT (hashint8extended($1, $2::bigint) & 2147483647) / 2147483648.0::float8'
"""
# What other registers have: one table, an index for each column that is searched, an order by time.
PLAIN = """
CREATE TABLE bench_plain AS
    SELECT account_id, id, direction, status, client_number, from_name, dialled_number, line_id, queue_id, contact_id,
           category_id, employee_id, extension, started_at, answered_at, ended_at, ring_s, wait_s, hold_s, talk_s,
           marker_id, comment, follow_up, too_long, recording
    FROM calls_call;
ALTER TABLE bench_plain ADD PRIMARY KEY (id);
CREATE INDEX ON bench_plain (started_at);
CREATE INDEX ON bench_plain (account_id, started_at);
CREATE INDEX ON bench_plain (client_number);
CREATE INDEX ON bench_plain (contact_id);
CREATE INDEX ON bench_plain (employee_id);
CREATE INDEX ON bench_plain (status)
"""


class Ground:
    """What the searches ask for, found in the loaded database; `now` is that of its last call."""

    def __init__(self, calls: int) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('bench_ready')")
            if cursor.fetchone() == (None,):
                _load(calls)
            cursor.execute("SELECT at, calls FROM bench_ready")
            self.made_at, self.calls = cursor.fetchone()
            cursor.execute("SELECT started_at FROM calls_call ORDER BY id DESC LIMIT 1")
            self.now = cursor.fetchone()[0]
            cursor.execute("SELECT account_id FROM bench_account ORDER BY account_rank")
            self.accounts = [id for (id,) in cursor.fetchall()]
        self._viewers()

    def _viewers(self) -> None:
        from callwright.staff.models import AccountRight, User

        self.administrator = User.objects.get(username="boss")
        self.of_some, made = User.objects.get_or_create(username="some", defaults={"role": "supervisor"})
        if made:  # every 50th account, the largest among them
            AccountRight.objects.bulk_create(
                [AccountRight(user=self.of_some, account_id=a) for a in self.accounts[::50]]
            )
        self.of_many, made = User.objects.get_or_create(username="many", defaults={"role": "supervisor"})
        if made:  # the largest, of which hardly two are large in the same months
            AccountRight.objects.bulk_create(
                [AccountRight(user=self.of_many, account_id=a) for a in self.accounts[:400]]
            )
        self.of_one, made = User.objects.get_or_create(username="one", defaults={"role": "supervisor"})
        if made:
            AccountRight.objects.create(user=self.of_one, account_id=self.accounts[0])


@contextmanager
def database(folder: Path) -> Iterator[Any]:
    """The embedded server of this folder, with its tables up to date."""
    from benchmarks._database import embedded_database

    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    server = embedded_database(folder)
    try:
        yield server
    finally:
        server.stop()


def _load(calls: int) -> None:
    from django.db import connection

    from callwright.calls.operations.ensure_partitions import ensure_partitions

    now = datetime.now(UTC).replace(microsecond=0)
    print(f"loading {calls:,} calls; this is done once", flush=True)
    values = _people(now)
    months = list(_months(now, calls))
    work = iter(months)
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                month = next(work, None)
            if month is None:
                break
            _load_month(month, values)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _say("calls made")
    for month, *_ in months:
        _attach(month)
    ensure_partitions([month for month, *_ in months])
    _say("partitions attached, their indexes made")
    _finish(now)


def _finish(now: datetime) -> None:
    """Notes, statistics, totals, and the plain table beside."""
    from django.db import connection

    from callwright.calls.operations.rollup_days import rebuild

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calls_callnote (account_id, call_id, text, recipients, created_at, updated_at)"
            " SELECT account_id, id, 'Asked about ' || comment, '[]', started_at, started_at FROM calls_call"
            " WHERE comment <> '' AND talk_s % 3 = 0"
        )
        cursor.execute("VACUUM (ANALYZE) calls_call, calls_callnote, contacts_contact")
        _say("analysed")
        rebuild((now - timedelta(days=DAYS + 1)).date(), (now + timedelta(days=1)).date())
        cursor.execute("VACUUM (ANALYZE) calls_daytotal, calls_monthtotal, calls_alldaytotal, calls_allmonthtotal")
        _say("totals added up")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in PLAIN.split(";"):
            cursor.execute(statement)
        cursor.execute("VACUUM (ANALYZE) bench_plain")
        _say("the plain table made")
        cursor.execute(
            "CREATE TABLE bench_ready AS SELECT %s::timestamptz AS at, count(*) AS calls FROM bench_plain", [now]
        )


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)


def _months(now: datetime, calls: int) -> Iterator[tuple[date, datetime, datetime, int, int]]:
    """(first day, begin, end, number of the first call, of the last) of each month; a part of the first and last."""
    from callwright.calls.operations.ensure_partitions import following

    begin = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0)
    number = 1
    while begin < now:
        month = begin.date().replace(day=1)
        after = following(month)
        end = min(now, datetime(after.year, after.month, 1, tzinfo=UTC))
        many = round(calls * ((end - begin) / timedelta(days=DAYS)))
        yield month, begin, end, number, number + many - 1
        number += many
        begin = end


def _load_month(month: tuple[date, datetime, datetime, int, int], values: dict[str, Any]) -> None:
    from django.db import connection

    first_day, begin, end, first, last = month
    table = f"calls_call_{first_day:%Y_%m}"
    days = -(-(end - begin) // timedelta(days=1))
    hours = [hour for hour, weight in enumerate(HOURS) for _ in range(weight)]
    text = Path(__file__).with_name("_many_calls.sql").read_text().replace("{table}", table)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} (LIKE calls_call INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute(
            text,
            {**values, "begin": begin, "end": end, "days": days, "first": first, "last": last, "hours": hours},
        )
    _say(f"{table}: {last - first + 1:,} calls")


def _attach(month: date) -> None:
    from django.db import connection

    from callwright.calls.operations.ensure_partitions import following
    from callwright.kit.identity import uuid7_floor

    low, high = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, following(month)))
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        table = f"calls_call_{month:%Y_%m}"
        cursor.execute(f"ALTER TABLE calls_call ATTACH PARTITION {table} FOR VALUES FROM ('{low}') TO ('{high}')")


def _people(now: datetime) -> dict[str, Any]:
    """Accounts with their lines, queues and contacts, employees, categories, markers; where the ids of each begin."""

    from callwright.accounts.models import Account, Line, Organisation
    from callwright.calls.models import Marker
    from callwright.contacts.models import Category
    from callwright.staff.models import User
    from callwright.telephony.models import Pbx, Queue

    zone = {"time_zone": "Europe/Amsterdam"}
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau", **zone})
    pbx = Pbx.objects.create(slug="main", name="Main")
    accounts = Account.objects.bulk_create(
        [Account(name=f"Account {n:04}", is_default=n == 0, **zone) for n in range(ACCOUNTS)]
    )
    lines = Line.objects.bulk_create([Line(account=a, number=f"+31208{n:06}") for n, a in enumerate(accounts)])
    queues = Queue.objects.bulk_create([Queue(pbx=pbx, name=f"q{n}", account=a) for n, a in enumerate(accounts)])
    categories = Category.objects.bulk_create([Category(name=f"Category {n:02}") for n in range(12)])
    markers = Marker.objects.bulk_create([Marker(name=f"Marker {n}", icon="star") for n in range(8)])
    staff = User.objects.bulk_create(
        [User(username=f"u{n}", name=f"Employee {n:03}", password="!", **zone) for n in range(EMPLOYEES)]
    )
    User.objects.create_user("boss", None, name="Boss", role="administrator", all_accounts=True, **zone)
    chance = random.Random(20261122)
    last = [(chance.choice(ONSETS) + chance.choice(NUCLEI) + chance.choice(ENDINGS)).title() for _ in range(60)]
    _spans(accounts, lines, queues, last)
    _contacts(chance, last, categories[0].pk, now)
    return {
        "pbx": pbx.pk, "first_category": categories[0].pk, "first_employee": staff[0].pk, "first_marker": markers[0].pk,
        "employees": EMPLOYEES, "spread": SPREAD,
    }  # fmt: skip


def _spans(accounts: list[Any], lines: list[Any], queues: list[Any], last: list[str]) -> None:
    """What the statement draws from: words, and each account's size, line, queue and first contact."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(CHANCE)
        cursor.execute("CREATE TABLE bench_phrases (first text[], last text[], words text[])")
        cursor.execute("INSERT INTO bench_phrases VALUES (%s, %s, %s)", [FIRST, last, WORDS[:30]])
        cursor.execute(
            "CREATE TABLE bench_account (account_rank int PRIMARY KEY, account_id bigint, line_id bigint, line text,"
            " queue_id bigint, first_contact bigint, contacts int)"
        )
        first = 1
        for n, account in enumerate(accounts):
            many = max(8, round(CONTACTS * (((n + 1) / ACCOUNTS) ** (1 / 3) - (n / ACCOUNTS) ** (1 / 3))))
            cursor.execute(
                "INSERT INTO bench_account VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [n + 1, account.pk, lines[n].pk, lines[n].number, queues[n].pk, first, many],
            )
            first += many + 1


def _contacts(chance: random.Random, last: list[str], first_category: int, now: datetime) -> None:
    from django.db import connection

    from callwright.contacts.searching import build_search_text, sort_key_of

    names = (
        "id, account_id, kind, name, surname, first_name, category_id, job_title, warning, city, region, country,"
        " language, loyalty, photo, line_of_business, sells, management, decides, custom, created_automatically,"
        " search_text, sort_key, created_at, updated_at"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, first_contact, contacts FROM bench_account ORDER BY account_rank")
        spans = cursor.fetchall()
        with cursor.copy(f"COPY contacts_contact ({names}) FROM STDIN") as copy:
            for account, begin, many in spans:
                for id in range(begin, begin + many + 1):
                    first, second = chance.choice(FIRST), chance.choice(("", "", "-" + chance.choice(last)))
                    surname = chance.choice(last) + second
                    number = f"+316{id * 7919 % 100000000:08}"
                    text = build_search_text((f"{first} {surname}",), (), (number,))
                    key = sort_key_of(surname, first, "")
                    who = (id, account, "person", f"{first} {surname}", surname, first, first_category + id % 12)
                    copy.write_row((*who, *[""] * 12, "{}", False, text, key, now, now))
    _say("contacts made")
