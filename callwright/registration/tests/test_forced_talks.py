"""What must be registered, and wrap-up, follow an employee's own talk, not the whole call (REG-3, DESK-8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.testing import call_told_as
from callwright.desk.queries.card import strip_of
from callwright.registration.models import DueRegistration, MustRegister, Registration
from callwright.registration.operations.register import Refused, register
from callwright.registration.testing import Conversation, make_category
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Command, Queue, QueueMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(pbx: Any, owner: Any, colleague: Any) -> Any:
    for user in (owner, colleague):
        set_state(user_id=user.pk, choice="ready", now=timezone.now())
    return Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=30)


@pytest.fixture
def forced(account: Any, sales: Any) -> Any:
    """Calls of the account must be registered; returns what can be ticked."""
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    return make_category("Reason", "Order", "Complaint")[1]


def tell(*events: e.CallEvent, now: datetime | None = None) -> None:
    apply_events(events, now=now or timezone.now())


def hand_over(talk: Conversation, giver: str, taker: str, at: datetime) -> None:
    """Who talked at `giver` gives the call to `taker`, who answers at once."""
    tell(
        e.CallTransferred(**talk.base, at=at, kind=e.TransferKind.ATTENDED, to=taker, by_leg=f"{talk.key}-{giver}"),
        e.LegRinging(**talk.base, at=at, leg=f"{talk.key}-{taker}", party=taker),
        e.LegAnswered(**talk.base, at=at, leg=f"{talk.key}-{taker}"),
        e.LegEnded(**talk.base, at=at, leg=f"{talk.key}-{giver}", result=e.LegResult.ANSWERED),
        now=at,
    )


def dial(key: str, at: datetime, queue: str = "") -> dict[str, Any]:
    """201 dials a client by hand, who answers."""
    base = {"pbx": "main", "call": key}
    begun = e.CallStarted(
        **base, at=at, direction=e.Direction.OUTBOUND, from_number="201", to_number="+31612345678", extension="201"
    )
    rings = e.LegRinging(**base, at=at, leg=f"{key}-far", party="+31612345678", kind=e.LegKind.NUMBER)
    answered = e.LegAnswered(**base, at=at, leg=f"{key}-far")
    tell(begun, rings, answered, e.TalkStarted(**base, at=at), now=at)
    return base


def save(user: Any, call: Any, *topics: Any) -> Any:
    return register(
        call_id=call.id, account_id=call.account_id, by=user.pk, topics=[one.pk for one in topics], comment="",
        now=timezone.now(),
    )  # fmt: skip


def test_who_hands_a_call_over_has_the_whole_wrap_up_of_their_own_talk(owner: Any, sales: Any) -> None:
    talk, now = Conversation("201", queue="sales").answer("201"), timezone.now()
    hand_over(talk, "201", "202", now)
    mine = agent_now(owner.pk)
    assert (mine.state, mine.call_id, mine.until) == ("wrap_up", talk.call.id, now + timedelta(seconds=30))


def test_what_they_must_register_is_due_since_then(owner: Any, colleague: Any, forced: Any) -> None:
    talk, now = Conversation("201", queue="sales").answer("201"), timezone.now()
    hand_over(talk, "201", "202", now)
    due = DueRegistration.objects.get()
    assert (due.user_id, due.at) == (owner.pk, now) and agent_now(colleague.pk).state == "talking"
    tell(e.CallEnded(**talk.base, at=now + timedelta(minutes=9)), now=now + timedelta(minutes=9))
    assert dict(DueRegistration.objects.values_list("user_id", "at")) == {
        owner.pk: now, colleague.pk: now + timedelta(minutes=9)
    }  # fmt: skip


def test_a_phone_that_rang_again_in_vain_was_done_after_its_talk(owner: Any, forced: Any) -> None:
    """Heard of at once, as after a gap: by then the call has ended too."""
    talk, now = Conversation("201", queue="sales").answer("201"), timezone.now()
    over, again = now - timedelta(seconds=20), f"{talk.key}-again"
    tell(
        e.LegEnded(**talk.base, at=over, leg=f"{talk.key}-201", result=e.LegResult.ANSWERED),
        e.LegRinging(**talk.base, at=now - timedelta(seconds=10), leg=again, party="201"),
        e.LegEnded(**talk.base, at=now - timedelta(seconds=5), leg=again, result=e.LegResult.NO_ANSWER),
        e.CallEnded(**talk.base, at=now),
    )
    assert DueRegistration.objects.get().at == over


def test_who_dialled_and_handed_over_is_done_with_the_call(owner: Any, forced: Any) -> None:
    base, now = dial("out-1", timezone.now() - timedelta(minutes=5)), timezone.now()
    call = call_told_as("out-1")
    strip = strip_of(owner, call.id, now=now)
    assert agent_now(owner.pk).state == "talking" and strip is not None and strip.state == "talking"
    tell(
        e.CallTransferred(**base, at=now, kind=e.TransferKind.BLIND, to="202"),
        e.LegRinging(**base, at=now, leg="out-1-202", party="202"),
        e.LegAnswered(**base, at=now, leg="out-1-202"),
        now=now,
    )
    strip = strip_of(owner, call.id, now=now)
    assert agent_now(owner.pk).state == "wrap_up" and strip is not None and strip.state == "transferred"
    assert DueRegistration.objects.get().at == now
    save(owner, call, forced[0])
    assert agent_now(owner.pk).state == "ready"
    tell(e.CallEnded(**base, at=now + timedelta(minutes=20)), now=now + timedelta(minutes=20))
    assert agent_now(owner.pk).state == "ready"


def test_a_call_that_somebody_else_hands_on_stays_with_who_dialled(owner: Any, forced: Any) -> None:
    """The colleague whom they rang gives them to another one."""
    base = dial("out-2", timezone.now() - timedelta(minutes=5))
    tell(e.CallTransferred(**base, at=timezone.now(), kind=e.TransferKind.BLIND, to="203", by_leg="out-2-far"))
    assert agent_now(owner.pk).state == "talking"


@pytest.mark.parametrize("told_at_once", [True, False])
def test_a_talk_of_which_nobody_heard_must_be_registered_too(owner: Any, forced: Any, told_at_once: bool) -> None:
    """Answered and ended in one batch: a short one, or the link was away meanwhile."""
    at = timezone.now() - timedelta(seconds=20)
    base: dict[str, Any] = {"pbx": "main", "call": "short"}
    begun = e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="1")
    queued, rings = e.QueueJoined(**base, at=at, queue="sales"), e.LegRinging(**base, at=at, leg="a", party="201")
    over = at + timedelta(seconds=10)
    rest = [
        e.LegAnswered(**base, at=at, leg="a"), e.TalkStarted(**base, at=at), e.TalkEnded(**base, at=over),
        e.LegEnded(**base, at=over, leg="a", result=e.LegResult.ANSWERED), e.CallEnded(**base, at=over),
    ]  # fmt: skip
    if told_at_once:
        tell(begun, queued, rings, *rest)
    else:
        tell(begun, queued, rings)
        tell(*rest)
    mine, call = agent_now(owner.pk), call_told_as("short")
    assert (mine.state, mine.due) == ("wrap_up", (str(call.id),))
    assert DueRegistration.objects.get().at == over
    save(owner, call, forced[0])
    assert agent_now(owner.pk).until == over + timedelta(seconds=30)
    tell(begun, queued, rings, *rest)
    assert agent_now(owner.pk).due == ()


def test_nobody_is_asked_about_a_talk_of_yesterday(owner: Any, forced: Any) -> None:
    at = timezone.now() - timedelta(days=1)
    base: dict[str, Any] = {"pbx": "main", "call": "yesterday"}
    begun = e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="1")
    rings, answered = e.LegRinging(**base, at=at, leg="a", party="201"), e.LegAnswered(**base, at=at, leg="a")
    tell(begun, rings, answered, e.TalkStarted(**base, at=at), e.CallEnded(**base, at=at + timedelta(minutes=2)))
    assert agent_now(owner.pk).state == "ready" and not DueRegistration.objects.exists()


def test_the_queues_leave_them_alone_before_the_talk_ends(owner: Any, sales: Any, forced: Any) -> None:
    QueueMember.objects.create(queue=sales, extension="201", at=timezone.now())
    Command.objects.all().delete()
    talk = Conversation("201", queue="sales")
    assert not Command.objects.exists()
    talk.answer("201")
    assert [one.arguments["paused"] for one in Command.objects.all()] == [True]
    call = talk.hang_up("201").call
    assert Command.objects.count() == 1
    save(owner, call, forced[0])
    end_due_wrap_ups(timezone.now() + timedelta(minutes=1))
    assert [one.arguments["paused"] for one in Command.objects.order_by("pk")] == [True, False]


def test_a_call_that_becomes_part_of_another_earns_no_wrap_up_of_its_own(owner: Any, sales: Any) -> None:
    main, asked = Conversation("201", queue="sales").answer("201"), Conversation("201", queue="sales").answer("201")
    now = timezone.now()
    main.hang_up("201")
    tell(e.CallMerged(**asked.base, at=now + timedelta(seconds=9), into=main.key), now=now + timedelta(seconds=9))
    mine = agent_now(owner.pk)
    assert mine.state == "wrap_up" and mine.call_id == main.call.id
    assert mine.until is not None and mine.until < now + timedelta(seconds=35)


def test_what_was_registered_during_the_talk_is_not_emptied_after_it(owner: Any, forced: Any) -> None:
    talk = Conversation("201", queue="sales").answer("201")
    save(owner, talk.call, forced[0])
    call = talk.hang_up("201").call
    assert agent_now(owner.pk).due == ()
    kept = DueRegistration.objects.get()
    assert (kept.outcome, kept.settled_at) == ("registered", kept.at)
    with pytest.raises(Refused) as refused:
        save(owner, call)
    assert refused.value.reason == "needs_topic" and Registration.objects.get().topics == [forced[0].pk]
    assert save(owner, call, forced[1]).changed
