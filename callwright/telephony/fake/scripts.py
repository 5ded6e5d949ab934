"""The dial plan: what the house does with a call of each kind."""

from collections.abc import Generator

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RING, UP, Channel
from callwright.telephony.fake.conversation import Pair, converse
from callwright.telephony.fake.dialling import (
    INTERNAL,
    INTERNAL_RING_S,
    OUTSIDE_RING_S,
    TRUNK_CONTEXT,
    after_failed_dial,
    is_outside,
    ring_one,
)
from callwright.telephony.fake.inputs import Input
from callwright.telephony.fake.ledger import TrueCall
from callwright.telephony.fake.originating import Wish, ring_own_phone
from callwright.telephony.fake.plan import Kind
from callwright.telephony.fake.queue_script import wait_in_queue

Script = Generator[float | None, Input | None, None]

WITHHELD_NUM, WITHHELD_NAME = "anonymous", "Anonymous"


def script_for(call: Call) -> Script:
    match call.plan.kind:
        case Kind.INBOUND:
            return inbound(call)
        case Kind.ORIGINATE:
            return originate(call, Wish())
        case Kind.OUTBOUND | Kind.INTERNAL:
            return from_extension(call)


def dial_and_talk(call: Call, caller: Channel, number: str, ring_s: float) -> Script:
    """Rings one party and lets the two talk; the call is over afterwards."""
    rung = yield from ring_one(call, caller, number, ring_s)
    if rung.winner is None:
        after_failed_dial(call, caller, rung)
        return
    if caller.state != UP:
        call.x.set_state(caller, UP)
    yield from converse(call, Pair(caller, rung.winner, call.cdrs[-1]))


def record_call(call: Call, caller: Channel, priority: int) -> None:
    where = f"/var/spool/asterisk/monitor/{caller.uniqueid}.wav"
    call.say.new_exten(caller, "MixMonitor", f"{where},b", priority=priority)
    call.say.variable(caller, "MIXMONITOR_FILENAME", where)
    caller.taped = True
    call.say.call("MixMonitorStart", caller.snapshot())


def inbound(call: Call) -> Script:
    """A caller dials a line of the house."""
    plan, house = call.plan, call.x.house
    line = house.line(plan.dialled)
    num = WITHHELD_NUM if plan.caller.number is None else plan.caller.number
    name = WITHHELD_NAME if plan.caller.number is None else plan.caller.name
    caller = call.first = call.x.open(
        call, house.trunk, num=num, name=name, context=TRUNK_CONTEXT, exten=plan.dialled, state=RING,
        party=plan.caller.number or "",
    )  # fmt: skip
    call.begin(TrueCall(
        call=call.linkedid, direction="inbound", from_number=plan.caller.number, from_name=plan.caller.name,
        to_number=plan.dialled, dialled_number=plan.dialled, started_at=call.now,
    ))  # fmt: skip
    call.did = plan.dialled
    call.say.new_exten(caller, "Set", f"CDR(did)={plan.dialled}", priority=1)
    record_call(call, caller, 2)
    caller.change(priority=3)
    call.people.calling(caller)
    if line is not None and line.queue:
        caller.change(priority=4)
        yield from wait_in_queue(call, caller, call.x.queues[line.queue])
    elif line is not None:
        yield from dial_and_talk(call, caller, line.extension or line.forward, line.ring_s)
    else:
        yield from _no_such_line(call, caller)


def _no_such_line(call: Call, caller: Channel) -> Script:
    assert call.truth is not None
    call.truth.status = "failed"
    call.hung_up_by(None)
    record = call.x.cdr(caller, did=call.did)
    record.end, record.disposition = call.now, "FAILED"
    call.cdrs.append(record)
    call.close(caller, 1, source="dialplan/builtin")
    return
    yield


def from_extension(call: Call) -> Script:
    """An extension dials: an outside number with the company's number shown, or a colleague."""
    plan, x = call.plan, call.x
    name = x.phones[plan.extension].plan.name
    caller = call.first = x.open(
        call, plan.extension, num=plan.extension, name=name, context=INTERNAL, exten=plan.dialled, state=RING
    )
    outside = is_outside(call, plan.dialled)
    call.begin(TrueCall(
        call=call.linkedid, direction="outbound" if outside else "internal", from_number=plan.extension,
        from_name=name, to_number=plan.dialled, dialled_number=plan.dialled, started_at=call.now,
        extension=plan.extension,
    ))  # fmt: skip
    call.people.calling(caller)
    yield from dial_out(call, caller, plan.dialled)


def dial_out(call: Call, caller: Channel, number: str) -> Script:
    if is_outside(call, number):
        company = call.x.house.company_number
        call.say.new_exten(caller, "Set", f"CALLERID(num)={company}", priority=1)
        call.say.caller_id(caller, company, caller.caller_name)
        record_call(call, caller, 2)
        caller.change(priority=3)
        yield from dial_and_talk(call, caller, number, OUTSIDE_RING_S)
    else:
        yield from dial_and_talk(call, caller, number, INTERNAL_RING_S)


def originate(call: Call, wish: Wish) -> Script:
    """Click to call: the PBX rings the extension, and dials on when it is picked up."""
    own = yield from ring_own_phone(call, wish)
    if own is not None:
        call.people.calling(own)
        yield from dial_out(call, own, call.plan.dialled)
