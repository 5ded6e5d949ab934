from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.calls.testing import add_call

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Wednesday afternoon, for views too."""
    from callwright.calls.views import asked

    monkeypatch.setattr(asked.timezone, "now", lambda: NOW)
    return NOW


@pytest.fixture
def made(account: Any) -> Any:
    """`made(at, status="missed", …)`: a call of the owner's account."""
    return lambda at, **fields: add_call(fields.pop("of", account), at, **fields)
