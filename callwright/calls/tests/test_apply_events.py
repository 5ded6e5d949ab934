"""Events go in, the register's rows come out (CALL-1, 2, 3, 12)."""

from datetime import UTC, datetime, timedelta

import pytest

from callwright.accounts.models import Account, Line
from callwright.calls.models import Call, CallFacts, Leg
from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Contact, ContactNumber
from callwright.kit.identity import time_of
from callwright.live.models import LiveEvent
from callwright.staff.models import Extension, User
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.fixture
def pbx() -> Pbx:
    return Pbx.objects.create(slug="main", name="Main", home_country="NL")


@pytest.fixture
def account() -> Account:
    account = Account.objects.create(name="Bakery", time_zone="Europe/Amsterdam")
    Line.objects.create(account=account, number="+31201234567")
    return account


def queue_call() -> list[e.AnyCallEvent]:
    """+31612345678 waits 3 s in a queue where 101 and 102 ring; 101 takes it and they talk 5 s."""
    base = {"pbx": "main", "call": "main-1.1"}
    return [
        e.CallStarted(
            **base, at=at(0), direction=e.Direction.INBOUND, from_number="0612345678", to_number="0201234567",
            dialled_number="0201234567", trunk="trunk",
        ),
        e.QueueJoined(**base, at=at(0.1), queue="support"),
        e.LegRinging(**base, at=at(0.2), leg="a", party="101", queue="support"),
        e.LegRinging(**base, at=at(0.2), leg="b", party="102", queue="support"),
        e.LegAnswered(**base, at=at(3.1), leg="a"),
        e.LegEnded(**base, at=at(3.2), leg="b", result=e.LegResult.ANSWERED_ELSEWHERE),
        e.QueueLeft(**base, at=at(3.1), queue="support", result=e.QueueResult.CONNECTED),
        e.TalkStarted(**base, at=at(3.2)),
        e.TalkEnded(**base, at=at(8.2)),
        e.LegEnded(**base, at=at(8.2), leg="a", result=e.LegResult.ANSWERED, cause=16),
        e.CallEnded(**base, at=at(8.3), hangup_by=e.Side.CALLER, cause=16, cause_text="Normal Clearing"),
    ]  # fmt: skip


def test_a_queue_call_is_one_row_with_its_legs(pbx: Pbx, account: Account) -> None:
    anna = User.objects.create_user("anna", "x", name="Anna")
    desk = Extension.objects.create(pbx=pbx, number="101")
    take_extension(user_id=anna.id, extension_id=desk.id, now=at(-60))
    contact = Contact.objects.create(account=account, name="Jan")
    ContactNumber.objects.create(account=account, contact=contact, number="+31612345678")

    applied = apply_events(queue_call(), now=at(9))

    call = Call.objects.get()
    assert applied.changed == (call.id,)
    assert (call.direction, call.status, call.account_id) == ("inbound", "answered", account.id)
    assert (call.from_number, call.from_received, call.dialled_number) == ("+31612345678", "0612345678", "+31201234567")
    assert (call.ring_s, call.wait_s, call.talk_s, call.hold_s) == (3, 3, 5, 0)
    assert (call.answered_by, call.employee_id, call.hangup_by) == ("101", anna.id, "caller")
    assert (call.queue.name, call.contact_id, call.client_number) == ("support", contact.id, "+31612345678")
    assert str(call.local_day) == "2026-03-02"
    assert abs(time_of(call.id) - T0) < timedelta(milliseconds=1)
    legs = list(Leg.objects.filter(call=call).values_list("party", "result", "employee_id"))
    assert legs == [("101", "answered", anna.id), ("102", "answered_elsewhere", None)]
    contact.refresh_from_db()
    assert contact.last_call_at == at(3.2)
    topics = set(LiveEvent.objects.values_list("topic", flat=True))
    assert {"calls", f"desk:{anna.id}"} <= topics


