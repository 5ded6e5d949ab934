"""Events that the register would not take are kept, and taken up when it does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from callwright.telephony.events import CallEnded, Event
from callwright.telephony.link.refused import RefusedEvents

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_events_are_kept_until_they_are_taken(tmp_path: Path) -> None:
    kept = RefusedEvents(tmp_path)
    first, second = (CallEnded(pbx="main", call=key, at=NOW) for key in ("1", "2"))
    kept.keep([first], "ValueError()")
    kept.keep([second], "ValueError()")
    assert kept.path.stat().st_mode & 0o077 == 0
    taken: list[Event] = []

    def takes_the_second(events: Sequence[Event]) -> None:
        if list(events) == [first]:
            raise ValueError("still not")
        taken.extend(events)

    assert kept.try_again(takes_the_second) == 1
    assert RefusedEvents(tmp_path).try_again(taken.extend) == 0
    assert taken == [second, first]
    assert not kept
