"""Totals kept beside the calls are those of the calls, whatever happened to them (REP-8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.models import DayTotal, DirtyDay
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.rollup_days import add_up_dirty_days, rebuild
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def test_a_call_is_in_the_totals_once_it_is_over(owner: Any, account: Any, pbx: Any) -> None:
    base = {"pbx": pbx.slug, "call": "main-1.1"}
    apply_events(
        [e.CallStarted(**base, at=at(0), direction=e.Direction.INBOUND, from_number="0612345678",
                       to_number="0201234567", dialled_number="0201234567", trunk="trunk")], now=at(0),
    )  # fmt: skip
    assert not DirtyDay.objects.exists()
    apply_events([e.CallEnded(**base, at=at(9))], now=at(9))
    assert add_up_dirty_days(at(10)) == 1
    total = DayTotal.objects.get()
    assert (total.local_day.isoformat(), total.direction, total.calls) == ("2026-11-18", "inbound", 1)
    rebuild(total.local_day, total.local_day)
    assert DayTotal.objects.get().calls == 1
