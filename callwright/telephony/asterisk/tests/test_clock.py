"""The PBX's clock is set back while calls go on: they are told by ours."""

from datetime import UTC, datetime

import pytest

from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.tests.play import CONFIG, calls_of, messages_of
from callwright.telephony.asterisk.tests.written import same, written
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import Event

NAMES = ["direct_answered", "queue_attended_refer", "parked_retrieved"]


def heard(messages: list[Message], behind_s: list[float]) -> list[Event]:
    """What follows from messages that are heard when they are sent, by a PBX whose clock is so far behind at each."""
    translator, events = Translator("main", CONFIG), list[Event]()
    for message, behind in zip(messages, behind_s, strict=True):
        at = float(message.fields["Timestamp"])
        said = Message(message.name, {**message.fields, "Timestamp": f"{at - behind:.6f}"})
        events += translator.feed(said, datetime.fromtimestamp(at, UTC))
    return events


@pytest.mark.parametrize("then_s", [3600.0, 0.0, 7200.0])
@pytest.mark.parametrize("name", NAMES)
def test_calls_keep_their_times(name: str, then_s: float) -> None:
    """It is set back in the middle, and at two thirds set again: not at all, right, or back once more."""
    messages = [message for message in messages_of(name) if "Timestamp" in message.fields]
    middle, last = len(messages) // 2, len(messages) * 2 // 3
    behind = [0.0] * middle + [3600.0] * (last - middle) + [then_s] * (len(messages) - last)
    found, true = calls_of(heard(messages, behind)), calls_of(heard(messages, [0.0] * len(messages)))
    assert len(found) == len(true) > 0
    for call, expected in zip(found, true, strict=True):
        assert abs((call.started_at - expected.started_at).total_seconds()) < 0.01
        lines = zip(written(call), written(expected), strict=True)
        assert [line for line, wanted in lines if not same(line, wanted, 0.02)] == []
