from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from callwright.calls.testing import add_call

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures stand in the page itself, however busy the machine is."""
    for name in ("FIRST_S", "BEFORE_S"):
        monkeypatch.setattr(f"callwright.reports.views.report.{name}", 30.0)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Wednesday afternoon, for views too."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


@pytest.fixture
def counted(db: None) -> Callable[[], None]:
    """Adds up all calls there are, as the worker does."""
    from callwright.calls.models import Call
    from callwright.calls.operations.rollup_hours import count_quarters, note_hours

    def count() -> None:
        note_hours(set(Call.objects.values_list("account_id", "local_day")))
        count_quarters(NOW)

    return count


@pytest.fixture
def queue(db: None, pbx: Any, account: Any) -> Any:
    from callwright.telephony.models import Queue

    return Queue.objects.create(pbx=pbx, name="sales", label="Sales", account=account)


@pytest.fixture
def random_calls(
    account: Any, other_account: Any, owner: Any, colleague: Any, queue: Any, counted: Callable[[], None]
) -> None:
    """Calls of two months with everything that reports tell apart, and some that go on."""
    from callwright.contacts.models import Category

    category, random = Category.objects.create(name="VIP"), Random(7)
    statuses = ["answered"] * 6 + ["missed", "missed", "abandoned", "busy", "failed", "voicemail", "unknown", "talking"]
    for _ in range(160):
        status = random.choice(statuses)
        began = NOW - timedelta(minutes=random.randrange(60 * 24 * 60))
        add_call(
            random.choice([account, account, other_account]), began, status=status,
            direction=random.choice(["inbound", "inbound", "outbound"]),
            queue=random.choice([queue, None]), employee=random.choice([owner, colleague, None]),
            category=random.choice([category, None, None]), wait_s=random.choice([0, 5, 6, 20, 21, 60]),
            client_number=random.choice(["", "+31201111111", "+31202222222", "+31203333333"]),
        )  # fmt: skip
    counted()
