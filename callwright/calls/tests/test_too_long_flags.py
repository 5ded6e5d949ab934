"""The flag of a call that passes its limit (CALL-7): live at the second, once, and by its final talk time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.calls.models import Call, TooLongDue, TooLongOutcome, TooLongReview, TooLongRule
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.named_calls import named_calls
from callwright.calls.operations.too_long_changes import note_loaded
from callwright.calls.operations.too_long_flags import flag_live_calls, judge_ended_calls
from callwright.calls.operations.too_long_telling import tell_reviewers
from callwright.calls.testing import add_call
from callwright.live.models import LiveEvent
from callwright.messaging.models import Notification
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASE: dict[str, Any] = {"pbx": "main", "call": "main-1.1"}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.fixture
def rule(account: Any) -> Any:
    return make_rule(limit_s=600)


def make_rule(**fields: Any) -> TooLongRule:
    return TooLongRule.objects.create(**{"changed_at": T0, **fields})


@pytest.fixture
def talks(pbx: Any, account: Any, owner: Any) -> Any:
    """Answered by the owner after ten seconds, and going on."""
    pbx.state = "up"
    pbx.save()
    return [
        e.CallStarted(**BASE, at=T0, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="+31201"),
        e.LegRinging(**BASE, at=at(1), leg="a", party="201"),
        e.LegAnswered(**BASE, at=at(10), leg="a"),
        e.TalkStarted(**BASE, at=at(10)),
    ]


def ended(seconds: float) -> list[Any]:
    return [
        e.TalkEnded(**BASE, at=at(seconds)),
        e.LegEnded(**BASE, at=at(seconds), leg="a", result=e.LegResult.ANSWERED),
        e.CallEnded(**BASE, at=at(seconds), hangup_by=e.Side.CALLER, cause=16),
    ]


# ── while it goes on ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_flag_is_set_at_the_second_and_once(rule: Any, talks: Any, owner: Any) -> None:
    apply_events(talks, now=at(11))
    assert flag_live_calls(now=at(609)) == [] and flag_live_calls(now=at(610)) == []  # ten minutes, and no more
    assert flag_live_calls(now=at(611)) == [Call.objects.get().id]
    assert flag_live_calls(now=at(612)) == []
    call, review = Call.objects.get(), TooLongReview.objects.get()
    assert (call.too_long, call.limit_s, review.limit_s, review.passed_at) == (True, 600, 600, at(610))
    assert review.rule == rule and review.outcome is None
    told = LiveEvent.objects.filter(key=str(call.id), at=at(611)).values_list("topic", "name")
    assert set(told) == {("calls", "too_long"), (f"desk:{owner.pk}", "call")}


def test_time_on_hold_counts_and_a_pause_between_two_talks_does_not(rule: Any, talks: Any) -> None:
    more = [
        e.LegHeld(**BASE, at=at(20), leg="a"), e.LegResumed(**BASE, at=at(200), leg="a"),
        e.TalkEnded(**BASE, at=at(310)), e.TalkStarted(**BASE, at=at(400)),
    ]  # fmt: skip
    apply_events([*talks, *more], now=at(401))
    assert flag_live_calls(now=at(611)) == []  # 300 s, and 211 s
    assert flag_live_calls(now=at(700)) == []
    assert len(flag_live_calls(now=at(701))) == 1
    assert TooLongReview.objects.get().passed_at == at(700)


def test_the_rule_is_the_calls_own(talks: Any, account: Any, other_account: Any) -> None:
    make_rule(limit_s=60, account=other_account)
    make_rule(limit_s=60, direction="outbound")
    make_rule(limit_s=60, active=False)
    make_rule(limit_s=60, prefix="+316", retired_at=T0)
    short = make_rule(limit_s=120, prefix="+31")
    long = make_rule(limit_s=300, prefix="+316")
    apply_events(talks, now=at(11))
    assert flag_live_calls(now=at(300)) == []
    assert len(flag_live_calls(now=at(320))) == 1
    assert TooLongReview.objects.get().rule == long != short


def test_a_clock_that_was_set_back_flags_later_and_never_twice(rule: Any, talks: Any) -> None:
    apply_events(talks, now=at(11))
    assert flag_live_calls(now=at(-3600)) == []
    assert len(flag_live_calls(now=at(611))) == 1
    assert flag_live_calls(now=at(-3600)) == [] and flag_live_calls(now=at(700)) == []
    assert TooLongReview.objects.count() == 1


def test_a_phone_system_that_is_not_heard_flags_nothing_until_it_is(rule: Any, talks: Any, pbx: Any) -> None:
    apply_events(talks, now=at(11))
    pbx.state = "down"
    pbx.save()
    assert flag_live_calls(now=at(1000)) == []
    pbx.state = "up"
    pbx.save()
    assert len(flag_live_calls(now=at(1001))) == 1


def test_without_rules_nobody_asks_for_calls(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert flag_live_calls(now=T0) == []


# ── when it is over ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_that_ended_between_two_looks_is_judged_by_its_talk_time(rule: Any, talks: Any) -> None:
    apply_events([*talks, *ended(612)], now=at(613))
    assert TooLongDue.objects.count() == 1
    judge_ended_calls(now=at(614))
    assert Call.objects.get().too_long and TooLongReview.objects.get().passed_at == at(610)
    assert TooLongDue.objects.count() == 0
    judge_ended_calls(now=at(615))
    assert TooLongReview.objects.count() == 1


def test_a_call_of_just_its_limit_is_not_too_long(rule: Any, talks: Any) -> None:
    apply_events([*talks, *ended(610)], now=at(613))
    judge_ended_calls(now=at(614))
    assert not Call.objects.get().too_long


@pytest.mark.parametrize("is_reviewed", [False, True])
def test_a_correction_takes_back_a_flag_that_nobody_reviewed(rule: Any, talks: Any, is_reviewed: bool) -> None:
    apply_events(talks, now=at(11))
    flag_live_calls(now=at(700))
    if is_reviewed:
        TooLongReview.objects.update(outcome=TooLongOutcome.objects.create(name="Fine"))
    apply_events(ended(500), now=at(701))  # the link was late
    judge_ended_calls(now=at(702))
    call = Call.objects.get()
    if not is_reviewed:
        assert (call.too_long, call.limit_s, TooLongReview.objects.count()) == (False, None, 0)
        return
    assert (call.too_long, TooLongReview.objects.get().corrected_s) == (True, 490)
    told_anew = [e.CallRetold(**BASE, at=at(800)), *talks, *ended(900)]
    apply_events(told_anew, now=at(901))
    judge_ended_calls(now=at(902))
    assert TooLongReview.objects.get().corrected_s is None


def test_other_rules_leave_what_was_flagged_as_it_is(rule: Any, talks: Any) -> None:
    apply_events([*talks, *ended(700)], now=at(701))
    judge_ended_calls(now=at(702))
    TooLongRule.objects.update(limit_s=3000, name="For all")
    apply_events([e.CallRetold(**BASE, at=at(800)), *talks, *ended(705)], now=at(801))
    judge_ended_calls(now=at(802))
    review = TooLongReview.objects.get()
    assert (Call.objects.get().too_long, review.limit_s, review.conditions["name"]) == (True, 600, "")


def test_short_calls_leave_no_note(talks: Any) -> None:
    apply_events([*talks, *ended(15)], now=at(16))
    assert TooLongDue.objects.count() == 0


def test_a_call_that_moves_to_another_account_takes_its_review_along(
    rule: Any, talks: Any, account: Any, other_account: Any
) -> None:
    from callwright.accounts.models import Line

    Line.objects.create(account=other_account, number="+31207654321")
    apply_events(talks, now=at(11))
    flag_live_calls(now=at(700))
    TooLongReview.objects.update(comment="Talks a lot", outcome=TooLongOutcome.objects.create(name="Fine"))
    apply_events([e.CallCorrected(**BASE, at=at(701), dialled_number="+31207654321")], now=at(702))
    call, review = Call.objects.get(), TooLongReview.objects.get()
    assert (call.account, call.too_long, call.limit_s) == (other_account, True, 600)
    assert (review.account, review.call_id, review.comment) == (other_account, call.id, "Talks a lot")


# ── told ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reviewers_who_see_the_account_are_told_once(
    rule: Any, talks: Any, supervisor: Any, controller: Any, make_user: Any, other_account: Any
) -> None:
    make_user("sam", role="supervisor", accounts=[other_account])
    apply_events(talks, now=at(11))
    flag_live_calls(now=at(611))
    assert (tell_reviewers(now=at(612)), tell_reviewers(now=at(613))) == (1, 0)
    told = Notification.objects.all()
    assert {one.user_id for one in told} == {supervisor.pk, controller.pk}
    assert {(one.event, one.path) for one in told} == {("too_long", f"/calls/{Call.objects.get().id}/")}


# ── loaded ────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(*calls: Any, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE loaded (account_id bigint, id uuid) ON COMMIT DROP")
        cursor.executemany("INSERT INTO loaded VALUES (%s, %s)", [(call.account_id, call.id) for call in calls])
    note_loaded(named_calls("loaded"), now=now)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE loaded")


def test_calls_that_were_loaded_are_judged_and_nobody_is_told_of_history(account: Any, supervisor: Any) -> None:
    make_rule(limit_s=100)
    make_rule(limit_s=1000, prefix="+31900")
    old, new = add_call(account, at(-90_000)), add_call(account, at(0))
    paid = add_call(account, at(1), client_number="+31900123456", talk_s=500)
    short, silent = add_call(account, at(2), talk_s=100), add_call(account, at(3), status="missed")
    going = add_call(account, at(4), status="talking")
    load(old, new, paid, short, silent, going, now=at(1000))
    assert set(Call.objects.filter(too_long=True).values_list("id", flat=True)) == {old.id, new.id}
    assert tell_reviewers(now=at(1001)) == 1
    assert Notification.objects.get().key == str(new.id)
    assert TooLongReview.objects.get(call_id=new.id).passed_at == at(8 + 100)
    load(old, new, now=at(2000))
    assert TooLongReview.objects.count() == 2


def test_a_load_that_makes_calls_shorter_takes_flags_back(account: Any) -> None:
    make_rule(limit_s=100)
    first, second = add_call(account, at(0)), add_call(account, at(1))
    load(first, second, now=at(500))
    TooLongReview.objects.filter(call_id=second.id).update(outcome=TooLongOutcome.objects.create(name="Fine"))
    Call.objects.update(talk_s=90)
    load(first, second, now=at(600))
    assert list(Call.objects.filter(too_long=True).values_list("id", flat=True)) == [second.id]
    assert TooLongReview.objects.get().corrected_s == 90
