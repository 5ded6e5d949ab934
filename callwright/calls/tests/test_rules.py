"""Facts in any order and number give one call; statuses and times by example (CALL-1, CALL-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.calls.facts import CallState
from callwright.calls.projection import CallView, project
from callwright.calls.rules import absorb, fold
from callwright.telephony import events as e

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASE: dict[str, Any] = {"pbx": "main", "call": "1"}
IN = e.CallStarted(**BASE, at=T0, direction=e.Direction.INBOUND, from_number="0612345678", trunk="t")
OUT = e.CallStarted(**BASE, at=T0, direction=e.Direction.OUTBOUND, from_number="101", extension="101", trunk="t")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def ring(leg: str, party: str, seconds: float, kind: e.LegKind = e.LegKind.EXTENSION) -> e.LegRinging:
    return e.LegRinging(**BASE, at=at(seconds), leg=leg, party=party, kind=kind)


def end(leg: str, seconds: float, result: e.LegResult) -> e.LegEnded:
    return e.LegEnded(**BASE, at=at(seconds), leg=leg, result=result)


def over(seconds: float, **more: Any) -> e.CallEnded:
    return e.CallEnded(**BASE, at=at(seconds), **more)


def view(*events: e.CallEvent) -> CallView:
    return project(fold(events))


TRANSFERRED = [
    IN,
    e.QueueJoined(**BASE, at=at(1), queue="support"),
    ring("a", "101", 1.5),
    ring("b", "102", 1.5),
    e.LegAnswered(**BASE, at=at(4), leg="a"),
    e.QueueLeft(**BASE, at=at(4), queue="support", result=e.QueueResult.CONNECTED),
    end("b", 4.1, e.LegResult.ANSWERED_ELSEWHERE),
    e.TalkStarted(**BASE, at=at(4)),
    e.LegHeld(**BASE, at=at(6), leg="a"),
    e.LegResumed(**BASE, at=at(8), leg="a"),
    e.TalkEnded(**BASE, at=at(10)),
    e.CallTransferred(**BASE, at=at(10), kind=e.TransferKind.BLIND, to="103", by_leg="a"),
    end("a", 10, e.LegResult.ANSWERED),
    ring("c", "103", 10.2),
    e.LegAnswered(**BASE, at=at(13), leg="c"),
    e.TalkStarted(**BASE, at=at(13)),
    e.TalkEnded(**BASE, at=at(20)),
    end("c", 20, e.LegResult.ANSWERED),
    over(20, hangup_by=e.Side.AGENT, cause=16),
]


def test_a_transferred_call_counts_all_talk_and_names_who_answered_first() -> None:
    call = view(*TRANSFERRED)
    assert (call.status, call.answered_by, call.transferred_to, call.hangup_by) == ("answered", "101", "103", "agent")
    assert (call.wait_s, call.ring_s, call.talk_s, call.hold_s) == (3, 3, 13, 2)
    assert [(leg.party, leg.result) for leg in call.legs] == [
        ("101", "answered"),
        ("102", "answered_elsewhere"),
        ("103", "answered"),
    ]


@settings(max_examples=200)
@given(st.permutations(TRANSFERRED), st.lists(st.sampled_from(TRANSFERRED), max_size=10))
def test_order_and_repetition_change_nothing(shuffled: list[e.CallEvent], again: list[e.CallEvent]) -> None:
    # Everything but the order of legs that began in the same instant is decided by the facts alone.
    assert project(fold([*shuffled, *again])) == view(*TRANSFERRED)


@given(st.integers(0, len(TRANSFERRED)))
def test_facts_survive_the_database(cut: int) -> None:
    if cut == 0:
        return
    stored = msgspec.json.decode(msgspec.json.encode(fold(TRANSFERRED[:cut])), type=CallState)
    assert project(fold(TRANSFERRED[cut:], stored)) == view(*TRANSFERRED)


NUMBER = e.LegKind.NUMBER


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([IN, ring("a", "101", 1)], "ringing"),
        ([IN, ring("a", "101", 1), e.TalkStarted(**BASE, at=at(2))], "talking"),
        ([IN, ring("a", "101", 1), end("a", 9, e.LegResult.NO_ANSWER), over(9)], "missed"),
        ([IN, ring("a", "101", 1), end("a", 2, e.LegResult.BUSY), over(2, cause=17)], "busy"),
        ([IN, over(0.1, cause=19)], "missed"),
        ([IN, over(0.1, cause=1)], "failed"),
        ([IN, ring("a", "101", 1), over(9, voicemail=True)], "voicemail"),
        ([IN, ring("a", "101", 1), over(9, complete=False)], "unknown"),
        ([OUT, ring("n", "+31612345678", 1, NUMBER), end("n", 20, e.LegResult.NO_ANSWER), over(20)], "missed"),
        ([OUT, ring("n", "+31612345678", 1, NUMBER), end("n", 20, e.LegResult.CANCELLED), over(20)], "missed"),
        ([OUT, ring("n", "+31612345678", 1, NUMBER), end("n", 2, e.LegResult.BUSY), over(2)], "busy"),
        ([OUT, ring("n", "+31612345678", 1, NUMBER), end("n", 2, e.LegResult.FAILED), over(2)], "failed"),
        ([OUT, ring("a", "101", 1), end("a", 5, e.LegResult.NO_ANSWER), over(5, cause=19)], "failed"),
    ],
)
def test_status(events: list[e.CallEvent], status: str) -> None:
    assert view(*events).status == status


@pytest.mark.parametrize(
    ("result", "status"), [(e.QueueResult.ABANDONED, "abandoned"), (e.QueueResult.TIMEOUT, "missed")]
)
def test_abandoned_is_only_who_hung_up_in_the_queue(result: e.QueueResult, status: str) -> None:
    call = view(
        IN,
        e.QueueJoined(**BASE, at=at(1), queue="q"),
        e.QueueLeft(**BASE, at=at(21.4), queue="q", result=result),
        over(21.5),
    )
    assert (call.status, call.wait_s) == (status, 20)


def test_a_true_end_outweighs_a_guessed_one() -> None:
    guessed = over(50, complete=False)
    true = over(30, hangup_by=e.Side.CALLER, cause=16)
    for order in ([guessed, true], [true, guessed]):
        call = view(IN, e.TalkStarted(**BASE, at=at(3)), *order)
        assert (call.ended_at, call.complete, call.talk_s, call.hangup_by) == (at(30), True, 27, "caller")


def test_talk_from_the_legs_of_a_pbx_that_reports_none() -> None:
    start = msgspec.structs.replace(IN, talk_from_legs=True)
    call = view(start, ring("a", "101", 1), e.LegAnswered(**BASE, at=at(3), leg="a"), over(10))
    assert (call.status, call.talk_s, call.answered_at) == ("answered", 7, at(3))


@given(
    st.permutations([ring("c", "103", 5), e.LegAnswered(**BASE, at=at(6), leg="c"), end("c", 9, e.LegResult.ANSWERED)])
)
def test_a_leg_told_partly_under_each_of_two_merged_calls_is_whole(told: list[e.CallEvent]) -> None:
    for cut in range(len(told) + 1):
        main = fold([IN, *told[cut:]])
        absorb(main, fold(told[:cut], CallState(pbx="main", key="2")))
        (leg,) = project(main).legs
        assert (leg.party, leg.rung_at, leg.answered_at, leg.ended_at) == ("103", at(5), at(6), at(9))
