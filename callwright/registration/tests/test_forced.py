"""Forced registration: whoever must register stays in wrap-up until they did, or a supervisor releases them (REG-3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.testing import Other, held, until_waiting
from callwright.desk.operations.keep_in_step import apply_pbx_agent_events, order_again
from callwright.live.models import LiveEvent
from callwright.registration.models import Category, DueRegistration, MustRegister, Topic
from callwright.registration.operations.demand import look_after_due
from callwright.registration.operations.register import Refused, register
from callwright.registration.operations.release import AlreadySettled, release
from callwright.registration.queries.offer import offered_for
from callwright.registration.queries.wrap_ups import must_register
from callwright.registration.rules import Subject
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AgentState, AuditEntry, PauseReason
from callwright.staff.operations.agent_rows import bring_queues_in_step
from callwright.staff.operations.leave import leave
from callwright.staff.operations.more_time import NoWrapUp, OftenEnough, take_more_time
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.staff.operations.pause_absent import pause_absent
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_last_extension
from callwright.staff.ports import CallPlace
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Command, Pbx, Queue, QueueMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(pbx: Any, owner: Any) -> Any:
    queue = Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=30)
    QueueMember.objects.create(queue=queue, extension="201", at=timezone.now())
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    Command.objects.all().delete()
    return queue


@pytest.fixture
def forced(account: Any, sales: Any) -> Any:
    """Calls of the account must be registered; returns what can be ticked."""
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    _, topics = make_category("Reason", "Order", "Complaint")
    return topics


def talk(queue: str = "sales") -> UUID:
    return Conversation("201", queue=queue).answer("201").hang_up("201").call.id


def tick(user: Any, call: UUID, *topics: Any) -> Any:
    [account] = DueRegistration.objects.filter(call_id=call).values_list("account_id", flat=True)
    return register(
        call_id=call, account_id=account, by=user.pk, topics=[one.pk for one in topics], comment="",
        now=timezone.now(),
    )  # fmt: skip


def state(user: Any) -> str:
    return agent_now(user.pk).state


def orders() -> list[bool]:
    """What the PBX was told since last asked: pause or not."""
    told = [one.arguments["paused"] for one in Command.objects.filter(verb="queue_pause").order_by("pk")]
    Command.objects.all().delete()
    return told


def in_an_hour() -> Any:
    return timezone.now() + timedelta(hours=1)


def test_a_talked_call_holds_its_employee_in_wrap_up_until_it_is_registered(owner: Any, forced: Any) -> None:
    call = talk()
    now = agent_now(owner.pk)
    assert (now.state, now.until, now.due, now.call_id) == ("wrap_up", None, (str(call),), call)
    assert orders() == [True]
    end_due_wrap_ups(in_an_hour())
    look_after_due(in_an_hour())
    assert state(owner) == "wrap_up" and orders() == []
    done = tick(owner, call, forced[0])
    assert done.settled and state(owner) == "ready" and orders() == [False]
    kept = DueRegistration.objects.get()
    assert (kept.outcome, kept.user_id) == ("registered", owner.pk) and kept.settled_at is not None


def test_what_is_left_of_the_wrap_up_goes_on_after_it(owner: Any, forced: Any) -> None:
    call = talk()
    tick(owner, call, forced[0])
    now = agent_now(owner.pk)
    assert now.state == "wrap_up" and now.until is not None
    end_due_wrap_ups(now.until)
    assert state(owner) == "ready"


def test_who_registered_during_the_call_is_not_held(owner: Any, forced: Any) -> None:
    running = Conversation("201", queue="sales").answer("201")
    call = running.call
    register(
        call_id=call.id, account_id=call.account_id, by=owner.pk, topics=[forced[0].pk], comment="",
        now=timezone.now(),
    )  # fmt: skip
    running.hang_up("201")
    assert agent_now(owner.pk).due == () and DueRegistration.objects.get().outcome == "registered"


@pytest.mark.parametrize("directions", [[], ["inbound"], ["outbound"]])
def test_it_is_forced_for_account_and_queue_and_direction_as_set_up(
    owner: Any, sales: Any, account: Any, other_account: Any, pbx: Any, directions: list[str]
) -> None:
    make_category("Reason", "Order")
    MustRegister.objects.create(account=account, queue=sales, directions=directions, changed_at=timezone.now())
    support = Queue.objects.create(pbx=pbx, name="support")
    for place in [
        CallPlace(queue, of, direction)
        for queue in (sales.pk, support.pk, None) for of in (account.pk, other_account.pk)
        for direction in ("inbound", "outbound", "internal")
    ]:  # fmt: skip
        wanted = place.queue_id == sales.pk and place.account_id == account.pk
        wanted = wanted and place.direction in (directions or ["inbound", "outbound"])
        assert must_register(place) is wanted, place
    talk("support")
    assert not DueRegistration.objects.exists()


def test_direct_and_outbound_calls_are_forced_by_the_account(owner: Any, forced: Any, account: Any) -> None:
    assert must_register(CallPlace(None, account.pk, "inbound"))
    at = timezone.now() - timedelta(minutes=1)
    base = {"pbx": "main", "call": "out-1"}
    begun = e.CallStarted(
        **base, at=at, direction=e.Direction.OUTBOUND, from_number="201", to_number="+31612345678", extension="201"
    )
    rings = e.LegRinging(**base, at=at, leg="out-1-far", party="+31612345678", kind=e.LegKind.NUMBER)
    apply_events([begun, rings], now=at)
    answered = e.LegAnswered(**base, at=at, leg="out-1-far")
    apply_events([answered, e.TalkStarted(**base, at=at)], now=at)
    apply_events([e.TalkEnded(**base, at=at), e.CallEnded(**base, at=at + timedelta(seconds=9))], now=timezone.now())
    assert state(owner) == "wrap_up" and len(agent_now(owner.pk).due) == 1


def test_nobody_is_held_where_nothing_is_asked_or_they_may_not_register(
    owner: Any, sales: Any, account: Any, other_account: Any, make_user: Any, pbx: Any
) -> None:
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    talk()
    assert not DueRegistration.objects.exists()
    # As `offered_for` sees it.
    elsewhere, _ = make_category("Theirs", "Theirs")
    elsewhere.accounts.add(other_account)
    make_category("Sold", "Sold", directions=["outbound"])
    make_category("Empty")
    for direction in ("inbound", "outbound"):
        asked = bool(offered_for(Subject(account.pk, direction, sales.pk)))
        assert must_register(CallPlace(sales.pk, account.pk, direction)) is asked is (direction == "outbound")
    make_category("Reason", "Order")
    make_user("conny", role="controller", accounts=[account], extension=("209", pbx))
    Conversation("209").answer("209").hang_up("209")
    assert not DueRegistration.objects.exists()


def test_who_is_held_for_a_topic_that_goes_meanwhile_comes_free(owner: Any, forced: Any) -> None:
    talk()
    assert look_after_due(timezone.now()) == 0 and state(owner) == "wrap_up"
    Topic.objects.update(retired_at=timezone.now())
    assert look_after_due(in_an_hour()) == 1 and state(owner) == "ready"
    kept = DueRegistration.objects.get()
    assert (kept.outcome, kept.released_by_id) == ("not_asked", None)


def test_a_registration_that_came_while_the_call_ended_settles_it(owner: Any, forced: Any) -> None:
    call = talk()
    tick(owner, call, forced[0])
    DueRegistration.objects.update(settled_at=None, outcome="")  # as it stands where neither saw the other
    AgentState.objects.update(due=[str(call)])
    assert look_after_due(in_an_hour()) == 1
    assert DueRegistration.objects.get().outcome == "registered" and agent_now(owner.pk).due == ()


def test_no_choice_no_logout_and_no_phone_code_gets_round_it(owner: Any, forced: Any, pbx: Any) -> None:
    call = talk()
    PauseReason.objects.create(code="lunch", label="Lunch")
    orders()
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    assert state(owner) == "wrap_up" and orders() == []
    set_state(user_id=owner.pk, choice="paused", reason="lunch", now=timezone.now())
    assert state(owner) == "wrap_up" and True not in [not paused for paused in orders()]
    # The agent's own code at the phone: the pause is ended there, and ordered again.
    AgentState.objects.update(queue_in_step=True)
    said = e.AgentStateChanged(
        pbx="main", at=timezone.now(), extension="201", queue="sales", paused=False, logged_in=True, reason=""
    )
    QueueMember.objects.update(paused=True)
    apply_pbx_agent_events([said], now=timezone.now())
    assert state(owner) == "wrap_up" and orders() == [True] and agent_now(owner.pk).wanted == "ready"
    # Gone home, and back the next day.
    leave(user_id=owner.pk, now=timezone.now())
    assert state(owner) == "logged_out" and agent_now(owner.pk).due == (str(call),)
    take_last_extension(user_id=owner.pk, now=in_an_hour())
    set_state(user_id=owner.pk, choice="ready", now=in_an_hour())
    assert state(owner) == "wrap_up" and False not in orders()
    tick(owner, call, forced[0])
    assert state(owner) == "ready" and orders()[-1] is False


def test_a_browser_that_dies_in_wrap_up_leaves_it_due(owner: Any, forced: Any, owner_client: Any) -> None:
    call = talk()
    pause_absent(user_ids=[owner.pk], now=in_an_hour())  # no desk of theirs has been open for a while
    end_due_wrap_ups(in_an_hour())
    now = agent_now(owner.pk)
    assert (now.state, now.wanted, now.due) == ("wrap_up", "paused", (str(call),))
    page = owner_client.get("/desk/").content.decode()  # the next browser
    assert f"card-{call}" in page and "Register this call before the next one" in page
    tick(owner, call, forced[0])
    assert state(owner) == "paused"


def test_wrap_up_is_extended_as_often_as_allowed_and_not_what_has_no_end(owner: Any, sales: Any, account: Any) -> None:
    talk()
    until = agent_now(owner.pk).until
    assert until is not None
    for times in (1, 2):
        until += timedelta(seconds=20)
        assert take_more_time(user_id=owner.pk, seconds=20, times=2, now=timezone.now()) == until
        assert (agent_now(owner.pk).until, agent_now(owner.pk).extended) == (until, times)
    with pytest.raises(OftenEnough):
        take_more_time(user_id=owner.pk, seconds=20, times=2, now=timezone.now())
    with pytest.raises(NoWrapUp):
        take_more_time(user_id=owner.pk, seconds=20, times=9, now=until)
    end_due_wrap_ups(until)
    assert state(owner) == "ready"
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    make_category("Reason", "Order")
    talk()
    with pytest.raises(NoWrapUp):
        take_more_time(user_id=owner.pk, seconds=20, times=9, now=timezone.now())


def test_a_pbx_that_restarts_is_told_again_whom_to_leave_alone(owner: Any, forced: Any) -> None:
    talk()
    orders()
    AgentState.objects.update(queue_in_step=True)
    QueueMember.objects.update(paused=True)
    listed = e.AgentStateChanged(
        pbx="main", at=timezone.now(), extension="201", queue="sales", paused=False, logged_in=True, reason="",
        listed=True,
    )  # fmt: skip
    apply_pbx_agent_events([listed], now=timezone.now())
    assert state(owner) == "wrap_up" and orders() == [True]
    bring_queues_in_step([owner.pk], now=timezone.now())
    assert order_again(timezone.now()) == 0 and orders() == [True]  # on its way
    Pbx.objects.update(enabled=True, state="down")
    assert order_again(timezone.now()) == 0 and orders() == []  # and lost: told again once there is somebody to tell
    Pbx.objects.update(state="up")
    assert order_again(timezone.now()) == 1 and orders() == [True]


def test_what_must_be_registered_is_not_emptied_again(owner: Any, forced: Any) -> None:
    call = talk()
    tick(owner, call)  # nothing yet
    tick(owner, call, forced[0])
    with pytest.raises(Refused) as refused:
        tick(owner, call)
    assert refused.value.reason == "needs_topic" and tick(owner, call, forced[1]).changed


def test_a_supervisor_releases_and_is_named(owner: Any, forced: Any, supervisor: Any) -> None:
    call = talk()
    assert release(user_id=owner.pk, call_id=None, by=supervisor.pk, now=in_an_hour()) == 1
    end_due_wrap_ups(in_an_hour())
    assert state(owner) == "ready" and agent_now(owner.pk).due == ()
    kept = DueRegistration.objects.get()
    assert (kept.outcome, kept.released_by_id) == ("released", supervisor.pk)
    assert AuditEntry.objects.get(action="registration_released").subject == f"call:{call}"
    [told] = LiveEvent.objects.filter(topic=f"desk:{owner.pk}", name="released")
    assert told.key == str(call)


def test_a_supervisor_of_other_accounts_releases_nobody(
    owner: Any, forced: Any, make_user: Any, other_account: Any
) -> None:
    stranger = make_user("sven", role="supervisor", accounts=[other_account])
    talk()
    with pytest.raises(AlreadySettled) as told:
        release(user_id=owner.pk, call_id=None, by=stranger.pk, now=timezone.now())
    assert told.value.by == "" and told.value.outcome == "" and state(owner) == "wrap_up"


def test_what_is_due_goes_with_a_call_that_becomes_part_of_another(owner: Any, forced: Any) -> None:
    call = Conversation("201", queue="sales").answer("201").hang_up("201")
    other = Conversation("202")
    apply_events([e.CallMerged(**call.base, at=timezone.now(), into=other.key)], now=timezone.now())
    into = other.call.id
    assert agent_now(owner.pk).due == (str(into),) and DueRegistration.objects.get().call_id == into
    assert tick(owner, into, forced[0]).settled and agent_now(owner.pk).due == ()


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_release_at_once_and_the_second_is_told_who_did(
    owner: Any, forced: Any, make_user: Any, account: Any
) -> None:
    first, second = (make_user(name, role="supervisor", accounts=[account]) for name in ("sofia", "samir"))
    talk()
    with held("SELECT 1 FROM registration_dueregistration FOR UPDATE", []):
        both = [
            Other(lambda by=by: release(user_id=owner.pk, call_id=None, by=by.pk, now=timezone.now()))
            for by in (first, second)
        ]
        until_waiting(2)
    ends = [one.end() for one in both]
    [told] = [one for one in ends if isinstance(one, AlreadySettled)]
    assert 1 in ends and told.outcome == "released"
    assert told.by == DueRegistration.objects.get().released_by.name != ""
    assert AuditEntry.objects.filter(action="registration_released").count() == 1


def test_the_wrap_up_of_an_account_goes_before_that_of_the_queue(owner: Any, sales: Any, account: Any) -> None:
    account.wrap_up_s = 90
    account.save()
    talk()
    until = agent_now(owner.pk).until
    assert until is not None and timedelta(seconds=80) < until - timezone.now() <= timedelta(seconds=90)
    account.wrap_up_s = 0
    account.save()
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    talk()
    assert state(owner) == "ready" and Category.objects.count() == 0
