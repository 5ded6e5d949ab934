"""Months that were begun to be taken away, and what happened until the next night (CALL-16)."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from callwright.calls.models import Call, CallFacts, CallNote, FollowUpAct, LeavingMonth, Leg, Retention
from callwright.calls.operations import retention_months
from callwright.calls.operations.ensure_partitions import Place, ensure_partitions, place_of
from callwright.calls.operations.retention_run import run_retention
from callwright.calls.ports import connect_removal
from callwright.calls.tests.test_retention import NOW, OLD, keep, partitions, with_all
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = date(2025, 3, 1)


class Ended(Exception):
    """The process is killed."""


def killed(step: str) -> None:
    """A night that ends just before the first statement with these words."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if step in sql:
            raise Ended
        return execute(sql, params, many, context)

    with pytest.raises(Ended), connection.execute_wrapper(watch):
        run_retention(NOW)
    connection.close()  # its locks go with the process


@pytest.fixture
def reader() -> Iterator[Any]:
    """Another connection in a transaction; it reads where a test makes it."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.set_autocommit(True)
    other.close()


def read(other: Any, table: str) -> None:
    with other.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")


def all_places() -> set[Place]:
    return {place_of(table, MARCH) for table in ("calls_call", "calls_leg", "calls_callfacts")}


STEPS = ["DETACH PARTITION calls_call_", "DROP TABLE IF EXISTS calls_call_"]


@pytest.mark.parametrize("step", STEPS)
def test_a_period_that_was_lengthened_since_keeps_the_calls(made: Any, step: str) -> None:
    call = with_all(made(OLD))
    keep(12)
    killed(step)
    assert LeavingMonth.objects.get().month == MARCH
    keep(36)
    assert not run_retention(NOW).did_something
    assert list(Call.objects.values_list("id", flat=True)) == [call.id] and not LeavingMonth.objects.exists()
    assert Leg.objects.count() == CallFacts.objects.count() == 1 and all_places() == {Place.ATTACHED}


@pytest.mark.parametrize("step", STEPS)
def test_a_call_that_was_imported_since_and_is_to_stay_stays(made: Any, other_account: Any, step: str) -> None:
    """Whoever writes calls of the month gets its tables back, with what was in them."""
    with_all(made(OLD))
    keep(12)
    keep(None, account=other_account)
    killed(step)
    imported = with_all(made(OLD + timedelta(days=2), of=other_account, pbx_key="imported"))
    ran = run_retention(NOW)
    assert not ran.months and sum(ran.removed.values()) == 1  # the others go one by one
    assert list(Call.objects.values_list("id", flat=True)) == [imported.id]
    assert list(Leg.objects.values_list("call_id", flat=True)) == [imported.id] and not LeavingMonth.objects.exists()


def test_parts_of_calls_that_are_gone_do_not_stay_with_new_ones(made: Any, other_account: Any) -> None:
    """The calls were dropped, their legs and facts not yet; then calls that are kept came into the month."""
    with_all(made(OLD))
    keep(12)
    keep(None, account=other_account)
    killed("DETACH PARTITION calls_leg_")
    assert place_of("calls_call", MARCH) == Place.MISSING and place_of("calls_leg", MARCH) == Place.ATTACHED
    stays = with_all(made(OLD, of=other_account, pbx_key="stays"))
    assert not run_retention(NOW).months
    assert list(Leg.objects.values_list("call_id", flat=True)) == [stays.id]
    assert list(CallFacts.objects.values_list("call_id", flat=True)) == [stays.id]
    assert CallNote.objects.get().call_id == stays.id and not LeavingMonth.objects.exists()


def test_calls_that_came_since_and_are_over_too_go_with_the_month(made: Any) -> None:
    with_all(made(OLD))
    keep(12)
    killed(STEPS[0])
    with_all(made(OLD + timedelta(days=3), pbx_key="more"))
    assert [(month.first, month.calls) for month in run_retention(NOW).months] == [(MARCH, 2)]
    assert partitions() == set() and not CallNote.objects.exists()


def act_on(call: Any) -> None:
    FollowUpAct.objects.create(account_id=call.account_id, call_id=call.id, kind="closed", at=NOW)


def test_what_is_kept_of_calls_stays_until_these_are_detached(made: Any) -> None:
    """They cannot be detached tonight, and by the next night they are to be kept longer."""
    act_on(made(OLD))
    keep(12)
    killed(STEPS[0])
    keep(36)
    assert not run_retention(NOW).did_something
    assert Call.objects.count() == FollowUpAct.objects.count() == 1


def test_what_is_written_of_calls_until_these_are_detached_goes_with_them(made: Any) -> None:
    call = made(OLD)
    keep(12)

    def just_before(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if STEPS[0] in sql:
            act_on(call)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(just_before):
        assert [month.first for month in run_retention(NOW).months] == [MARCH]
    assert not FollowUpAct.objects.exists() and partitions() == set()


def test_nothing_is_told_of_calls_that_can_still_be_seen(made: Any) -> None:
    made(OLD)
    keep(12)
    places: list[Place] = []
    connect_removal("test", lambda account_id, ids: places.append(place_of("calls_call", MARCH)))
    try:
        assert run_retention(NOW).months
    finally:
        connect_removal("test", lambda account_id, ids: None)
    assert places == [Place.BESIDE]


def test_a_call_that_begins_while_those_of_its_month_are_told_is_not_lost(
    made: Any, other_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_all(made(OLD))
    keep(12)
    keep(None, account=other_account)
    tell = retention_months._tell

    def told(first: date) -> None:
        tell(first)
        made(OLD, of=other_account, pbx_key="meanwhile")

    monkeypatch.setattr(retention_months, "_tell", told)
    assert not run_retention(NOW).months
    assert [call.pbx_key for call in Call.objects.all()] == ["meanwhile"]
    assert all_places() == {Place.ATTACHED} and not LeavingMonth.objects.exists()


def test_a_month_that_fails_does_not_keep_the_others(made: Any) -> None:
    """What is kept beside the calls of March cannot be removed; May goes."""
    march, may = with_all(made(OLD)), with_all(made(OLD + timedelta(days=61)))

    def fails(account_id: int, ids: Any) -> None:
        if march.id in ids:
            raise OperationalError("canceling statement due to lock timeout")

    keep(12)
    connect_removal("test", fails)
    try:
        with pytest.raises(OperationalError):  # one by one they cannot go either
            run_retention(NOW)
    finally:
        connect_removal("test", lambda account_id, ids: None)
    assert [month.month for month in LeavingMonth.objects.all()] == [MARCH]
    assert AuditEntry.objects.get().detail == {"months_detached": ["2025-05"], "removed": 1}
    assert set(Call.objects.values_list("id", flat=True)) == {march.id} and may.id != march.id
    assert [month.first for month in run_retention(NOW).months] == [MARCH] and partitions() == set()


def test_while_a_month_is_being_read_the_others_go_one_by_one(
    made: Any, account: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL detaches one table at a time: March waits for its reader, and is no error the next night."""
    monkeypatch.setattr(retention_months, "PATIENCE_S", 1)
    for at in (OLD, OLD + timedelta(days=61)):
        with_all(made(at))
    keep(12)
    read(reader, "calls_call_2025_03")
    ran = run_retention(NOW)
    assert not ran.months and ran.removed == {account.pk: 1}
    assert place_of("calls_call", MARCH) == Place.LEAVING and not Call.objects.exists()
    reader.rollback()
    assert [(month.first, month.calls) for month in run_retention(NOW).months] == [(MARCH, 1), (date(2025, 5, 1), 0)]
    assert partitions() == set() and not LeavingMonth.objects.exists()


