"""Calls that become part of another or find their account late: nobody stays busy, nothing said is lost."""

import pytest

from callwright.accounts.models import Account
from callwright.calls.models import Call, CallNote, Marker
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.tests.test_apply_events import account, at, pbx, queue_call
from callwright.live.models import LiveEvent
from callwright.staff.models import AgentState, Extension, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
__all__ = ["account", "pbx"]

CONSULT = {"pbx": "main", "call": "main-1.9"}
CONSULTATION: list[e.AnyCallEvent] = [
    e.CallStarted(
        **CONSULT, at=at(5), direction=e.Direction.INTERNAL, from_number="101", to_number="103", extension="101"
    ),
    e.LegRinging(**CONSULT, at=at(5.1), leg="c", party="103"),
    e.LegAnswered(**CONSULT, at=at(6), leg="c"),
    e.TalkStarted(**CONSULT, at=at(6)),
]
MERGE: list[e.AnyCallEvent] = [
    e.CallMerged(**CONSULT, at=at(7), into="main-1.1"),
    e.CallTransferred(pbx="main", call="main-1.1", at=at(7), kind=e.TransferKind.ATTENDED, to="103", by_leg="a"),
    e.LegEnded(pbx="main", call="main-1.1", at=at(7), leg="a", result=e.LegResult.ANSWERED),
]
END: list[e.AnyCallEvent] = [
    e.LegEnded(pbx="main", call="main-1.1", at=at(20), leg="c", result=e.LegResult.ANSWERED),
    e.CallEnded(pbx="main", call="main-1.1", at=at(20), hangup_by=e.Side.CALLER),
]


def agent(pbx: Pbx, name: str, number: str) -> User:
    user = User.objects.create_user(name, "x", name=name.title(), all_accounts=True)
    desk = Extension.objects.create(pbx=pbx, number=number)
    take_extension(user_id=user.id, extension_id=desk.id, now=at(-60))
    set_state(user_id=user.id, choice="ready", now=at(-50))
    return user


def state_of(user: User) -> str:
    return AgentState.objects.values_list("state", flat=True).get(user=user)


def test_after_an_attended_transfer_each_agent_is_as_busy_as_the_call_says(pbx: Pbx, account: Account) -> None:
    anna, carl = agent(pbx, "anna", "101"), agent(pbx, "carl", "103")
    apply_events(queue_call()[:8], now=at(4))
    apply_events(CONSULTATION, now=at(6))
    consultation = Call.objects.get(direction="internal")
    assert (state_of(anna), state_of(carl)) == ("talking", "talking")
    apply_events(MERGE, now=at(7))
    assert (state_of(anna), state_of(carl)) == ("wrap_up", "talking")
    gone = LiveEvent.objects.filter(key=str(consultation.id), data__gone=True)
    assert set(gone.values_list("topic", flat=True)) == {"calls", f"desk:{anna.id}", f"desk:{carl.id}"}
    assert {event.data["into"] for event in gone} == {str(Call.objects.get().id)}
    apply_events(END, now=at(20))
    assert state_of(carl) == "wrap_up"
    assert not AgentState.objects.exclude(calls={}).exists()


def test_what_was_said_of_the_consultation_stays_with_the_call(pbx: Pbx, account: Account) -> None:
    apply_events(queue_call()[:8], now=at(4))
    apply_events(CONSULTATION, now=at(6))
    consultation = Call.objects.get(direction="internal")
    Call.objects.filter(id=consultation.id).update(comment="asks for a discount")
    CallNote.objects.create(
        account_id=consultation.account_id, call=consultation, text="call back", created_at=at(6), updated_at=at(6)
    )
    apply_events(MERGE, now=at(7))
    call = Call.objects.get()
    assert call.comment == "asks for a discount"
    assert list(CallNote.objects.values_list("call_id", "account_id", "text")) == [(call.id, account.id, "call back")]


def test_a_call_that_finds_its_account_late_keeps_what_was_said(pbx: Pbx, account: Account) -> None:
    Queue.objects.create(pbx=pbx, name="support", account=account)
    account.lines.all().delete()
    start, *rest = queue_call()
    apply_events([start], now=at(0))
    call = Call.objects.get()
    assert call.account_id != account.id
    marker = Marker.objects.create(name="star", icon="star")
    Call.objects.filter(id=call.id).update(comment="angry", marker=marker)
    CallNote.objects.create(account_id=call.account_id, call=call, text="note", created_at=at(0), updated_at=at(0))
    apply_events(rest, now=at(9))
    moved = Call.objects.get()
    assert (moved.id, moved.account_id, moved.comment, moved.marker_id) == (call.id, account.id, "angry", marker.id)
    assert CallNote.objects.get().account_id == account.id