def test_events_one_by_one_and_twice_give_the_same_call(pbx: Pbx, account: Account) -> None:
    for event in queue_call():
        apply_events([event], now=at(9))
    once = (Call.objects.values().get(), list(Leg.objects.values()), list(CallFacts.objects.values()))
    count = LiveEvent.objects.count()
    assert apply_events(queue_call(), now=at(60)).changed == ()
    assert (Call.objects.values().get(), list(Leg.objects.values()), list(CallFacts.objects.values())) == once
    assert LiveEvent.objects.count() == count


def test_a_live_call_is_seen_before_it_ends(pbx: Pbx, account: Account) -> None:
    apply_events(queue_call()[:4], now=at(1))
    assert Call.objects.get().status == "ringing"
    apply_events(queue_call()[4:8], now=at(4))
    call = Call.objects.get()
    assert (call.status, call.talking_since, call.ended_at) == ("talking", at(3.2), None)


def test_events_of_a_call_nobody_announced_are_handed_back(pbx: Pbx, account: Account) -> None:
    late = queue_call()[-1]
    assert apply_events([late], now=at(9)).unknown == (late,)
    assert not Call.objects.exists()


def test_a_consultation_call_becomes_part_of_the_call_it_was_made_for(pbx: Pbx, account: Account) -> None:
    apply_events(queue_call()[:8], now=at(4))
    consult = {"pbx": "main", "call": "main-1.9"}
    apply_events(
        [
            e.CallStarted(
                **consult, at=at(5), direction=e.Direction.INTERNAL, from_number="101", to_number="103", extension="101"
            ),
            e.LegRinging(**consult, at=at(5.1), leg="c", party="103"),
            e.LegAnswered(**consult, at=at(6), leg="c"),
        ],
        now=at(6),
    )  # fmt: skip
    assert Call.objects.count() == 2
    merge = [
        e.CallMerged(**consult, at=at(7), into="main-1.1"),
        e.CallTransferred(pbx="main", call="main-1.1", at=at(7), kind=e.TransferKind.ATTENDED, to="103", by_leg="a"),
    ]
    for _ in range(2):
        apply_events(merge, now=at(7))
        call = Call.objects.get()
        assert (call.transferred_to, call.status, call.from_number) == ("103", "talking", "+31612345678")
        assert [leg.party for leg in Leg.objects.filter(call=call)] == ["101", "102", "103"]


def test_unknown_callers_become_contacts_where_the_account_wants_it(pbx: Pbx, account: Account) -> None:
    Account.objects.filter(id=account.id).update(unknown_callers="create")
    apply_events(queue_call()[:1], now=at(0))
    number = ContactNumber.objects.get()
    assert (number.number, number.account_id, Call.objects.get().contact_id) == (
        "+31612345678",
        account.id,
        number.contact_id,
    )


def test_texts_that_the_database_cannot_hold_do_not_lose_the_call(pbx: Pbx, account: Account) -> None:
    start = e.CallStarted(
        pbx="main", call="x\x001", at=at(0), direction=e.Direction.INBOUND, from_number="06\x0012345678",
        from_name="<b>\x00\ud800" + "y" * 500, dialled_number="0201234567",
    )  # fmt: skip
    apply_events([start], now=at(0))
    call = Call.objects.get()
    assert call.from_name.startswith("<b>yyy") and len(call.from_name) == 200
    assert call.from_number == "+31612345678"


def test_a_call_dialled_at_the_phone_is_for_the_one_account_that_knows_the_number(pbx: Pbx, account: Account) -> None:
    other = Account.objects.create(name="Florist")
    both, one = "+31612345678", "+31612345679"
    for owner, number in ((account, both), (other, both), (other, one)):
        contact = Contact.objects.create(account=owner, name="Jan")
        ContactNumber.objects.create(account=owner, contact=contact, number=number)
    for key, number in (("1", both), ("2", one)):
        start = e.CallStarted(
            pbx="main", call=key, at=at(0), direction=e.Direction.OUTBOUND, from_number="101", to_number=number,
            extension="101",
        )  # fmt: skip
        apply_events([start], now=at(0))
    found = dict(Call.objects.values_list("to_number", "account__name"))
    assert found[one] == "Florist"
    assert found[both] not in ("Florist", "Bakery")