def test_the_same_month_is_begun_once(made: Any, reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of the calls cannot be detached, and comes again the next night."""
    monkeypatch.setattr(retention_months, "PATIENCE_S", 1)

    def refused(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "DETACH PARTITION" in sql:
            raise DatabaseError("canceling statement due to lock timeout")
        return execute(sql, params, many, context)

    with_all(made(OLD))
    keep(12)
    with connection.execute_wrapper(refused):
        for _ in range(2):
            assert not run_retention(NOW).months
    assert not Call.objects.exists()  # one by one
    assert [month.calls for month in run_retention(NOW).months] == [0] and partitions() == set()
    counted = [entry.detail.get("removed") for entry in AuditEntry.objects.filter(action="retention_ran")]
    assert sum(counted) == 1  # each call once, however it went


def test_nobody_waits_for_the_night_who_writes_calls_of_a_month_that_is_there(made: Any) -> None:
    """The link asks for the partition of a late event while a month is being taken away."""
    made(OLD + timedelta(days=61))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('calls partitions'))")
    done = threading.Event()

    def late() -> None:
        ensure_partitions([date(2025, 5, 1)])
        done.set()
        connection.close()

    other = threading.Thread(target=late)
    other.start()
    try:
        assert done.wait(5)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('calls partitions'))")
        other.join()


def test_the_lock_is_not_held_while_calls_are_told(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removing what is kept beside a month's calls takes long; a missing partition can be made meanwhile."""
    with_all(made(OLD))
    keep(12)
    free: list[bool] = []
    tell = retention_months._tell

    def told(first: date) -> None:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('calls partitions'))")
            free.append(cursor.fetchone()[0])
        other.close()
        tell(first)

    monkeypatch.setattr(retention_months, "_tell", told)
    assert run_retention(NOW).months and free == [True]


def test_detaching_reads_no_legs_and_no_facts(made: Any, reader: Any) -> None:
    """Nothing refers to calls any more: their month goes while its legs are being read."""
    with_all(made(OLD))
    keep(12)
    read(reader, "calls_leg_2025_03")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        cursor.execute("ALTER TABLE calls_call DETACH PARTITION calls_call_2025_03 CONCURRENTLY")
        cursor.execute("SET lock_timeout = 0")
    assert place_of("calls_call", MARCH) == Place.BESIDE
    ensure_partitions([MARCH])
    assert Call.objects.count() == 1 and Retention.objects.get().months == 12


def test_a_month_of_another_time_zone_is_not_taken_too_early(made: Any, account: Any) -> None:
    """Its last call began after midnight of the account's first day that is kept."""
    account.time_zone = "America/Los_Angeles"
    account.save()
    made(datetime(2025, 3, 31, 23, 0, tzinfo=UTC))
    keep(12)
    assert not run_retention(datetime(2026, 3, 31, 12, 0, tzinfo=UTC)).months
    assert run_retention(datetime(2026, 4, 1, 12, 0, tzinfo=UTC)).months
