"""Totals kept beside the calls are those of the calls, whatever happened to them (REP-8)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callwright.accounts.models import Line
from callwright.calls.models import AllMonthTotal, Call, DayTotal, DirtyDay, FinalTotals, MonthTotal
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.named_calls import named_calls
from callwright.calls.operations.rollup_changes import note_days, note_loaded
from callwright.calls.operations.rollup_days import add_up_dirty_days, make_final, rebuild
from callwright.calls.queries.rollup import backlog, days_with_calls, differences
from callwright.calls.testing import add_call
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # late in Amsterdam, on the eve of a day of 25 hours
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def start(key: str, begins: float, dialled: str = "0201234567", **more: Any) -> e.CallStarted:
    return e.CallStarted(
        pbx="main", call=key, at=at(begins), direction=e.Direction.INBOUND, from_number="0612345678",
        to_number=dialled, dialled_number=dialled, trunk="trunk", **more,
    )  # fmt: skip


def test_a_call_is_in_the_totals_once_it_is_over(account: Any, pbx: Any) -> None:
    base = {"pbx": pbx.slug, "call": "main-1.1"}
    apply_events([start("main-1.1", 0)], now=at(0))
    apply_events([e.LegRinging(**base, at=at(1), leg="a", party="101")], now=at(1))
    assert not DirtyDay.objects.exists()
    apply_events([e.CallEnded(**base, at=at(9))], now=at(9))
    assert add_up_dirty_days(at(10)) == 1
    total = DayTotal.objects.get()
    assert (total.local_day.isoformat(), total.direction, total.status, total.calls) == (
        "2026-10-24", "inbound", "missed", 1,
    )  # fmt: skip
    assert (total.wait_s, total.talk_s) == (9, 0)


STEP = st.tuples(
    st.sampled_from(["start", "ring", "answer", "end", "end", "merge", "again", "delete", "move", "load", "add_up"]),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 3 * 86_400),
)


@pytest.fixture
def lines(account: Any, other_account: Any, pbx: Any) -> None:
    Line.objects.create(account=account, number="+31201234567")
    Line.objects.create(account=other_account, number="+31207654321")
    Queue.objects.create(pbx=pbx, name="orders", account=account)


def act(kind: str, one: int, other: int, seconds: int, accounts: list[Any]) -> None:
    key, base = f"k{one}", {"pbx": "main", "call": f"k{one}"}
    begins = one * 40_000.0
    match kind:
        case "start":
            dialled = ("0201234567", "0207654321", "0209999999")[other % 3]
            apply_events([start(key, begins, dialled)], now=at(begins))
        case "ring":
            apply_events([e.LegRinging(**base, at=at(begins + 1), leg="a", party=f"10{other}")], now=at(begins))
        case "answer":
            steps = [e.LegAnswered(**base, at=at(begins + 2), leg="a"), e.TalkStarted(**base, at=at(begins + 2))]
            apply_events(steps, now=at(begins))
        case "end":
            apply_events([e.CallEnded(**base, at=at(begins + 3 + seconds % 4000))], now=at(begins))
        case "merge":
            apply_events([e.CallMerged(**base, at=at(begins + 4), into=f"k{other}")], now=at(begins))
        case "again":
            apply_events([start(key, begins), e.CallEnded(**base, at=at(begins + 30))], now=at(begins))
        case "delete":  # an undone import, an erased person
            for call in Call.objects.filter(pbx_key=key):
                note_days({(call.account_id, call.local_day)}, now=T0)
                call.delete()
        case "move":  # a correction by hand
            for call in Call.objects.filter(pbx_key=key, ended_at__isnull=False):
                Call.objects.filter(id=call.id).update(talk_s=seconds, status="answered", extension=str(other))
                note_days({(call.account_id, call.local_day)}, now=T0)
        case "load":
            day = (T0 + timedelta(seconds=seconds)).date()
            call = add_call(accounts[other % 2], T0 + timedelta(seconds=seconds), talk_s=other, local_day=day)
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE TEMP TABLE loaded AS SELECT %s::bigint AS account_id, %s::uuid AS id",
                    [call.account_id, call.id],
                )
                note_loaded(named_calls("loaded"), now=T0)
                cursor.execute("DROP TABLE loaded")
        case "add_up":
            add_up_dirty_days(T0)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEP, min_size=3, max_size=30))
def test_random_histories(account: Any, other_account: Any, lines: None, history: list[Any]) -> None:
    with transaction.atomic():
        for step in history:
            act(*step, [account, other_account])
        add_up_dirty_days(T0)
        assert list(differences(FIRST, LAST)) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), coalesce(sum(talk_s), 0) FROM calls_call WHERE ended_at IS NOT NULL")
            calls, talk_s = cursor.fetchone()
            for table in ("daytotal", "monthtotal", "alldaytotal", "allmonthtotal"):
                cursor.execute(f"SELECT coalesce(sum(calls), 0), coalesce(sum(talk_s), 0) FROM calls_{table}")
                assert cursor.fetchone() == (calls, talk_s), table
        transaction.set_rollback(True)


def test_the_comparison_finds_what_is_wrong_and_a_rebuild_mends_it(account: Any, other_account: Any) -> None:
    call = add_call(account, T0, talk_s=50)
    add_call(other_account, at(100_000), talk_s=7)
    span = days_with_calls()
    assert span is not None and span[0] <= call.local_day <= span[1]
    assert {one.kind for one in differences(*span)} == {"day"}  # nothing was told, so nothing was added up
    rebuild(FIRST, LAST)
    assert list(differences(*span)) == [] and DayTotal.objects.count() == 2
    Call.objects.filter(id=call.id).update(talk_s=60)
    found = list(differences(*span))
    assert [(one.kind, one.account_id, one.day, one.talk_kept_s, one.talk_true_s) for one in found] == [
        ("day", account.pk, call.local_day, 50, 60)
    ]
    MonthTotal.objects.filter(account_id=other_account.pk).update(calls=3)
    AllMonthTotal.objects.filter(month=date(2026, 10, 1)).update(hold_s=1)
    assert {one.kind for one in differences(*span)} == {"day", "month", "all_month"}
    rebuild(FIRST, LAST)
    assert list(differences(*span)) == []


def test_totals_of_removed_calls_stay_for_billing_and_leave_the_registers_own(account: Any, other_account: Any) -> None:
    old, new = add_call(account, T0 - timedelta(days=30), talk_s=5), add_call(account, T0, talk_s=7)
    theirs = add_call(other_account, T0 - timedelta(days=30), talk_s=11)
    note_days({(one.account_id, one.local_day) for one in (old, new, theirs)}, now=T0)
    make_final(until=old.local_day, account_ids=[account.pk])
    old.delete()
    note_days({(account.pk, old.local_day)}, now=T0)  # whatever is told of a final day
    add_up_dirty_days(T0)
    assert sorted(DayTotal.objects.values_list("talk_s", flat=True)) == [5, 7, 11]
    assert sorted(MonthTotal.objects.values_list("talk_s", flat=True)) == [7, 11]
    assert sorted(AllMonthTotal.objects.values_list("talk_s", flat=True)) == [7, 11]
    rebuild(FIRST, LAST)
    assert sorted(DayTotal.objects.values_list("talk_s", flat=True)) == [5, 7, 11]
    assert list(differences(FIRST, LAST)) == []
    make_final(until=old.local_day - timedelta(days=5))  # never taken back
    assert FinalTotals.objects.get(account=account).until == old.local_day
    assert backlog().told == 0
