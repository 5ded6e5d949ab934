"""What is asked of an employee is asked of the queue in which they talked; and nobody is held for what they cannot do,
whatever becomes of the call (REG-3).
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callwright.accounts.models import Line
from callwright.calls.models import Leg
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.ports import tell_removed
from callwright.live.models import LiveEvent
from callwright.registration.models import DueRegistration, MustRegister, Registration, TalkQueue, Topic
from callwright.registration.operations.demand import look_after_due
from callwright.registration.operations.register import Refused, register
from callwright.registration.queries.panel import panel_of
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AccountRight, AgentState
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def queues(pbx: Any, owner: Any, colleague: Any) -> Any:
    """Two queues: something is asked in "sales" only, and must be registered there."""
    for user in (owner, colleague):
        set_state(user_id=user.pk, choice="ready", now=timezone.now())
    sales, support = (Queue.objects.create(pbx=pbx, name=name, wrap_up_s=0) for name in ("sales", "support"))
    MustRegister.objects.create(queue=sales, changed_at=timezone.now())
    category, topics = make_category("Sale", "Order", "Complaint")
    category.queues.add(sales)
    return sales, support, topics


def tell(*events: e.CallEvent) -> None:
    apply_events(events, now=timezone.now())


def in_queue() -> Conversation:
    """A call that 201 answered out of queue "sales"."""
    talk = Conversation("201", queue="sales").answer("201")
    tell(e.QueueLeft(**talk.base, at=talk.at + timedelta(seconds=5), queue="sales", result=e.QueueResult.CONNECTED))
    return talk


def send_on(talk: Conversation) -> None:
    """201 sends the caller to queue "support", where 202 answers."""
    at, base = timezone.now(), talk.base
    tell(
        e.CallTransferred(**base, at=at, kind=e.TransferKind.BLIND, to="support", by_leg=f"{talk.key}-201"),
        e.LegEnded(**base, at=at, leg=f"{talk.key}-201", result=e.LegResult.ANSWERED),
        e.QueueJoined(**base, at=at, queue="support"),
        e.LegRinging(**base, at=at, leg=f"{talk.key}-202", party="202"),
    )
    tell(
        e.LegAnswered(**base, at=at, leg=f"{talk.key}-202"),
        e.QueueLeft(**base, at=at + timedelta(milliseconds=5), queue="support", result=e.QueueResult.CONNECTED),
    )


def save(user: Any, call: Any, *topics: Any, comment: str = "") -> Any:
    return register(
        call_id=call.id, account_id=call.account_id, by=user.pk, topics=[one.pk for one in topics], comment=comment,
        now=timezone.now(),
    )  # fmt: skip


def offered(user: Any, call: Any) -> list[str]:
    panel = panel_of(user.pk, account_id=call.account_id, call_id=call.id, now=timezone.now())
    return [one.name for one in panel.offered] if panel else []


def test_who_sent_a_call_on_is_asked_what_their_own_queue_asks(owner: Any, colleague: Any, queues: Any) -> None:
    sales, support, topics = queues
    talk = in_queue()
    send_on(talk)
    call = talk.call
    assert call.queue_id == support.pk
    assert (offered(owner, call), offered(colleague, call)) == (["Sale"], [])
    assert look_after_due(timezone.now()) == 0 and agent_now(owner.pk).due == (str(call.id),)
    assert save(owner, call, topics[0]).settled
    with pytest.raises(Refused):
        save(colleague, call, topics[0])
    talk.hang_up("202")
    assert agent_now(owner.pk).state == "ready" == agent_now(colleague.pk).state
    assert Registration.objects.get().queue_id == sales.pk


def test_what_was_ticked_before_counts_for_the_queue_of_the_talk(owner: Any, queues: Any) -> None:
    sales, _, topics = queues
    talk = in_queue()
    save(owner, talk.call, topics[0])
    send_on(talk)
    assert Registration.objects.get().queue_id == sales.pk
    save(owner, talk.call, topics[1])
    assert Registration.objects.get().queue_id == sales.pk


def test_it_goes_with_the_call(owner: Any, queues: Any, other_account: Any) -> None:
    sales, _, _ = queues
    talk = in_queue()
    send_on(talk)
    Line.objects.create(account=other_account, number="+31209998877")
    tell(e.CallCorrected(**talk.base, at=timezone.now(), dialled_number="+31209998877"))
    kept = TalkQueue.objects.get()
    assert (kept.account_id, kept.user_id, kept.queue_id) == (other_account.pk, owner.pk, sales.pk)
    other = Conversation("201").answer("201")
    tell(e.CallMerged(**talk.base, at=timezone.now(), into=other.key))
    assert TalkQueue.objects.get(user_id=owner.pk).call_id == other.call.id


def test_a_call_of_one_queue_costs_nothing_more(owner: Any, queues: Any) -> None:
    talk = Conversation("201", queue="sales").answer("201")
    left = e.QueueLeft(**talk.base, at=talk.at + timedelta(seconds=5), queue="sales", result=e.QueueResult.CONNECTED)
    with CaptureQueriesContext(connection) as captured:
        tell(left)
        talk.hang_up("201")
    assert not [one for one in captured if "talkqueue" in one["sql"] or "UPDATE registration_reg" in one["sql"]]
    assert not TalkQueue.objects.exists()


def test_a_queue_told_late_is_copied_to_nothing(owner: Any, queues: Any) -> None:
    """Of most calls the queue comes after the start, and nobody can have registered them."""
    base: dict[str, Any] = {"pbx": "main", "call": "late-queue"}
    tell(e.CallStarted(**base, at=timezone.now(), direction=e.Direction.INBOUND, from_number="+31612345678"))
    with CaptureQueriesContext(connection) as captured:
        tell(e.QueueJoined(**base, at=timezone.now(), queue="sales"))
    assert not [one for one in captured if "registration_registration" in one["sql"]]


@pytest.mark.parametrize("what", ["account", "role", "active", "call_moved", "no_leg"])
def test_who_may_not_register_any_more_is_free(owner: Any, queues: Any, other_account: Any, what: str) -> None:
    talk = in_queue().hang_up("201")
    assert look_after_due(timezone.now()) == 0 and agent_now(owner.pk).state == "wrap_up"
    match what:
        case "account":
            AccountRight.objects.filter(user=owner).delete()
        case "role":
            type(owner).objects.filter(pk=owner.pk).update(role="controller")
        case "active":
            type(owner).objects.filter(pk=owner.pk).update(is_active=False)
        case "call_moved":
            Line.objects.create(account=other_account, number="+31209998877")
            tell(e.CallCorrected(**talk.base, at=timezone.now(), dialled_number="+31209998877"))
        case "no_leg":  # told anew, without them
            Leg.objects.all().delete()
            type(talk.call).objects.update(employee_id=None)
    assert look_after_due(timezone.now()) == 1
    assert agent_now(owner.pk).state == "ready" and DueRegistration.objects.get().outcome == "not_asked"


def test_due_of_two_calls_that_become_one_is_settled_by_what_was_registered(owner: Any, queues: Any) -> None:
    """One was settled, the other is open: nothing is due of the call that stays."""
    first, second = in_queue().hang_up("201"), in_queue().hang_up("201")
    save(owner, first.call, queues[2][0])
    assert agent_now(owner.pk).due == (str(second.call.id),)
    tell(e.CallMerged(**second.base, at=timezone.now(), into=first.key))
    assert agent_now(owner.pk).due == () and agent_now(owner.pk).state == "ready"
    assert not DueRegistration.objects.filter(settled_at=None).exists()


def test_what_is_registered_of_both_stands_on_the_one_that_stays_and_is_told(owner: Any, queues: Any) -> None:
    first, second = in_queue(), in_queue()
    save(owner, first.call, comment="The first")
    save(owner, second.call, queues[2][0], comment="The second")
    LiveEvent.objects.all().delete()
    tell(e.CallMerged(**second.base, at=timezone.now(), into=first.key))
    kept = Registration.objects.get()
    assert (kept.topics, kept.comment) == ([queues[2][0].pk], "The first\nThe second")
    told = LiveEvent.objects.get(topic=f"desk:{owner.pk}", name="registration")
    assert (told.key, told.data["joined"], told.data["revision"]) == (str(first.call.id), True, kept.revision)


def test_all_who_are_held_come_free_one_by_one(make_user: Any, account: Any, pbx: Any, queues: Any) -> None:
    users = [make_user(f"u{n}", accounts=[account], extension=(f"3{n:02}", pbx)) for n in range(5)]
    for n, user in enumerate(users):
        set_state(user_id=user.pk, choice="ready", now=timezone.now())
        Conversation(f"3{n:02}", queue="sales").answer(f"3{n:02}").hang_up(f"3{n:02}")
    assert AgentState.objects.exclude(due=[]).count() == 5
    with CaptureQueriesContext(connection) as idle:
        assert look_after_due(timezone.now()) == 0
    assert len(idle) == 2
    Topic.objects.update(retired_at=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        assert look_after_due(timezone.now()) == 5
    assert not AgentState.objects.exclude(due=[]).exists()
    # Each in a transaction of their own: the link's next batch waits for one of them at most.
    locked = [one["sql"] for one in captured if "FOR UPDATE)" in one["sql"]]
    ids = dict.fromkeys(sql.partition("'[")[2].partition("]'")[0] for sql in locked)
    assert list(ids) == [str(user.pk) for user in users]


def test_it_goes_when_the_call_goes(owner: Any, queues: Any) -> None:
    talk = in_queue()
    send_on(talk)
    assert TalkQueue.objects.exists()
    tell_removed(talk.call.account_id, [talk.call.id])
    assert not TalkQueue.objects.exists()
