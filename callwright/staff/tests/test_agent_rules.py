from datetime import UTC, datetime, timedelta

import pytest

from callwright.staff.agent_rules import (
    QueueWord,
    Standing,
    after_call,
    after_choice,
    after_merged,
    after_tick,
    heard_from_pbx,
)

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
READY = Standing("ready")


def talked(standing=READY, call="a", wrap_up_s=30):
    for phase in ("ringing", "talking", "ended"):
        standing = after_call(standing, call=call, phase=phase, wrap_up_s=wrap_up_s, now=NOW)
    return standing


def test_a_queue_call_rings_is_talked_and_leaves_wrap_up_that_ends_by_itself():
    ringing = after_call(READY, call="a", phase="ringing", wrap_up_s=30, now=NOW)
    talking = after_call(ringing, call="a", phase="talking", wrap_up_s=0, now=NOW)
    done = after_call(talking, call="a", phase="ended", wrap_up_s=0, now=NOW)
    assert (ringing.state, talking.state, done.state) == ("ringing", "talking", "wrap_up")
    assert done.call == "a" and done.paused_on_pbx
    assert after_tick(done, now=NOW + timedelta(seconds=29)).state == "wrap_up"
    assert after_tick(done, now=NOW + timedelta(seconds=30)) == READY


def test_no_wrap_up_without_a_talk_a_limit_or_a_login():
    rung = after_call(READY, call="a", phase="ringing", wrap_up_s=30, now=NOW)
    assert after_call(rung, call="a", phase="ended", wrap_up_s=30, now=NOW) == READY
    assert talked(wrap_up_s=0) == READY
    assert talked(Standing("logged_out")).state == "logged_out"


def test_facts_told_twice_or_of_unknown_calls_change_nothing():
    once = talked()
    assert after_call(once, call="a", phase="ended", wrap_up_s=30, now=NOW + timedelta(minutes=1)) == once
    talking = after_call(READY, call="a", phase="talking", wrap_up_s=30, now=NOW)
    assert after_call(talking, call="a", phase="ringing", wrap_up_s=30, now=NOW) == talking


def test_a_second_call_does_not_end_the_first():
    both = after_call(READY, call="a", phase="talking", wrap_up_s=30, now=NOW)
    both = after_call(both, call="b", phase="ringing", wrap_up_s=30, now=NOW)
    assert (both.state, both.call) == ("talking", "a")
    first_over = after_call(both, call="a", phase="ended", wrap_up_s=30, now=NOW)
    assert (first_over.state, first_over.call) == ("ringing", "b")
    assert after_call(first_over, call="b", phase="ended", wrap_up_s=30, now=NOW).state == "wrap_up"


def test_a_talk_that_must_be_registered_keeps_the_queues_away_before_it_ends():
    """The next caller must not be faster than the word that it ended."""
    ringing = after_call(READY, call="a", phase="ringing", wrap_up_s=30, now=NOW, forced=True)
    talking = after_call(ringing, call="a", phase="talking", wrap_up_s=30, now=NOW, forced=True)
    assert (ringing.paused_on_pbx, talking.paused_on_pbx) == (False, True)
    assert not after_call(READY, call="b", phase="talking", wrap_up_s=30, now=NOW).paused_on_pbx
    done = after_call(talking, call="a", phase="ended", wrap_up_s=0, now=NOW, is_due=True)
    assert done.paused_on_pbx and done.due == ("a",)


def test_what_nobody_heard_of_earns_its_wrap_up_and_what_was_merged_does_not():
    unheard = after_call(READY, call="a", phase="ended", wrap_up_s=30, now=NOW, unheard=True)
    assert (unheard.state, unheard.call) == ("wrap_up", "a")
    earlier = after_call(unheard, call="b", phase="ended", wrap_up_s=30, now=NOW - timedelta(minutes=1), unheard=True)
    assert earlier == unheard
    talking = after_call(READY, call="a", phase="talking", wrap_up_s=30, now=NOW)
    assert after_merged(talking, call="a", into="b") == READY
    assert after_merged(unheard, call="a", into="b").call == "b"


def test_a_choice_during_a_call_holds_after_it_and_ends_wrap_up():
    talking = after_call(READY, call="a", phase="talking", wrap_up_s=0, now=NOW)
    pausing = after_choice(talking, "paused")
    assert pausing.state == "talking" and pausing.paused_on_pbx
    assert after_call(pausing, call="a", phase="ended", wrap_up_s=0, now=NOW).state == "paused"
    assert after_choice(talked(), "ready") == READY


@pytest.mark.parametrize(
    ("wanted", "paused_in", "in_step", "then", "agrees"),
    [
        ("ready", 0, True, "ready", True),
        ("ready", 0, False, "ready", True),  # the confirmation of our order
        ("ready", 2, True, "paused", True),  # paused at the phone
        ("ready", 2, False, "ready", False),  # an older word, our order is under way
        ("ready", 1, True, "ready", True),  # one queue of two is no pause
        ("paused", 0, True, "ready", True),  # back at the phone
        ("paused", 2, False, "paused", True),
        ("paused", 1, False, "paused", False),  # the other queue is still to follow
        ("logged_out", 2, False, "logged_out", True),
    ],
)
def test_the_word_of_the_pbx(wanted, paused_in, in_step, then, agrees):
    after, in_step_after = heard_from_pbx(Standing(wanted), QueueWord(2, paused_in), in_step=in_step)
    assert (after.state, in_step_after) == (then, agrees)


def test_who_comes_back_in_one_queue_during_a_talk_that_must_be_registered_is_paused_there_again():
    talking = after_call(READY, call="a", phase="talking", wrap_up_s=0, now=NOW, forced=True)
    assert heard_from_pbx(talking, QueueWord(2, 1), in_step=True) == (talking, False)
    free = after_call(READY, call="a", phase="talking", wrap_up_s=0, now=NOW)
    assert heard_from_pbx(free, QueueWord(2, 1), in_step=True) == (free, True)


def test_an_extension_in_no_queue_is_always_in_step():
    assert heard_from_pbx(READY, QueueWord(0, 0), in_step=False) == (READY, True)


def test_the_pause_of_wrap_up_is_ours_and_no_choice():
    writing = talked()
    assert heard_from_pbx(writing, QueueWord(1, 1, "wrap_up"), in_step=False) == (writing, True)
