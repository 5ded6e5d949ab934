"""Totals while several write calls and several add up, and when one is killed in between (REP-8)."""

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from callwright.calls.models import AllMonthTotal, DayTotal, DirtyDay
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days, rebuild
from callwright.calls.queries.rollup import differences
from callwright.calls.testing import add_call

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
T0 = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MONTH = date(2026, 11, 1)


def in_threads(*work: Callable[[], None]) -> list[Exception]:
    failed: list[Exception] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return failed


def test_writers_of_the_same_days_and_several_workers(account: Any, other_account: Any) -> None:
    add_call(account, T0)  # the month is there
    done = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            with transaction.atomic():
                pairs = [(account, T0), (other_account, T0), (account, T0 + timedelta(days=1))]
                chance.shuffle(pairs)  # no order of theirs may make two of them wait for each other
                for of, begins in pairs:
                    call = add_call(
                        of, begins + timedelta(seconds=chance.randrange(9000)), pbx_key=f"{chance.random()}"
                    )
                    note_days({(call.account_id, call.local_day)}, now=T0)
                time.sleep(chance.random() * 0.004)

    def work() -> None:
        while not done.is_set():
            add_up_dirty_days(T0)
            time.sleep(0.003)

    def write_all() -> None:
        try:
            assert in_threads(*(lambda seed=seed: write(seed) for seed in range(4))) == []
        finally:
            done.set()

    assert in_threads(write_all, work, work) == []
    note_days({(account.pk, T0.date())}, now=T0)
    add_up_dirty_days(T0)
    assert list(differences(MONTH, MONTH)) == []
    assert sum(AllMonthTotal.objects.values_list("calls", flat=True)) == 301
    assert not DirtyDay.objects.exists()


def test_a_worker_that_is_killed_leaves_the_days_to_the_next(account: Any) -> None:
    call = add_call(account, T0)
    note_days({(account.pk, call.local_day)}, now=T0)
    add_up_dirty_days(T0)
    later = add_call(account, T0 + timedelta(hours=1))
    note_days({(account.pk, later.local_day)}, now=T0)
    failed: list[Exception] = []
    worker = threading.Thread(target=lambda: failed.extend(in_threads(lambda: (add_up_dirty_days(T0), None)[1])))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calls_alldaytotal IN ACCESS EXCLUSIVE MODE")  # its last step waits
        worker.start()
        until, killed = time.monotonic() + 20, False
        while not killed and time.monotonic() < until:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE NOT granted AND relation = 'calls_alldaytotal'::regclass"
            )
            killed = bool(cursor.fetchall())
            time.sleep(0.02)
        worker.join(20)
    assert killed and [type(one) for one in failed] == [OperationalError]
    assert [total.calls for total in DayTotal.objects.all()] == [1] and DirtyDay.objects.count() == 1
    assert add_up_dirty_days(T0) == 1
    assert [total.calls for total in DayTotal.objects.all()] == [2]
    assert list(differences(MONTH, MONTH)) == []


def test_who_finds_another_adding_up_passes_by(account: Any) -> None:
    call = add_call(account, T0)
    note_days({(account.pk, call.local_day)}, now=T0)
    begun, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('calls totals'))")
            begun.set()
            let_go.wait(20)

    holder = threading.Thread(target=lambda: in_threads(hold))
    holder.start()
    assert begun.wait(20)
    assert add_up_dirty_days(T0) == 0 and DirtyDay.objects.exists()
    let_go.set()
    holder.join(20)
    assert add_up_dirty_days(T0) == 1


def test_a_day_that_is_noted_while_all_are_added_up_anew_is_not_forgotten(account: Any) -> None:
    add_call(account, T0)
    rebuilt: list[Exception] = []
    worker = threading.Thread(target=lambda: rebuilt.extend(in_threads(lambda: rebuild(MONTH, date(2026, 11, 30)))))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calls_dirtyday IN SHARE ROW EXCLUSIVE MODE")  # whoever takes days off waits
        worker.start()
        until, waits = time.monotonic() + 20, False
        while not waits and time.monotonic() < until:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND relation = 'calls_dirtyday'::regclass")
            waits = bool(cursor.fetchall())
            time.sleep(0.02)
        late = add_call(account, T0 + timedelta(hours=1))
        note_days({(account.pk, late.local_day)}, now=T0)
    worker.join(20)
    assert waits and rebuilt == [] and not worker.is_alive()
    add_up_dirty_days(T0)
    assert sum(DayTotal.objects.values_list("calls", flat=True)) == 2
    assert list(differences(MONTH, MONTH)) == []
