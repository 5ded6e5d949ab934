"""Whoever takes agents, calls and what is registered takes them in this order (docs/decisions/042): while somebody has
one row, those that come after it are free.
"""

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.forget_calls import remove_calls
from callwright.calls.testing import Other, held, until_waiting
from callwright.desk.operations.apply_pbx_events import apply_pbx_events
from callwright.desk.operations.keep_in_step import order_again
from callwright.registration.models import DueRegistration, MustRegister, Registration, Topic
from callwright.registration.operations.demand import look_after_due
from callwright.registration.operations.register import register
from callwright.registration.operations.release import release
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AgentState
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Command, Pbx, Queue, QueueMember

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
AGENT = "SELECT FROM staff_agentstate WHERE user_id = %s FOR UPDATE"
CALL = "SELECT FROM calls_call WHERE id = %s FOR UPDATE"
REGISTRATION = "SELECT FROM registration_registration WHERE call_id = %s FOR UPDATE"
DUE = "SELECT FROM registration_dueregistration WHERE call_id = %s FOR UPDATE"


@pytest.fixture
def topics(owner: Any, account: Any) -> Any:
    """What can be ticked; calls of the account must be registered."""
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    return make_category("Reason", "Order", "Complaint")[1]


def is_free(statement: str, value: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement + " NOWAIT", [value])
    except OperationalError:
        return False
    return True


def save(call: Call, user: Any, *topics: Any, revision: int | None = None) -> Any:
    ids = [one.pk for one in topics]
    return register(
        call_id=call.id, account_id=call.account_id, by=user.pk, topics=ids, comment="", now=timezone.now(),
        revision=revision,
    )  # fmt: skip


def in_due(user: Any) -> tuple[str, ...]:
    return agent_now(user.pk).due


def test_the_link_takes_agents_before_calls(owner: Any, topics: Any) -> None:
    talk = Conversation("201").answer("201")
    call = talk.call
    with held(AGENT, [owner.pk]):
        link = Other(lambda: talk.hang_up("201"))
        until_waiting(1)
        assert is_free(CALL, call.id)
    assert link.end() is talk and in_due(owner) == (str(call.id),)


def test_the_link_takes_all_agents_of_a_batch_at_once(owner: Any, colleague: Any, topics: Any) -> None:
    """Those of the calls and those of whom the queues speak, in the order of their ids: so does who orders again."""
    set_state(user_id=colleague.pk, choice="ready", now=timezone.now())
    first, other = sorted((owner, colleague), key=lambda user: user.pk)
    extensions = {owner.pk: "201", colleague.pk: "202"}
    talk = Conversation(extensions[other.pk]).answer(extensions[other.pk])
    at, leg = timezone.now(), f"{talk.key}-{extensions[other.pk]}"
    events: list[e.Event] = [
        e.LegEnded(**talk.base, at=at, leg=leg, result=e.LegResult.ANSWERED), e.CallEnded(**talk.base, at=at),
        e.AgentStateChanged(
            pbx="main", at=at, extension=extensions[first.pk], queue="sales", logged_in=True, paused=True, reason=""
        ),
    ]  # fmt: skip

    def apply() -> None:
        with transaction.atomic():
            apply_pbx_events(events, timezone.now())

    with held(AGENT, [first.pk]):
        link = Other(apply)
        until_waiting(1)
        assert is_free(AGENT, other.pk) and is_free(CALL, talk.call.id)
    assert link.end() is None and in_due(other) == (str(talk.call.id),) and agent_now(first.pk).state == "paused"


def test_nobody_chooses_while_their_pbx_is_told_again(owner: Any, topics: Any, pbx: Any) -> None:
    """What is sent is how they stand, and not how they stood."""
    queue = Queue.objects.create(pbx=pbx, name="sales")
    QueueMember.objects.create(queue=queue, extension="201", at=timezone.now())
    AgentState.objects.filter(user=owner).update(queue_in_step=False)
    Pbx.objects.update(enabled=True, state="up")
    Command.objects.all().delete()
    with held("LOCK TABLE telephony_command IN SHARE MODE", []):
        again = Other(lambda: order_again(timezone.now()))
        until_waiting(1)
        assert not is_free(AGENT, owner.pk)
    assert again.end() == 1 and Command.objects.get().arguments["paused"] is False


