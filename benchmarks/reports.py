"""The figures of reports over a year of ten million calls and eight million registrations, as viewers get them.

    .venv/bin/python -m benchmarks.reports [--folder FOLDER] [--calls 10000000] [--rounds 5] [--without-peers]
        [--pages-alone] [--figures-alone] [--viewer "all accounts"]

Makes the year once, in a database of its own in FOLDER, and uses it again later (`_reports_build`: in stages, a run
that was ended goes on where it was; it prints what is left out). One month of it is made by the product's own
operations too, and compared.
First the pages, as a browser gets them (through the product's own views, signed in as each viewer): until the page
stands, how often with all of its figures, and until those that are shown after it do. Then the queries behind them:
asks each report for a year or most of it, in the time zone of the accounts and in two others, as somebody who sees all
accounts, one who sees 40 of them (the largest among them), one who sees the 400 largest, one who sees the largest
alone, and of one agent: through the product's own queries with the viewer's rights, without drawing. Prints p50, p95
and the worst in milliseconds, and beside it, in the same run, once each: the same figures from the calls and
registrations themselves (given up after a minute), and the same sums by DuckDB over the same calls and registrations in
tables of its own, with as many threads as there are cores: the floor that a store by columns sets. Answers from totals
and from the rows themselves are compared.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import _many_calls
from benchmarks._many_calls import database
from benchmarks._reports_build import LEFT_OUT, make_year
from benchmarks._reports_pages import measure_pages, percentile, shown
from benchmarks._reports_year import Year, sizes

GIVEN_UP_S = 60
ZONES = ("Europe/Amsterdam", "Europe/Amsterdam", "America/New_York", "Asia/Kathmandu")


@dataclass(frozen=True)
class Report:
    """`of`: calls, again, topics, registered, times, pauses."""

    name: str
    of: str
    by: tuple[str, ...] = ()
    interval: str = ""


REPORTS = (
    Report("calls by month", "calls", interval="month"),
    Report("calls by day", "calls", interval="day"),
    Report("heat map of hours", "calls", ("weekday", "hour")),
    Report("calls by queue", "calls", ("queue",)),
    Report("calls by account", "calls", ("account",)),
    Report("calls by agent", "calls", ("agent",)),
    Report("calls by category", "calls", ("category",)),
    Report("who called again, by month", "again", interval="month"),
    Report("who called again, by agent", "again", ("agent",)),
    Report("topics", "topics", ("topic",)),
    Report("topics by month", "topics", ("topic",), "month"),
    Report("topic by agent", "topics", ("topic", "agent")),
    Report("topic by category", "topics", ("topic", "category")),
    Report("topic by hour", "topics", ("topic", "hour")),
    Report("registered calls by agent", "registered", ("agent",)),
    Report("times of agents", "times", ("agent",)),
    Report("pauses by reason", "pauses", ("agent",)),
    Report("times by week", "times", (), "week"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "callwright-reports")
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages-alone", action="store_true", help="measure what a browser gets, and nothing else")
    parser.add_argument("--figures-alone", action="store_true", help="leave the pages out")
    parser.add_argument("--viewer", action="append", help="as this viewer alone; can be said several times")
    parser.add_argument("--without-peers", action="store_true", help="leave the rows themselves and DuckDB out")
    options = parser.parse_args()
    make_year(options.folder, options.calls)
    with database(options.folder):
        year = Year(options.calls)
        print(
            f"{year.calls:,} calls until {year.now:%F %R}; load average {os.getloadavg()[0]:.1f}\n{LEFT_OUT}",
            flush=True,
        )
        for table, rows, megabytes in sizes():
            print(f"{table:<28}{rows:>14,} rows{megabytes:>9,} MB")
        viewers = [one for one in _viewers(year) if not options.viewer or one[0] in options.viewer]
        for name, viewer, only in [] if options.figures_alone else viewers:
            print(f"\n{name}")
            pages, parts = measure_pages(year, viewer, only.get("user_ids", ()), options.rounds)
            later = f"{'':>9}{percentile(parts, 0.5):>11.0f}{percentile(parts, 0.95):>8.0f}" if parts else ""
            print(f"{'all of these':<42}{shown(pages)}{later}", flush=True)
        if options.pages_alone:
            return
        duck = None if options.without_peers else _duck(options.folder, year)
        for name, viewer, only in viewers:
            print(
                f"\n{name:<30}{'p50':>9}{'p95':>9}{'worst':>9}{'rows':>8}{'from rows':>12}{'DuckDB':>9}   milliseconds"
            )
            every = list[float]()
            for report in REPORTS:
                every += _measure(report, year, viewer, only, options.rounds, duck)
            print(f"{'all of these':<30}{_shown(every)}", flush=True)
        print(f"load average {os.getloadavg()[0]:.1f}")


def _viewers(year: Year) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    yield "all accounts", year.administrator, {}
    yield "40 accounts", year.of_some, {}
    yield "the 400 largest accounts", year.of_many, {}
    yield "the largest account", year.of_one, {}
    yield "one agent", year.administrator, {"user_ids": [year.agents[7]]}


def _measure(
    report: Report, year: Year, viewer: Any, only: dict[str, Any], rounds: int, duck: Any | None
) -> list[float]:  # fmt: skip
    chance, times, rows = random.Random(report.name), list[float](), 0
    _ask(report, year, viewer, {**_period(year, random.Random(0)), **only})  # what any installation has in memory
    for _ in range(rounds):
        asked = {**_period(year, chance), **only}
        began = time.perf_counter()
        rows = len(_ask(report, year, viewer, asked))
        times.append((time.perf_counter() - began) * 1000)
    line = f"{report.name:<30}{_shown(times)}{rows:>8}"
    if duck is not None:
        asked = {**_period(year, random.Random(1)), **only, "zone": ZONES[0]}
        line += f"{_raw(report, year, viewer, asked):>12}{_floor(report, duck, year, viewer, asked):>9}"
    print(line, flush=True)
    return times


def _period(year: Year, chance: random.Random) -> dict[str, Any]:
    """A year until some day of the last month, and from then on today too."""
    ends = year.now.date() - timedelta(days=chance.choice((0, 0, 1, 5, 20)))
    begins = max(ends - timedelta(days=364), year.now.date() - timedelta(days=365))
    if chance.random() < 0.25:
        begins = begins.replace(day=1) + timedelta(days=31)
    return {"begins_on": begins, "ends_on": ends, "zone": chance.choice(ZONES)}


def _ask(report: Report, year: Year, viewer: Any, asked: dict[str, Any]) -> list[Any]:
    from callwright.calls.queries.hours import again_figures, call_figures
    from callwright.registration.queries.totals import registered_figures, topic_figures
    from callwright.staff.queries.times import times_and_pauses

    asked = {**asked, "by": report.by, "interval": report.interval}
    questions: dict[str, Callable[[], list[Any]]] = {
        "calls": lambda: call_figures(viewer, **asked),
        "again": lambda: again_figures(viewer, now=year.now, **asked),
        "topics": lambda: topic_figures(viewer, **asked),
        "registered": lambda: registered_figures(viewer, **asked),
        "times": lambda: times_and_pauses(viewer, now=year.now, **asked)[0],
        "pauses": lambda: times_and_pauses(viewer, now=year.now, **asked)[1],
    }
    return questions[report.of]()


def _raw(report: Report, year: Year, viewer: Any, asked: dict[str, Any]) -> str:
    """How long the rows themselves take; and whether they say the same."""
    from django.db import OperationalError, connection, transaction

    from callwright.calls.queries.hours_raw import again_figures_raw, call_figures_raw
    from callwright.registration.queries.totals_raw import registered_figures_raw, topic_figures_raw
    from callwright.staff.queries.times import agent_times_raw, pause_times_raw

    wanted = {**asked, "by": report.by, "interval": report.interval}
    questions: dict[str, Callable[[], list[Any]]] = {
        "calls": lambda: call_figures_raw(viewer, **wanted),
        "again": lambda: again_figures_raw(viewer, now=year.now, **wanted),
        "topics": lambda: topic_figures_raw(viewer, **wanted),
        "registered": lambda: registered_figures_raw(viewer, **wanted),
        "times": lambda: agent_times_raw(viewer, now=year.now, **wanted),
        "pauses": lambda: pause_times_raw(viewer, now=year.now, **wanted),
    }
    began = time.perf_counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(GIVEN_UP_S * 1000)])
            found = questions[report.of]()
    except OperationalError:
        return f"> {GIVEN_UP_S * 1000}"
    took = (time.perf_counter() - began) * 1000
    if report.of not in ("times", "pauses") and found != _ask(report, year, viewer, asked):
        raise RuntimeError(f"{report.name}: the totals are not those of the rows")
    return f"{took:.0f}"


# ── DuckDB ────────────────────────────────────────────────────────────────────────────────────────────────────────

_CALLS = """
COPY (SELECT account_id, direction, status, coalesce(queue_id, 0), coalesce(employee_id, 0), coalesce(category_id, 0),
    (started_at AT TIME ZONE 'Europe/Amsterdam')::timestamp(0), wait_s, talk_s, hold_s, ring_s
    FROM {table} WHERE ended_at IS NOT NULL) TO STDOUT (FORMAT csv)
