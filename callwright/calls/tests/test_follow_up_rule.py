"""What became of a missed call: every state, in any order of arrival, and people's word above all (CALL-6)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.calls.follow_up import CALLS_FOR_FOLLOW_UP, Act, Later, Missed, Outcome, State, outcome

START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MISSED = Missed("inbound", "missed", START, START + timedelta(minutes=20))


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def back(minute: float, *, answered: bool = True, number: int = 1) -> Later:
    return Later(UUID(int=number), "outbound", at(minute), at(minute + 0.2) if answered else None)


def again(minute: float, *, number: int = 2) -> Later:
    return Later(UUID(int=number), "inbound", at(minute), at(minute + 0.2))


def test_nobody_has_called_back():
    assert outcome(MISSED) == Outcome(State.NOT_CALLED_BACK)


def test_called_back_in_time_late_or_reached_by_the_caller():
    assert outcome(MISSED, [back(5)]) == Outcome(State.CALLED_BACK, at(5.2), UUID(int=1))
    assert outcome(MISSED, [back(30)]) == Outcome(State.CALLED_BACK_LATE, at(30.2), UUID(int=1))
    assert outcome(MISSED, [again(7)]) == Outcome(State.CALLER_REACHED_US, at(7.2), UUID(int=2))


def test_the_very_last_moment_is_in_time():
    exactly = Later(UUID(int=1), "outbound", at(19), at(20))
    assert outcome(MISSED, [exactly]).state == State.CALLED_BACK
    late = Later(UUID(int=1), "outbound", at(19), at(20) + timedelta(microseconds=1))
    assert outcome(MISSED, [late]).state == State.CALLED_BACK_LATE


def test_an_attempt_that_nobody_answered_is_shown_and_leaves_it_open():
    tried = outcome(MISSED, [back(5, answered=False), back(9, answered=False, number=3)])
    assert tried == Outcome(State.NOT_CALLED_BACK, attempts=2)
    then = outcome(MISSED, [back(5, answered=False), back(12, number=3), back(15, answered=False, number=4)])
    assert then == Outcome(State.CALLED_BACK, at(12.2), UUID(int=3), attempts=1)


def test_the_first_conversation_settles_it_whoever_called():
    both = [back(6), again(5)]
    assert outcome(MISSED, both).state == outcome(MISSED, both[::-1]).state == State.CALLER_REACHED_US
    assert outcome(MISSED, [back(4), again(5)]).state == State.CALLED_BACK


def test_a_call_before_it_or_between_ourselves_says_nothing():
    internal = Later(UUID(int=3), "internal", at(4), at(5))
    assert outcome(MISSED, [back(-9), again(-5), internal]).state == State.NOT_CALLED_BACK


def test_a_call_that_had_begun_before_counts_when_it_becomes_a_conversation():
    queued = Later(UUID(int=3), "inbound", at(-2), at(3))
    assert outcome(MISSED, [queued]).state == State.CALLER_REACHED_US


def test_without_a_time_by_which_it_is_due_nothing_is_late():
    assert outcome(Missed("inbound", "missed", START), [back(500)]).state == State.CALLED_BACK


@pytest.mark.parametrize("status", ["missed", "abandoned", "voicemail", "busy", "answered", "failed", "unknown"])
@pytest.mark.parametrize("direction", ["inbound", "outbound", "internal"])
def test_which_calls_are_followed_up(direction: str, status: str):
    asked = direction == "inbound" and status in CALLS_FOR_FOLLOW_UP
    assert bool(outcome(Missed(direction, status, START)).state) is asked


def test_closed_stays_closed_whatever_comes():
    closed = Act("closed", at(10))
    assert outcome(MISSED, [back(5), again(40)], [closed]) == Outcome(State.CLOSED, at(10))
    assert outcome(MISSED, [], [closed, Act("reopened", at(12))]).state == State.NOT_CALLED_BACK
    assert outcome(MISSED, [back(5)], [closed, Act("reopened", at(12))]).state == State.CALLED_BACK


def test_counted_as_called_back_by_other_means():
    assert outcome(MISSED, [], [Act("counted", at(30), counts_at=at(15))]).state == State.CALLED_BACK
    late = outcome(MISSED, [again(40)], [Act("counted", at(30), counts_at=at(25))])
    assert late == Outcome(State.CALLED_BACK_LATE, at(25))


def test_a_person_says_that_a_conversation_was_none():
    refused = Act("reopened", at(10), refused_until=at(10))
    assert outcome(MISSED, [back(5)], [refused]).state == State.NOT_CALLED_BACK
    assert outcome(MISSED, [back(5), back(14, number=3)], [refused]) == Outcome(
        State.CALLED_BACK, at(14.2), UUID(int=3)
    )


def test_assigning_and_calling_say_nothing_about_the_state():
    assert outcome(MISSED, [], [Act("assigned", at(1)), Act("calling", at(2))]).state == State.NOT_CALLED_BACK


# ── whatever the order ────────────────────────────────────────────────────────────────────────────────────────────

MINUTES = st.integers(-60, 600)
CALLS = st.builds(
    lambda n, direction, minute, rings: Later(
        UUID(int=n), direction, at(minute), None if rings is None else at(minute + rings)
    ),
    st.integers(1, 10**6), st.sampled_from(["inbound", "outbound", "internal"]), MINUTES,
    st.none() | st.integers(0, 3),
)  # fmt: skip
MANY = st.lists(CALLS, max_size=12, unique_by=lambda call: call.id)
ACTS = st.lists(
    st.builds(
        lambda kind, minute, before: Act(
            kind, at(minute), at(minute - before) if kind == "counted" else None,
            at(minute) if kind == "reopened" and before % 2 else None,
        ),
        st.sampled_from(["closed", "counted", "reopened", "assigned", "calling"]), st.integers(0, 600),
        st.integers(0, 5),
    ),
    max_size=6,
).map(lambda acts: sorted(acts, key=lambda act: act.at))  # fmt: skip


@given(MANY, ACTS, st.randoms(use_true_random=False))
def test_calls_told_in_any_order_and_twice_give_the_same_state(calls, acts, random):
    shuffled = calls + calls[:3]
    random.shuffle(shuffled)
    once = outcome(MISSED, calls, acts)
    assert outcome(MISSED, {call.id: call for call in shuffled}.values(), acts) == once


@given(MANY, ACTS, CALLS)
def test_one_more_call_never_moves_the_settling_later_nor_undoes_it(calls, acts, late):
    before, after = outcome(MISSED, calls, acts), outcome(MISSED, [*calls, late], acts)
    if before.state != State.NOT_CALLED_BACK:
        assert after.state != State.NOT_CALLED_BACK
        assert after.at is not None and before.at is not None and after.at <= before.at


@given(MANY, MANY, ACTS)
def test_what_people_said_survives_every_call(calls, more, acts):
    words = [act for act in acts if act.kind in ("closed", "counted", "reopened")]
    if words and words[-1].kind in ("closed", "counted"):
        one, other = outcome(MISSED, calls, acts), outcome(MISSED, [*calls, *more], acts)
        assert (one.state, one.at) == (other.state, other.at)
        assert (one.state == State.CLOSED) is (words[-1].kind == "closed")


@given(MANY, ACTS)
def test_every_missed_call_has_one_of_the_five_states(calls, acts):
    found = outcome(MISSED, calls, acts)
    assert found.state in set(State) - {State.NONE}
    assert (found.at is None) is (found.state == State.NOT_CALLED_BACK)
    assert (found.by_call is not None) <= (found.at is not None)
