"""A talk is told once, in the call where it was, also when that became part of another or rang again (REG-3)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.testing import call_told_as
from callwright.registration.models import DueRegistration, MustRegister
from callwright.registration.operations.release import release
from callwright.registration.testing import Conversation, make_category
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(pbx: Any, owner: Any, colleague: Any) -> Any:
    for user in (owner, colleague):
        ready(user)
    make_category("Reason", "Order", "Complaint")
    return Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=30)


@pytest.fixture
def forced(account: Any, sales: Any) -> Any:
    """Calls of the account must be registered."""
    return MustRegister.objects.create(account=account, changed_at=timezone.now())


def ready(user: Any) -> None:
    set_state(user_id=user.pk, choice="ready", now=timezone.now())


def tell(*events: e.CallEvent) -> None:
    apply_events(events, now=timezone.now())


def is_open(user: Any) -> bool:
    return DueRegistration.objects.filter(user=user, settled_at=None).exists()


def consult() -> dict[str, Any]:
    """201 asks 202, who answers."""
    base, at = {"pbx": "main", "call": "asked"}, timezone.now() - timedelta(seconds=30)
    tell(
        e.CallStarted(
            **base, at=at, direction=e.Direction.INTERNAL, from_number="201", to_number="202", extension="201"
        ),
        e.LegRinging(**base, at=at, leg="asked-202", party="202"),
        e.LegAnswered(**base, at=at, leg="asked-202"),
        e.TalkStarted(**base, at=at),
    )
    return base


def end(at: datetime, *, leg: str = "asked-202", **base: Any) -> e.LegEnded:
    return e.LegEnded(**base, at=at, leg=leg, result=e.LegResult.ANSWERED)


def test_who_was_only_asked_need_not_register_the_call_of_the_client(colleague: Any, forced: Any) -> None:
    main, base = Conversation("201", queue="sales").answer("201"), consult()
    tell(end(timezone.now(), **base))
    ready(colleague)
    tell(e.CallMerged(**base, at=timezone.now(), into=main.key))
    mine = agent_now(colleague.pk)
    assert (mine.state, mine.due) == ("ready", ()) and not is_open(colleague)


def test_who_was_released_stays_so_when_the_call_becomes_part_of_another(
    colleague: Any, supervisor: Any, forced: Any
) -> None:
    main, other = Conversation("201", queue="sales").answer("201"), Conversation("202", queue="sales").answer("202")
    other.hang_up("202")
    assert is_open(colleague)
    release(user_id=colleague.pk, call_id=None, by=supervisor.pk, now=timezone.now())
    ready(colleague)
    tell(e.CallMerged(**other.base, at=timezone.now(), into=main.key))
    mine = agent_now(colleague.pk)
    assert (mine.state, mine.due) == ("ready", ()) and not is_open(colleague)
    assert DueRegistration.objects.get(user=colleague, call_id=main.call.id).outcome == "released"


def test_a_talk_that_ends_as_its_call_becomes_part_of_another_counts_there(colleague: Any, forced: Any) -> None:
    main, base, now = Conversation("201", queue="sales").answer("201"), consult(), timezone.now()
    tell(e.CallMerged(**base, at=now, into=main.key), end(now, pbx="main", call=main.key))
    assert agent_now(colleague.pk).due == (str(main.call.id),) and is_open(colleague)


def test_a_second_ring_that_is_answered_and_over_at_once_is_a_talk(owner: Any, forced: Any) -> None:
    """The first one was in vain, and then the link was away."""
    talk, at = Conversation("201", queue="sales"), timezone.now() - timedelta(seconds=20)
    first, second = f"{talk.key}-201", f"{talk.key}-again"
    tell(e.LegEnded(**talk.base, at=at, leg=first, result=e.LegResult.NO_ANSWER))
    assert agent_now(owner.pk).state == "ready"
    over = at + timedelta(seconds=9)
    tell(
        e.LegRinging(**talk.base, at=at, leg=second, party="201"),
        e.LegAnswered(**talk.base, at=at, leg=second),
        e.TalkStarted(**talk.base, at=at),
        end(over, leg=second, **talk.base),
        e.CallEnded(**talk.base, at=over),
    )
    assert agent_now(owner.pk).due == (str(talk.call.id),) and DueRegistration.objects.get().at == over


def test_a_phone_that_rings_again_in_vain_earns_no_wrap_up_once_more(owner: Any, sales: Any) -> None:
    talk, at = Conversation("201", queue="sales").answer("201"), timezone.now()
    again = f"{talk.key}-again"
    tell(end(at, leg=f"{talk.key}-201", **talk.base))
    assert agent_now(owner.pk).state == "wrap_up"
    ready(owner)
    tell(e.LegRinging(**talk.base, at=at, leg=again, party="201"))
    tell(e.LegEnded(**talk.base, at=at, leg=again, result=e.LegResult.NO_ANSWER))
    assert agent_now(owner.pk).state == "ready"


@pytest.mark.parametrize("forcing", ["sales", "support"])
def test_a_talk_of_which_nobody_heard_is_of_the_queue_in_which_it_was(
    owner: Any, sales: Any, pbx: Any, forcing: str
) -> None:
    """From sales on to support, all of it told at once."""
    support = Queue.objects.create(pbx=pbx, name="support", wrap_up_s=0)
    MustRegister.objects.create(queue=sales if forcing == "sales" else support, changed_at=timezone.now())
    base, at = {"pbx": "main", "call": "gap"}, timezone.now() - timedelta(seconds=20)
    on = at + timedelta(seconds=9)
    tell(
        e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="1"),
        e.QueueJoined(**base, at=at, queue="sales"),
        e.LegRinging(**base, at=at, leg="a", party="201"),
        e.LegAnswered(**base, at=at, leg="a"),
        e.TalkStarted(**base, at=at),
        e.QueueLeft(**base, at=at, queue="sales", result=e.QueueResult.CONNECTED),
        e.CallTransferred(**base, at=on, kind=e.TransferKind.BLIND, to="support", by_leg="a"),
        end(on, leg="a", **base),
        e.QueueJoined(**base, at=on, queue="support"),
        e.QueueLeft(**base, at=timezone.now(), queue="support", result=e.QueueResult.CONNECTED),
    )
    call, mine = call_told_as("gap"), agent_now(owner.pk)
    assert call.queue_id == support.pk and mine.state == "wrap_up"
    assert mine.due == ((str(call.id),) if forcing == "sales" else ())