def test_an_agent_is_taken_before_the_call_that_they_register(owner: Any, topics: Any) -> None:
    call = Conversation("201").answer("201").hang_up("201").call
    with held(AGENT, [owner.pk]):
        saving = Other(lambda: save(call, owner, topics[0]))
        until_waiting(1)
        assert is_free(CALL, call.id) and is_free(DUE, call.id)
    assert saving.end().settled and in_due(owner) == ()


def test_a_call_is_taken_before_what_is_registered_of_it(owner: Any, topics: Any) -> None:
    call = Conversation("201").answer("201").call
    save(call, owner, topics[0])
    with held(CALL, [call.id]):
        saving = Other(lambda: save(call, owner, topics[1]))
        until_waiting(1)
        assert is_free(REGISTRATION, call.id)
    assert saving.end().changed


@pytest.mark.parametrize("who", ["supervisor", "worker"])
def test_who_frees_an_agent_takes_them_first(owner: Any, topics: Any, supervisor: Any, who: str) -> None:
    call = Conversation("201").answer("201").hang_up("201").call
    Topic.objects.update(retired_at=timezone.now())

    def free() -> int:
        if who == "worker":
            return look_after_due(timezone.now())
        return release(user_id=owner.pk, call_id=None, by=supervisor.pk, now=timezone.now())

    with held(AGENT, [owner.pk]):
        freeing = Other(free)
        until_waiting(1)
        assert is_free(DUE, call.id) and is_free(CALL, call.id)
    assert freeing.end() == 1 and in_due(owner) == ()


def test_a_call_that_becomes_part_of_another_while_it_is_registered(owner: Any, topics: Any) -> None:
    """The save has the call while the link waits for it, and is not kept from what it needs next."""
    talk, other = Conversation("201").answer("201"), Conversation("202")
    call = talk.call
    save(call, owner, topics[0])
    with held("SELECT FROM registration_registration FOR UPDATE", []):
        saving = Other(lambda: save(call, owner, topics[1]))
        until_waiting(1)
        link = Other(
            lambda: apply_events([e.CallMerged(**talk.base, at=timezone.now(), into=other.key)], now=timezone.now())
        )
        until_waiting(2)
    assert saving.end().changed
    link.end()
    kept = Registration.objects.get()
    assert (kept.call_id, kept.topics) == (other.call.id, [topics[1].pk])


def test_a_first_save_of_the_call_that_stays_while_the_other_becomes_part_of_it(owner: Any, topics: Any) -> None:
    """Neither the save nor the link's batch is refused, and nothing of either is lost."""
    talk, other = Conversation("201").answer("201"), Conversation("201").answer("201")
    call, into = talk.call, other.call
    save(call, owner, topics[0])
    merged = e.CallMerged(**talk.base, at=timezone.now(), into=other.key)
    # the save stands in front of this, with its registration, which nobody sees yet
    with held("LOCK TABLE registration_dirtyday IN SHARE MODE", []):
        saving = Other(lambda: save(into, owner, topics[1]))
        until_waiting(1)
        link = Other(lambda: apply_events([merged], now=timezone.now()))
        until_waiting(2)
    assert saving.end().changed
    assert not isinstance(link.end(), Exception)
    assert Registration.objects.get().topics == [topics[1].pk] and Registration.objects.get().call_id == into.id


def test_a_call_is_removed_without_waiting_for_who_is_held_for_it(owner: Any, topics: Any) -> None:
    call = Conversation("201").answer("201").hang_up("201").call

    def removed() -> None:
        with transaction.atomic():
            remove_calls(account_id=call.account_id, ids=[call.id])

    with held(AGENT, [owner.pk]):
        assert Other(removed).end() is None
    assert not DueRegistration.objects.exists() and in_due(owner) == (str(call.id),)
    assert look_after_due(timezone.now()) == 0
    assert in_due(owner) == ()


def test_who_is_held_for_another_call_than_is_due_comes_into_step(owner: Any, topics: Any) -> None:
    call = Conversation("201").answer("201").hang_up("201").call
    AgentState.objects.update(due=["0199c0de-0000-7000-8000-000000000000"])
    look_after_due(timezone.now())
    assert in_due(owner) == (str(call.id),)
    assert save(call, owner, topics[0]).settled and in_due(owner) == ()
