"""ChanSpy by Originate: the PBX rings a supervisor's phone, which then hears another channel until that one is gone."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from callwright.telephony.fake.call import Call, Script
from callwright.telephony.fake.channel import RINGING, UP, Channel
from callwright.telephony.fake.inputs import Answer, HangUp, Input, Reject
from callwright.telephony.fake.originating import ANSWERED, FAILED, NOT_ANSWERED, Wish
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.wire import lines

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx


def start_spying(pbx: "FakePbx", wish: Wish, number: str, data: str) -> None:
    """`data`: what ChanSpy is given, "PJSIP/101-0000002b,qES"."""
    call = Call(pbx.exchange, CallPlan(Kind.ORIGINATE, "", extension=number))
    phone = pbx.exchange.phones.get(number)
    if phone is None or not phone.registered:
        _respond(call, wish, FAILED, None, data)
        call.over = True
        return
    call.start(_spy(call, wish, data))


def _respond(call: Call, wish: Wish, reason: int, own: Channel | None, data: str) -> None:
    picked_up = own if reason == ANSWERED else None
    fields = [
        *([("ActionID", wish.action_id)] if wish.action_id else []),
        ("Response", "Success" if picked_up else "Failure"),
        ("Channel", picked_up.name if picked_up else f"PJSIP/{call.plan.extension}"),
        ("Application", "ChanSpy"),
        ("Data", data),
        ("Reason", str(reason)),
        ("Uniqueid", picked_up.uniqueid if picked_up else wish.channel_id or "<unknown>"),
        ("CallerIDNum", wish.caller_num or "<unknown>"),
        ("CallerIDName", wish.caller_name or "<unknown>"),
    ]
    call.say.call("OriginateResponse", lines(fields))


def _spy(call: Call, wish: Wish, data: str) -> Script:
    number, x = call.plan.extension, call.x
    own = call.first = x.open(
        call, number, num=number, name=x.phones[number].plan.name, context="internal", uniqueid=wish.channel_id
    )
    call.say.dial("DialBegin", None, own, ("DialString", number))
    x.set_state(own, RINGING)
    call.people.own_phone_rings(own)
    if (yield from _picked_up(call, wish, own, data)):
        yield from _hear(call, own, data)
    record = x.cdr(own)
    record.end, record.disposition = call.now, "ANSWERED" if own.state == UP else "NO ANSWER"
    call.say.cdr(record)
    call.close(own, 16)
    call.say.cel("LINKEDID_END", own)
    call.over = True


def _picked_up(call: Call, wish: Wish, own: Channel, data: str) -> Generator[float | None, Input | None, bool]:
    until = call.now + wish.ring_s
    while True:
        match (yield until):
            case Answer():
                call.x.set_state(own, UP)
                _respond(call, wish, ANSWERED, own, data)
                call.say.dial("DialEnd", None, own, ("DialStatus", "ANSWER"))
                return True
            case None:
                _respond(call, wish, NOT_ANSWERED, own, data)
                return False
            case Reject() | HangUp():
                _respond(call, wish, FAILED, own, data)
                return False


def _hear(call: Call, own: Channel, data: str) -> Script:
    """Until the phone hangs up, or what it hears is gone: at once, where it is gone already."""
    spied = call.x.channels.get(data.partition(",")[0])
    call.say.new_exten(own, "ChanSpy", data)
    if spied is None:
        return
    call.say.call("ChanSpyStart", own.snapshot("Spyer"), spied.snapshot("Spyee"))
    call.x.heard_by.setdefault(spied.name, []).append(own)
    while not isinstance((yield None), HangUp):
        pass
    call.x.heard_by.get(spied.name, [own]).remove(own)
    call.say.call("ChanSpyStop", own.snapshot("Spyer"), spied.snapshot("Spyee"))
