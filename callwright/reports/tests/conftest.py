from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.reports.testing import add_random_calls

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
def queue(db: None, pbx: Any, account: Any) -> Any:
    from callwright.telephony.models import Queue

    return Queue.objects.create(pbx=pbx, name="sales", label="Sales", account=account)


@pytest.fixture
def random_calls(account: Any, other_account: Any, owner: Any, colleague: Any, queue: Any) -> None:
    """Calls of two months with everything that reports tell apart, and some that go on."""
    add_random_calls([account, account, other_account], [owner, colleague], queue, now=NOW, seed=7)
