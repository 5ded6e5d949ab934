"""Every recorded call of a real Asterisk becomes the call that was made (CALL-1, 2, 3, 12)."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from callwright.calls.projection import CallView
from callwright.telephony.asterisk.tests.play import calls_of, messages_of, only_call, translate
from callwright.telephony.asterisk.tests.scenes import CARRIER_LEAN

TOLERANCE_S = 0.1


@dataclass(frozen=True)
class Rung:
    """A leg: whom, how it ended, and when it rang, answered and ended, in seconds after the start of the call."""

    party: str
    result: str
    rung: float
    answered: float | None
    ended: float


@dataclass(frozen=True)
class Expected:
    direction: str
    status: str
    to: str
    legs: list[Rung]
    ended: float
    hangup_by: str
    from_number: str | None = "79161234567"
    talks: list[tuple[float, float]] = field(default_factory=list)
    queue: str = ""
    queued: tuple[float, float] | None = None
    transferred_to: str = ""
    cause: int = 16


# Seconds are those noted beside the recorded messages, counted from the first Newchannel.
EXPECTED = {
    "direct_answered": Expected(
        "inbound",
        "answered",
        "74951000101",
        [Rung("101", "answered", 0.09, 1.22, 6.27)],
        6.27,
        "caller",
        talks=[(1.22, 6.27)],
    ),
    "direct_missed": Expected(
        "inbound", "missed", "74951000101", [Rung("101", "no_answer", 0.05, None, 8.11)], 8.15, "system", cause=19
    ),
    "direct_busy": Expected(
        "inbound", "busy", "74951000101", [Rung("101", "busy", 0.05, None, 1.14)], 1.14, "agent", cause=17
    ),
    "direct_unregistered": Expected("inbound", "missed", "74951000103", [], 0.06, "system", cause=19),
    "queue_answered": Expected(
        "inbound",
        "answered",
        "74951000100",
        [Rung("101", "answered", 0.06, 3.19, 8.30), Rung("102", "answered_elsewhere", 0.11, None, 3.19)],
        8.30,
        "caller",
        talks=[(3.30, 8.30)],
        queue="support",
        queued=(0.02, 3.29),
    ),
    "queue_abandoned": Expected(
        "inbound",
        "abandoned",
        "74951000100",
        [Rung("101", "cancelled", 0.04, None, 6.10), Rung("102", "cancelled", 0.04, None, 6.11)],
        6.16,
        "caller",
        queue="support",
        queued=(0.01, 6.16),
        cause=127,
    ),
    "queue_timeout": Expected(
        "inbound",
        "missed",
        "74951000100",
        [
            Rung("101", "no_answer", 0.06, None, 8.11),
            Rung("102", "no_answer", 0.06, None, 8.11),
            Rung("101", "no_answer", 9.16, None, 17.23),
            Rung("102", "no_answer", 9.18, None, 17.24),
            Rung("101", "no_answer", 18.36, None, 20.44),
            Rung("102", "no_answer", 18.38, None, 20.46),
        ],
        20.46,
        "system",
        queue="support",
        queued=(0.03, 20.46),
    ),
    "blind_transfer_ami": Expected(
        "inbound",
        "answered",
        "74951000101",
        [Rung("101", "answered", 0.04, 1.15, 3.21), Rung("102", "answered", 3.29, 4.40, 13.25)],
        13.27,
        "caller",
        talks=[(1.17, 3.17), (4.44, 13.22)],
        transferred_to="102",
    ),
    "blind_transfer_external": Expected(
        "inbound",
        "answered",
        "74951000101",
        [Rung("101", "answered", 0.05, 1.20, 4.22), Rung("79990001122", "answered", 4.22, 6.27, 13.28)],
        13.28,
        "caller",
        talks=[(1.22, 4.22), (6.27, 13.27)],
        transferred_to="79990001122",
    ),
    "outbound_phone": Expected(
        "outbound",
        "answered",
        "79165550000",
        [Rung("79165550000", "answered", 0.01, 2.05, 7.11)],
        7.11,
        "agent",
        from_number="101",
        talks=[(2.05, 7.09)],
    ),
    "internal_call": Expected(
        "internal",
        "answered",
        "102",
        [Rung("102", "answered", 0.07, 1.19, 3.22)],
        3.22,
        "agent",
        from_number="101",
        talks=[(1.20, 3.22)],
    ),
    "click_to_dial": Expected(
        "outbound",
        "answered",
        "79165550000",
        [Rung("101", "answered", 0.05, 1.27, 8.37), Rung("79165550000", "answered", 1.32, 3.44, 8.36)],
        8.37,
        "agent",
        from_number="101",
        talks=[(3.44, 8.33)],
    ),
    "click_to_dial_agent_no_answer": Expected(
        "outbound",
        "failed",
        "79165550000",
        [Rung("101", "no_answer", 0.02, None, 4.06)],
        4.06,
        "system",
        from_number="101",
        cause=19,
    ),
}


def check(call: CallView, expected: Expected) -> None:
    def after(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - call.started_at).total_seconds()

    def near(seconds: float | None) -> object:
        return None if seconds is None else pytest.approx(seconds, abs=TOLERANCE_S)

    assert (call.direction, call.status, call.from_number) == (
        expected.direction,
        expected.status,
        expected.from_number,
    )
    assert (call.to_number, call.dialled_number) == (expected.to, expected.to)
    assert [(leg.party, leg.result) for leg in call.legs] == [(leg.party, leg.result) for leg in expected.legs]
    for leg, wanted in zip(call.legs, expected.legs, strict=True):
        found = (after(leg.rung_at), after(leg.answered_at), after(leg.ended_at))
        assert found == (near(wanted.rung), near(wanted.answered), near(wanted.ended)), leg.party
    assert [(after(a), after(b)) for a, b in call.talks] == [(near(a), near(b)) for a, b in expected.talks]
    assert after(call.ended_at) == near(expected.ended)
    assert (call.hangup_by, call.cause) == (expected.hangup_by, expected.cause)
    assert (call.queue, call.transferred_to) == (expected.queue, expected.transferred_to)
    if expected.queued:
        ((_, joined, left),) = call.queue_visits
        assert (after(joined), after(left)) == (near(expected.queued[0]), near(expected.queued[1]))
    assert call.complete


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_call_is_the_call_that_was_made(name: str) -> None:
    check(only_call(name), EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
def test_filtered_events_give_the_same_call(name: str) -> None:
    messages = [message for message in messages_of(name) if message.name in CARRIER_LEAN]
    assert len(messages) < len(messages_of(name))
    (call,) = calls_of(translate(messages))
    check(call, EXPECTED[name])


def test_a_click_to_call_carries_the_id_of_its_command() -> None:
    started = translate(messages_of("click_to_dial"))[0]
    assert started.command == "crm-0001-a"
    other = translate(messages_of("click_to_dial_agent_no_answer"))[0]
    assert other.command == ""
