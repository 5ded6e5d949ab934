from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.calls.testing import add_call
from callwright.messaging.testing import Post, mailing

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


@pytest.fixture
def call(account: Any) -> Any:
    """The call on which notes are written, ten minutes after it began."""
    return add_call(account, datetime(2026, 11, 20, 9, 20, tzinfo=UTC), from_name="Ann Smith")


@pytest.fixture
def post(settings: Any, db: None) -> Iterator[Post]:
    """The mail server that everything goes to."""
    settings.PUBLIC_URL = "https://desk.example.org"
    with mailing(Post()) as post:
        yield post


@pytest.fixture
def procrastinate_jobs(db: None) -> Any:
    """`procrastinate_jobs("calls.make_export")`: the arguments of the jobs of a task that wait, in order."""

    def waiting(task: str) -> list[dict[str, Any]]:
        from procrastinate.contrib.django.models import ProcrastinateJob

        found = ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("id")
        return list(found.values_list("args", flat=True))

    return waiting
