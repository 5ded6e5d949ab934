"""Makes the year of `reports`: rows by the statements of `_reports_rows`, a month in each of two threads, sums by the
product's own operations, then indexes, statistics and the comparison of `_reports_check`. In stages: what is done stays
done when a run is ended and begun again.
"""

import json
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import _many_calls
from benchmarks._many_calls import database

DAYS, AGENTS, SPREAD, TOPICS = 365, 500, 100, 60
CHANGES = (("ready", 240), ("ringing", 8), ("talking", 190), ("wrap_up", 40))
"""What an agent goes through again and again on a working day of nine hours, with seconds; and a pause now and then."""

LEFT_OUT = """left out, since none of what is measured reads it:
  the register's own totals of days and months; indexes of calls other than the key, the id and the number's end;
  legs and facts of calls, the history of registrations, calls that had to be registered, comments"""
KEPT_INDEXES = ("calls_call_id", "calls_call_number_end")
FILLED = (
    "registration_registration", "registration_askedagent", "registration_qualityfinding", "registration_topicquarter",
    "registration_qualityquarter", "calls_quartertotal", "calls_callagain", "staff_agentstatechange",
)  # fmt: skip
"""Their indexes are made after their rows."""


def make_year(folder: Path, calls: int) -> None:
    """Makes what is not made yet; raises RuntimeError where the rows are not those that the product makes."""
    from benchmarks._database import building_database, let_go

    with database(folder):
        [(ready, stages)] = _rows("SELECT to_regclass('bench_ready'), to_regclass('bench_stage')")
        let_go()
    if ready and not stages:
        raise RuntimeError(f"{folder} was made by an older benchmark: remove it")
    if ready:
        return
    print(f"making {calls:,} calls; this is done once", flush=True)
    began = time.monotonic()
    with building_database(folder):
        _build(calls)
    print(f"made in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)


@dataclass(frozen=True)
class Stage:
    """`whole`: in one transaction, with the note that it is done; others can be begun again."""

    name: str
    run: Callable[[], object]
    whole: bool = True


def _build(calls: int) -> None:
    from benchmarks._reports_check import checks, quick_check

    _many_calls.DAYS, _many_calls.EMPLOYEES, _many_calls.SPREAD = DAYS, AGENTS, SPREAD
    _execute("CREATE TABLE IF NOT EXISTS bench_stage (name text PRIMARY KEY, at timestamptz, seconds int, detail json)")
    _execute("CREATE TABLE IF NOT EXISTS bench_index (relation text, statement text)")
    now = datetime.now(UTC).replace(microsecond=0)
    _run([Stage("people", lambda: _people(now, calls))])
    [(told,)] = _rows("SELECT detail FROM bench_stage WHERE name = 'people'")
    values: dict[str, Any] = told if isinstance(told, dict) else json.loads(told)
    now, calls = datetime.fromisoformat(values["now"]), values["calls"]
    begin = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0)
    months = list(_many_calls._months(now, calls))
    _run([
        Stage("states of agents", lambda: _states(begin, now, calls)), Stage("times", lambda: _times(now), whole=False),
    ], [Stage(f"month {month[0]:%Y-%m}", partial(_month, month, values)) for month in months])  # fmt: skip
    _run([Stage("partitions", lambda: _partitions([month for month, *_ in months]))])
    topics = "registration_topicquarter"  # their sums take as long as all that is left
    _run([
        Stage(f"indexes of {topics}", partial(make_indexes, topics)),
        Stage("sums of topics", lambda: _sums(now, "topics"), whole=False),
    ], [
        Stage("who called again, half 0", lambda: _pairs(0)), Stage("who called again, half 1", lambda: _pairs(1)),
        *(Stage(f"indexes of {table}", partial(make_indexes, table))
          for table in FILLED if table not in (topics, "calls_callagain", "staff_agentstatechange")),
        Stage("who called again, indexes", _again),
        *(Stage(f"sums of {what}", partial(_sums, now, what), whole=False) for what in ("calls", "quality", "again")),
    ])  # fmt: skip
    middle = months[len(months) // 2][0]
    _run([Stage(name, check, whole=False) for name, check in checks(middle, now)])
    _run([Stage("numbers of all", quick_check)])
    _run([Stage(f"vacuum {table}", partial(_execute, f"VACUUM (ANALYZE) {table}"), whole=False) for table in _tables()])
    _execute("CREATE TABLE bench_ready AS SELECT %s::timestamptz AS at, count(*) AS calls FROM calls_call", [now])


# ── stages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _run(stages: Sequence[Stage], beside: Sequence[Stage] = ()) -> None:
    """Runs what is not done: `stages` in order in one thread and `beside` in another, who helps whom when through; of
    `stages` alone any two at a time."""
    done = {name for (name,) in _rows("SELECT name FROM bench_stage")}
    queues = [[one for one in part if one.name not in done] for part in (stages, beside)]
    lock, failed = threading.Lock(), list[BaseException]()

    def work(first: int) -> None:
        from django.db import connection

        try:
            _settle_in()
            while not failed:
                with lock:
                    part = queues[first] if queues[first] or first else queues[1]
                    stage = part.pop(0) if part else None
                if stage is None:
                    break
                _do(stage)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[n]) for n in ((0, 1) if beside else (0, 0))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _settle_in() -> None:
    for name, value in (("work_mem", "384MB"), ("temp_buffers", "128MB"), ("session_replication_role", "replica")):
        _execute("SELECT set_config(%s, %s, false)", [name, value])


