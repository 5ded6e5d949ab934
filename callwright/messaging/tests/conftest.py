"""An event of the tests, and a moment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import gettext_noop


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def too_loud(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An event that supervisors, controllers and administrators are told of."""
    from callwright.messaging import events

    monkeypatch.setattr(events, "_events", dict(events._events))
    event = events.Event(
        code="too_loud",
        label=gettext_noop("A call that was too loud"),
        title=gettext_noop("%(caller)s was too loud"),
        text=gettext_noop("It was heard by %(n)s people."),
        right="review_too_long",
        icon="microphone",
        tone="orange",
    )
    events.declare_event(event)
    return event
