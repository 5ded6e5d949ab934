"""Whether the rows of `_reports_build` are those that the product's own operations make: one month of all accounts is
made anew by these and compared both ways, in transactions that are rolled back.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta


def checks(month: date, now: datetime) -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, what raises RuntimeError where rows differ) for each kind of rows; `month` begins with its first day."""
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    low, high = (datetime(one.year, one.month, 1, tzinfo=UTC) for one in (month, end))
    later = end + timedelta(days=31)
    days, pairs = f"local_day >= '{month}' AND local_day < '{end}'", f"local_day >= '{month}' AND local_day < '{later}'"
    yield f"as the worker makes them: asked {month:%Y-%m}", lambda: _asked(low, high)
    yield f"as the worker makes them: again {month:%Y-%m}", lambda: _same(
        {"calls_callagain": pairs}, lambda: _look_anew(month, end))  # fmt: skip
    yield f"as the worker makes them: calls {month:%Y-%m}", lambda: _same(
        {"calls_quartertotal": days}, lambda: _count_anew(month, end, now))  # fmt: skip
    yield f"as the worker makes them: topics {month:%Y-%m}", lambda: _same(
        {"registration_topicquarter": days}, lambda: _topics_anew(month, end))  # fmt: skip


def _look_anew(month: date, end: date) -> None:
    from callwright.calls.operations.rollup_again import look_anew

    look_anew(month, end)


def _count_anew(month: date, end: date, now: datetime) -> None:
    from benchmarks._reports_build import _execute
    from callwright.calls.operations.rollup_hours import count_quarters

    _execute("INSERT INTO calls_dirtyquarter (account_id, local_day, at) SELECT DISTINCT account_id, local_day, now()"
             " FROM calls_call WHERE local_day >= %s AND local_day < %s", [month, end])  # fmt: skip
    count_quarters(now)


def _topics_anew(month: date, end: date) -> None:
    from callwright.registration.operations.rollup_topics import rebuild_topics

    rebuild_topics(month, end - timedelta(days=1))


def _asked(low: datetime, high: datetime) -> None:
    """Of the calls of a month of UTC, a day at a time."""
    from benchmarks._reports_build import _execute
    from callwright.kit.identity import uuid7_floor
    from callwright.registration.operations.add_up_quality import add_up_all
    from callwright.registration.operations.ask_again import ask_again_between

    wheres = {
        "registration_askedagent": f"call_id >= '{uuid7_floor(low)}' AND call_id < '{uuid7_floor(high)}'",
        "registration_qualityquarter": f"at >= '{low}' AND at < '{high}'",
    }

    def made() -> None:
        for table, where in wheres.items():
            _execute(f"DELETE FROM {table} WHERE {where}")
        at = low
        while at < high:
            ask_again_between(at, at + timedelta(days=1))
            add_up_all()
            at += timedelta(days=1)

    _same(wheres, made)


def _same(wheres: dict[str, str], make: Callable[[], None]) -> None:
    """Makes rows anew and compares them with those that were there; nothing of it stays."""
    from django.db import transaction

    from benchmarks._reports_build import _execute, _rows

    with transaction.atomic():
        for table, where in wheres.items():
            _execute(f"CREATE TEMPORARY TABLE was_{table} ON COMMIT DROP AS SELECT * FROM {table} WHERE {where}")
        make()
        for table, where in wheres.items():
            now, was = f"SELECT * FROM {table} WHERE {where}", f"SELECT * FROM was_{table}"
            [(rows,)] = _rows(f"SELECT count(*) FROM was_{table}")
            gone, new = _rows(f"{was} EXCEPT {now} LIMIT 3"), _rows(f"{now} EXCEPT {was} LIMIT 3")
            [(made,)] = _rows(f"SELECT count(*) FROM {table} WHERE {where}")
            if gone or new or made != rows or not rows:
                raise RuntimeError(
                    f"{table}: {rows:,} rows, by the worker {made:,}; not by it {gone}, only by it {new}"
                )
            print(f"         {table}: {rows:,} rows, as the worker makes them: yes", flush=True)
        transaction.set_rollback(True)


_SUMS = (
    ("calls", "SELECT count(*) FROM calls_call WHERE ended_at IS NOT NULL",
     "SELECT sum(calls) FROM calls_quartertotal"),
    ("registrations", "SELECT count(*) FROM registration_registration",
     "SELECT sum(registrations) FROM registration_topicquarter WHERE topics <> '{-1}'"),
    ("asked", "SELECT count(*) FROM registration_askedagent WHERE asked",
     "SELECT sum(asked) FROM registration_qualityquarter"),
    ("missing", "SELECT count(*) FROM registration_askedagent WHERE missing",
     "SELECT sum(missing) FROM registration_qualityquarter"),
    ("found wrong", "SELECT count(*) FROM registration_askedagent WHERE wrong",
     "SELECT count(*) FROM registration_qualityfinding WHERE how <> 'dismissed'"),
)  # fmt: skip


def quick_check() -> None:
    """Of all months: as many were counted as there are. Raises RuntimeError."""
    from benchmarks._reports_build import _rows

    for name, rows, counted in _SUMS:
        [(there,)], [(found,)] = _rows(rows), _rows(counted)
        if there != found or not there:
            raise RuntimeError(f"{name}: {there} rows, {found} counted")
        print(f"         {name}: {there:,}, all counted", flush=True)
