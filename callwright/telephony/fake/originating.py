"""The first half of click to call: the PBX rings the agent's own phone."""

from collections.abc import Generator
from dataclasses import dataclass

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RINGING, UP, Channel
from callwright.telephony.fake.dialling import INTERNAL, is_outside
from callwright.telephony.fake.inputs import Answer, HangUp, Input, Reject
from callwright.telephony.fake.ledger import TrueCall
from callwright.telephony.fake.wire import lines

ANSWERED, NOT_ANSWERED, FAILED = 4, 3, 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What an Originate action asked for. `ring_s` in seconds; `context` is where the answered phone goes on."""

    caller_num: str = ""
    caller_name: str = ""
    channel_id: str = ""
    ring_s: float = 20.0
    action_id: str = ""
    context: str = INTERNAL
    userfield: str = ""


def _respond(call: Call, wish: Wish, reason: int, own: Channel | None) -> None:
    response = "Success" if reason == ANSWERED else "Failure"
    number = wish.caller_num or call.plan.dialled
    fields = [("ActionID", wish.action_id)] if wish.action_id else []
    fields += [
        ("Response", response),
        ("Channel", own.name if own and reason == ANSWERED else f"PJSIP/{call.plan.extension}"),
        ("Context", wish.context),
        ("Exten", call.plan.dialled),
        ("Reason", str(reason)),
        ("Uniqueid", own.uniqueid if own and reason == ANSWERED else wish.channel_id or "<unknown>"),
        ("CallerIDNum", number),
        ("CallerIDName", wish.caller_name or "<unknown>"),
    ]
    call.say.call("OriginateResponse", lines(fields))


def ring_own_phone(call: Call, wish: Wish) -> Generator[float | None, Input | None, Channel | None]:
    """Rings the extension for `wish.ring_s`; returns its channel once it is picked up, None when all is over."""
    plan, x = call.plan, call.x
    phone = x.phones[plan.extension]
    if not phone.registered:
        not_registered(call, wish)
        return None
    own = call.first = x.open(
        call, plan.extension, num=plan.extension, name=phone.plan.name, context=INTERNAL, uniqueid=wish.channel_id
    )
    number = wish.caller_num or plan.dialled
    call.begin(TrueCall(
        call=call.linkedid, direction="outbound" if is_outside(call, plan.dialled) else "internal",
        from_number=plan.extension, from_name=phone.plan.name, to_number=plan.dialled, dialled_number=plan.dialled,
        started_at=call.now, extension=plan.extension, command=wish.channel_id,
    ))  # fmt: skip
    call.userfield = wish.userfield
    call.say.new_exten(own, "AppDial2", "(Outgoing Line)")
    call.say.caller_id(own, number, wish.caller_name or phone.plan.name)
    call.say.connected_line(own, number, wish.caller_name)
    call.ring_leg(own)
    call.say.dial("DialBegin", None, own, ("DialString", plan.extension))
    x.set_state(own, RINGING)
    call.say.dial("DialState", None, own, ("DialStatus", "RINGING"))
    call.people.own_phone_rings(own)
    return (yield from _await_pickup(call, wish, own))


def _await_pickup(call: Call, wish: Wish, own: Channel) -> Generator[float | None, Input | None, Channel | None]:
    until = call.now + wish.ring_s
    while True:
        happened = yield until
        match happened:
            case Answer(channel=channel) if channel is own:
                call.answer_leg(own)
                call.x.set_state(own, UP)
                _respond(call, wish, ANSWERED, own)
                call.say.dial("DialEnd", None, own, ("DialStatus", "ANSWER"))
                own.change(exten=call.plan.dialled, context=wish.context)
                return own
            case None:
                _give_up(call, wish, own, NOT_ANSWERED, "no_answer")
                return None
            case Reject(channel=channel) | HangUp(channel=channel) if channel is own:
                _give_up(call, wish, own, FAILED, "busy")
                return None
            case _:
                continue


def _give_up(call: Call, wish: Wish, own: Channel, reason: int, result: str) -> None:
    assert call.truth is not None
    busy = result == "busy"
    own.change(tech_cause="486" if busy else "480")
    _respond(call, wish, reason, own)
    if busy:
        call.say.hangup_request(own, 17)
        call.say.dial("DialEnd", None, own, ("DialStatus", "BUSY"))
    record = call.x.cdr(own, userfield=call.userfield)
    record.end, record.disposition = call.now, "BUSY" if busy else "NO ANSWER"
    call.cdrs.append(record)
    call.end_leg(own, result)
    call.truth.status = "missed"
    call.hung_up_by(own if busy else None)
    call.close(own, 17 if busy else 19)


def not_registered(call: Call, wish: Wish) -> None:
    """No channel could be made, so there is no call that anybody could know of."""
    _respond(call, wish, FAILED, None)
    call.over = True