def _do(stage: Stage) -> None:
    from contextlib import nullcontext

    from django.db import transaction

    began = time.monotonic()
    with transaction.atomic() if stage.whole else nullcontext():
        detail = stage.run()
        seconds = round(time.monotonic() - began)
        _execute("INSERT INTO bench_stage VALUES (%s, now(), %s, %s)",
                 [stage.name, seconds, json.dumps(detail if isinstance(detail, dict) else {})])  # fmt: skip
    print(f"{datetime.now(UTC):%H:%M:%S} {stage.name}: {seconds} s", flush=True)


def _people(now: datetime, calls: int) -> dict[str, Any]:
    """Accounts, agents, contacts, what can be registered; and tables without the indexes that come later or never."""
    from callwright.registration.models import Category, OfferSpell, QualityRule, Topic

    values = _many_calls._people(now)
    begin = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0)
    category = Category.objects.create(name="Category", several=True, created_at=begin)
    topics = Topic.objects.bulk_create([Topic(category=category, name=f"Topic {n + 1}") for n in range(TOPICS)])
    OfferSpell.objects.create(category=category, since=begin)
    QualityRule.objects.bulk_create(
        [QualityRule(kind="comment", name=f"Rule {n}", words=f"Words of rule {n}", changed_at=begin) for n in range(4)]
    )
    words = "jsonb_build_array(jsonb_build_array('Category', '', name))"
    _execute(f"CREATE TABLE bench_topic AS SELECT id, {words} AS words FROM registration_topic")
    _execute("ANALYZE bench_topic, bench_account")
    for month, *_ in _many_calls._months(now, calls):
        _execute(f"DROP TABLE IF EXISTS calls_call_{month:%Y_%m}")
    others = _rows(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'calls_call'::regclass AND NOT indisprimary"
        " AND NOT indexrelid::regclass::text = ANY(%s)", [list(KEPT_INDEXES)],
    )  # fmt: skip
    for (index,) in others:
        _execute(f"DROP INDEX {index}")
    for table in FILLED:
        _drop_indexes(table)
    return {**values, "first": topics[0].pk, "offered": TOPICS, "now": now.isoformat(), "calls": calls}