"""
_TICKED = """
COPY (SELECT r.account_id, t, coalesce(r.by_id, 0), coalesce(c.category_id, 0),
    (r.started_at AT TIME ZONE 'Europe/Amsterdam')::timestamp(0)
    FROM {table} c JOIN registration_registration r ON c.account_id = r.account_id AND c.id = r.call_id
    CROSS JOIN LATERAL unnest(r.topics) AS t
    WHERE r.id >= '{low}' AND r.id < '{high}') TO STDOUT (FORMAT csv)
"""
_DUCK_TABLES = {
    "calls": (_CALLS, "account BIGINT, direction VARCHAR, status VARCHAR, queue BIGINT, agent BIGINT, category BIGINT,"
              " began TIMESTAMP, wait_s INT, talk_s INT, hold_s INT, ring_s INT"),
    "ticked": (_TICKED, "account BIGINT, topic BIGINT, agent BIGINT, category BIGINT, began TIMESTAMP"),
}  # fmt: skip


def _duck(folder: Path, year: Year) -> Any:
    """The same calls and registrations in a file of DuckDB, made once, a month after the other."""
    import duckdb
    from django.db import connection

    from callwright.calls.operations.ensure_partitions import following
    from callwright.kit.identity import uuid7_floor

    duck = duckdb.connect(str(folder / "figures.duckdb"))
    duck.execute(f"SET threads = {os.cpu_count()}")
    for table, (statement, columns) in _DUCK_TABLES.items():
        if duck.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone() != (0,):
            continue
        names = ", ".join(f"'{one.split()[0]}': '{one.split()[1]}'" for one in columns.split(", "))
        duck.execute(f"BEGIN; CREATE TABLE {table} ({columns})")
        file = folder / f"{table}.csv"
        for month, *_ in _many_calls._months(year.made_at, year.calls):
            low, high = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, following(month)))
            text = statement.format(table=f"calls_call_{month:%Y_%m}", low=low, high=high)
            with connection.cursor() as cursor, file.open("wb") as out, cursor.copy(text) as copy:
                for data in copy:
                    out.write(data)
            duck.execute(f"INSERT INTO {table} FROM read_csv('{file}', header = false, columns = {{{names}}})")
            file.unlink()
        duck.execute("COMMIT")
    return duck


_DUCK_KEYS = {"hour": "hour(began)", "weekday": "isodow(began)"}
_DUCK_SUMS = {
    "calls": (
        "count(*), count(*) FILTER (status = 'answered'), count(*) FILTER (status = 'missed'),"
        " count(*) FILTER (status = 'abandoned'), count(*) FILTER (status = 'answered' AND wait_s <= 20),"
        " count(*) FILTER (status = 'abandoned' AND wait_s <= 20), sum(wait_s),"
        " sum(wait_s) FILTER (status = 'answered'), sum(talk_s), sum(hold_s), sum(ring_s), max(wait_s)"
    ),
    "topics": "count(*)",
}


def _floor(report: Report, duck: Any, year: Year, viewer: Any, asked: dict[str, Any]) -> str:
    if report.of not in _DUCK_SUMS:
        return "–"
    table = "calls" if report.of == "calls" else "ticked"
    keys = [_DUCK_KEYS.get(one, one) for one in report.by]
    keys += [f"date_trunc('{report.interval}', began)"] if report.interval else []
    wheres = [f"began >= '{asked['begins_on']}'", f"began < '{asked['ends_on'] + timedelta(days=1)}'"]
    if viewer is not year.administrator:
        accounts = {"some": year.accounts[::50], "many": year.accounts[:400]}.get(viewer.username, year.accounts[:1])
        wheres.append(f"account IN ({', '.join(map(str, accounts))})")
    if "user_ids" in asked:
        wheres.append(f"agent = {asked['user_ids'][0]}")
    listed, grouped = ", ".join([*keys, _DUCK_SUMS[report.of]]), f" GROUP BY {', '.join(keys)}" if keys else ""
    statement = f"SELECT {listed} FROM {table} WHERE {' AND '.join(wheres)}{grouped}"
    duck.execute(statement).fetchall()
    began = time.perf_counter()
    duck.execute(statement).fetchall()
    return f"{(time.perf_counter() - began) * 1000:.0f}"


def _shown(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95 - 0.5))]
    return f"{statistics.median(ordered):>9.1f}{p95:>9.1f}{ordered[-1]:>9.1f}"


if __name__ == "__main__":
    main()
