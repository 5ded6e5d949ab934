"""The Dial application: ring one or several parties, connect the first that answers, follow transfers."""

from collections.abc import Generator
from dataclasses import dataclass

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import BUSY, RINGING, UP, Channel
from callwright.telephony.fake.inputs import Answer, HangUp, Input, Reject
from callwright.telephony.fake.plan import Transfer
from callwright.telephony.fake.records import Cdr

INTERNAL, TRUNK_CONTEXT = "internal", "from-trunk"
INTERNAL_RING_S, OUTSIDE_RING_S = 15.0, 30.0

Waiting = Generator[float | None, Input | None, "Rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """How ringing ended: `winner` answered, or `status` says why not (NOANSWER, BUSY, CHANUNAVAIL, GONE)."""

    status: str
    winner: Channel | None = None


def is_outside(call: Call, number: str) -> bool:
    return number not in call.x.phones


def dial_data(call: Call, number: str, ring_s: float) -> str:
    peer = f"{number}@{call.x.house.trunk}" if is_outside(call, number) else number
    return f"PJSIP/{peer},{int(ring_s)},tT"


def open_party(call: Call, caller: Channel, number: str) -> Channel:
    """The channel towards a dialled extension or outside number, shown with whom it will talk."""
    x, house = call.x, call.x.house
    if is_outside(call, number):
        party = x.open(call, house.trunk, num="", name="", context=TRUNK_CONTEXT, party=number)
    else:
        name = x.phones[number].plan.name
        party = x.open(call, number, num=number, name=name, context=INTERNAL)
    party.change(exten=caller.exten)
    call.say.new_exten(party, "AppDial", "(Outgoing Line)", priority=1)
    if is_outside(call, number):
        call.say.caller_id(party, number, caller.connected_name if caller.state == UP else "")
    call.say.connected_line(party, caller.caller_num, caller.caller_name)
    return party


def ring_one(call: Call, caller: Channel, number: str, ring_s: float, *, transfer: Transfer | None = None) -> Waiting:
    """Rings one party for at most `ring_s` seconds; the caller may give up meanwhile."""
    phone = call.x.phones.get(number)
    call.enters(caller, "Dial", dial_data(call, number, ring_s), priority=caller.priority)
    if phone is not None and not phone.registered:
        call.cdrs.append(call.x.cdr(caller, did=call.did, userfield=call.userfield))
        return Rung("CHANUNAVAIL")
    party = open_party(call, caller, number)
    record = call.x.cdr(caller, other=party, did=call.did, userfield=call.userfield)
    if caller.up_at is not None:
        record.answer = max(record.start, caller.up_at)
    call.cdrs.append(record)
    call.ring_leg(party)
    shown = f"{number}@{call.x.house.trunk}" if is_outside(call, number) else number
    call.say.dial("DialBegin", caller, party, ("DialString", shown))
    if not caller.connected_num:
        call.say.connected_line(caller, party.caller_num, party.caller_name)
    call.x.set_state(party, RINGING)
    call.say.dial("DialState", caller, party, ("DialStatus", "RINGING"))
    call.people.ringing([party], transfer=transfer)
    return (yield from _await_answer(call, caller, party, record, call.now + ring_s))


def _await_answer(call: Call, caller: Channel, party: Channel, record: Cdr, until: float) -> Waiting:
    while True:
        happened = yield until
        match happened:
            case None:
                call.say.dial("DialEnd", caller, party, ("DialStatus", "NOANSWER"))
                _close_unanswered(call, party, record, "no_answer", "NO ANSWER", 0)
                return Rung("NOANSWER")
            case Answer(channel=channel) if channel is party:
                record.answered(call.now, caller.up_at)
                call.answer_leg(party)
                call.x.set_state(party, UP)
                party.change(exten="")
                call.say.dial("DialEnd", caller, party, ("DialStatus", "ANSWER"))
                party.change(exten=caller.exten)
                return Rung("ANSWER", party)
            case Reject(channel=channel) if channel is party:
                party.change(tech_cause="486")
                call.say.hangup_request(party, 17)
                call.say.dial("DialEnd", caller, party, ("DialStatus", "BUSY"))
                _close_unanswered(call, party, record, "busy", "BUSY", 17)
                call.hung_up_by(party)
                return Rung("BUSY")
            case HangUp(channel=channel) if channel is party:
                call.say.dial("DialEnd", caller, party, ("DialStatus", "NOANSWER"))
                _close_unanswered(call, party, record, "no_answer", "NO ANSWER", 16)
                return Rung("NOANSWER")
            case HangUp(channel=channel) if channel is caller:
                cause = call.cause_of(caller)
                if not happened.by_program:
                    call.say.hangup_request(caller, cause)
                call.say.dial("DialEnd", caller, party, ("DialStatus", "CANCEL"))
                _close_unanswered(call, party, record, "cancelled", "NO ANSWER", cause or 16)
                call.hung_up_by(caller)
                return Rung("GONE")
            case _:
                continue


def _close_unanswered(call: Call, party: Channel, record: Cdr, result: str, disposition: str, cause: int) -> None:
    record.end, record.disposition = call.now, disposition
    call.end_leg(party, result)
    call.close(party, cause)


def after_failed_dial(call: Call, caller: Channel, rung: Rung) -> None:
    """The dial plan after a Dial that nobody answered: the caller hears busy, or is let go."""
    assert call.truth is not None
    call.truth.status = call.truth.status or ("busy" if rung.status == "BUSY" else "missed")
    if rung.status == "GONE":
        call.close(caller, call.cause_of(caller), source=caller.name, dial_status="CANCEL")
        return
    call.app_over(caller)
    busy = rung.status == "BUSY"
    if not busy:
        call.hung_up_by(None)
    was_up = caller.state == UP
    caller.change(tech_cause="486" if busy else "480", priority=caller.priority + 1)
    call.say.new_exten(caller, "NoOp", rung.status)
    if rung.status == "CHANUNAVAIL":
        call.cdrs[-1].end = call.now
    else:
        _let_go_record(call, caller, busy)
    if busy and not was_up:
        call.say.new_state(caller, BUSY)
        call.say.hangup_request(caller, 17)
    call.say.soft_hangup(caller)
    # The dial plan of the inside just hangs up; that of the lines gives "no answer" as the reason.
    unanswered = 16 if rung.status == "NOANSWER" and caller.context == INTERNAL else 19
    call.close(caller, 17 if busy else unanswered, source="dialplan/builtin", dial_status=rung.status)


def _let_go_record(call: Call, caller: Channel, busy: bool) -> None:
    """Asterisk writes a record of no seconds for what the dial plan did after the Dial."""
    caller.change(app="Busy" if busy else "Hangup", app_data="1" if busy else "19")
    record = call.x.cdr(caller, did=call.did, userfield=call.userfield)
    record.end, record.disposition = call.now, "BUSY" if busy else "NO ANSWER"
    if caller.state == UP:
        record.answered(call.now, call.now)
    call.cdrs.append(record)