def _month(month: tuple[date, datetime, datetime, int, int], values: dict[str, Any]) -> None:
    """Everything that is made of the calls of a month. Quarters of an hour do not reach over its end."""
    from benchmarks._reports_rows import OF_A_MONTH, TOUCHED
    from callwright.calls.figures import CALLS
    from callwright.calls.operations.ensure_partitions import following
    from callwright.kit.identity import uuid7_floor
    from callwright.kit.sums.keeping import touch
    from callwright.registration.quality_figures import QUALITY
    from callwright.registration.topic_figures import REGISTERED, TOPICS

    table = f"calls_call_{month[0]:%Y_%m}"
    _many_calls._load_month(month, values)
    low, high = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month[0], following(month[0])))
    _execute(f"ALTER TABLE {table} ADD PRIMARY KEY (account_id, id),"
             f" ADD CONSTRAINT bench_span CHECK (id >= '{low}' AND id < '{high}')")  # fmt: skip
    _execute(f"CREATE INDEX ON {table} (id)")
    _execute(f"CREATE INDEX ON {table} (reverse(client_number) text_pattern_ops, id)")
    _execute(f"ANALYZE {table}")
    for statement in OF_A_MONTH:
        _execute(statement.format(table=table), values)
    for families, name in (((CALLS,), "calls"), ((QUALITY,), "asked"), ((TOPICS, REGISTERED), "registered")):
        days = _rows(TOUCHED[name].format(table=table))
        for family in families:
            touch(family, days)
    _many_calls._attach(month[0])  # its indexes become those of all, its check spares a look at every row
    _execute(f"ALTER TABLE {table} DROP CONSTRAINT bench_span")


def _partitions(months: list[date]) -> None:
    from callwright.calls.operations.ensure_partitions import ensure_partitions

    ensure_partitions(months)
    _execute("ANALYZE calls_call")


def _pairs(half: int) -> None:
    from benchmarks._reports_rows import PAIRS

    _execute(PAIRS, {"half": half})


def _again() -> None:
    from benchmarks._reports_rows import TOUCHED
    from callwright.calls.figures import AGAIN
    from callwright.kit.sums.keeping import touch

    make_indexes("calls_callagain")
    touch(AGAIN, _rows(TOUCHED["again"]))


def _states(begin: datetime, now: datetime, calls: int) -> None:
    from benchmarks._reports_rows import STATES

    after = [sum(seconds for _, seconds in CHANGES[:n]) for n in range(len(CHANGES))]
    changes = 4 * min(17, max(2, calls // 500_000))
    _execute(STATES, {"states": [state for state, _ in CHANGES], "after": after, "changes": changes, "begin": begin,
                      "end": now - timedelta(days=1)})  # fmt: skip
    make_indexes("staff_agentstatechange")


def _times(now: datetime) -> None:
    from callwright.staff.operations.add_up_times import add_up_times

    add_up_times(now)


def _sums(now: datetime, what: str) -> None:
    from callwright.calls.operations.rollup_again import look_who_called_again
    from callwright.calls.operations.rollup_hours import keep_sums_of_calls
    from callwright.registration.operations.add_up_quality import keep_sums_of_quality
    from callwright.registration.operations.rollup_topics import keep_sums_of_topics

    kept: dict[str, Callable[[datetime], object]] = {
        "calls": keep_sums_of_calls, "topics": keep_sums_of_topics, "quality": keep_sums_of_quality,
        "again": look_who_called_again,
    }  # fmt: skip
    kept[what](now)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

_INDEXES = """
    SELECT pg_get_indexdef(i.indexrelid), i.indexrelid::regclass::text, c.conname, c.contype FROM pg_index i
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u')
    WHERE i.indrelid = %s::regclass ORDER BY i.indexrelid
"""


def _drop_indexes(table: str) -> None:
    """Takes them away, and notes how they are made again."""
    for definition, index, constraint, kind in _rows(_INDEXES, [table]):
        _execute("INSERT INTO bench_index VALUES (%s, %s)", [table, definition])
        if constraint:
            made = f"ADD CONSTRAINT {constraint} {'PRIMARY KEY' if kind == 'p' else 'UNIQUE'} USING INDEX {index}"
            _execute("INSERT INTO bench_index VALUES (%s, %s)", [table, f"ALTER TABLE {table} {made}"])
        _execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}")


def make_indexes(table: str) -> None:
    """The product's own, as they were before the rows."""
    for (statement,) in _rows("SELECT statement FROM bench_index WHERE relation = %s", [table]):
        _execute(statement)
    _execute(f"ANALYZE {table}")


def _tables() -> Collection[str]:
    """All that is filled but the calls, which nobody changed since they were loaded."""
    from benchmarks._reports_year import LOOKED_AT, TABLES

    return dict.fromkeys((*TABLES, *LOOKED_AT, *FILLED, "contacts_contact"))


def _execute(statement: str, values: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _rows(statement: str, values: Any = None) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
