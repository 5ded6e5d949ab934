"""The end of an attended transfer: bridges merged, and the Local pair between the two parties optimised away."""

from dataclasses import dataclass

from callwright.telephony.fake.announce import compact
from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import Bridge, Channel
from callwright.telephony.fake.records import Cdr
from callwright.telephony.fake.wire import lines


@dataclass(slots=True)
class Consultation:
    """`near` and `far` are the two ends of the Local channel between the agent and the new party."""

    agent: Channel
    other: Channel
    waiting: Bridge
    near: Channel
    far: Channel
    bridge: Bridge
    own: Cdr
    since: float
    gone: Channel | None = None


def join(call: Call, c: Consultation, to: str, *, asked: bool) -> None:
    """The agent hung up: his two bridges become one."""
    assert call.truth is not None
    say, agent = call.say, c.agent
    call.hold_ends()
    if asked:
        say.hangup_request(agent, 16)
    say.bridge_leave(agent)
    say.call("BridgeMerge", c.waiting.snapshot("To"), c.bridge.snapshot("From"))
    say.bridge_leave(c.near)
    say.bridge_enter(c.waiting, c.near)
    orig, second = c.waiting.snapshot("Orig"), c.bridge.snapshot("Second")
    where = lines((("IsExternal", "No"), ("DestType", "Bridge"), ("DestBridgeUniqueid", c.waiting.uniqueid)))
    transferers = (agent.snapshot("OrigTransferer"), orig, agent.snapshot("SecondTransferer"), second)
    parties = (c.other.snapshot("Transferee"), c.near.snapshot("TransferTarget"), where)
    say.call("AttendedTransfer", b"Result: Success\r\n", *transferers, *parties)
    say.cel("ATTENDEDTRANSFER", agent, extra=_extra(c))
    say.bridge_destroy(c.bridge)
    call.truth.transferred_to = to
    call.close(agent, 16, source=agent.name)
    c.own.end = call.now
    say.cdr(c.own)


def _extra(c: Consultation) -> str:
    return compact(
        bridge1_id=c.waiting.uniqueid,
        channel2_name=c.agent.name,
        channel2_uniqueid=c.agent.uniqueid,
        bridge2_id=c.bridge.uniqueid,
        transferee_channel_name=c.other.name,
        transferee_channel_uniqueid=c.other.uniqueid,
        transfer_target_channel_name=c.near.name,
        transfer_target_channel_uniqueid=c.near.uniqueid,
    )


def optimise(call: Call, c: Consultation, party: Channel, consult: Cdr) -> Cdr:
    """The Local pair between the two parties is taken out. Asterisk moves one or the other: whichever is first."""
    for channel in (c.near, party):
        call.say.connected_line(channel, c.other.caller_num, c.other.caller_name)
    moves_in = call.x.party_moves_in
    if moves_in is None:
        moves_in = call.x.random.random() < 0.5
    if moves_in:
        _party_moves_in(call, c, party)
    else:
        _other_moves_over(call, c, party)
    consult.end, consult.source, consult.caller_name = call.now, c.other.caller_num, c.other.caller_name
    call.say.cdr(consult)
    return _joined_records(call, c, party, moved=moves_in)


def say_begin(call: Call, c: Consultation, source: Channel, dest: Channel) -> None:
    where = lines((("DestUniqueId", dest.uniqueid), ("Id", "0")))
    pair = (c.near.snapshot("LocalOne"), c.far.snapshot("LocalTwo"))
    call.say.call("LocalOptimizationBegin", *pair, source.snapshot("Source"), where)
    call.say.cel("LOCAL_OPTIMIZE_BEGIN", c.near, extra=compact(local_two=c.far.name, local_two_uniqueid=c.far.uniqueid))


def say_end(call: Call, c: Consultation) -> None:
    pair = (c.near.snapshot("LocalOne"), c.far.snapshot("LocalTwo"))
    call.say.call("LocalOptimizationEnd", *pair, lines((("Success", "No"), ("Id", "0"))))
    call.say.cel("LOCAL_OPTIMIZE", c.near, extra=compact(local_two=c.far.name, local_two_uniqueid=c.far.uniqueid))


def _party_moves_in(call: Call, c: Consultation, party: Channel) -> None:
    """The new party takes the near end's place beside the one who waited."""
    say = call.say
    say_begin(call, c, party, c.far)
    _record_near(call, c)
    say.bridge_leave(party)
    say.bridge_leave(c.near)
    say.bridge_enter(c.waiting, party, swap=c.near.uniqueid)
    say.caller_id(c.far, c.other.caller_num, c.other.caller_name)
    say_end(call, c)
    call.leave(c.far)
    say.hangup_request(c.far, 16)
    call.close(c.near, 16)
    say.soft_hangup(c.far)
    call.close(c.far, 16)


def _other_moves_over(call: Call, c: Consultation, party: Channel) -> None:
    """The one who waited takes the far end's place beside the new party."""
    say, beyond = call.say, c.far.bridge
    assert beyond is not None
    say_begin(call, c, c.other, c.near)
    say.bridge_leave(c.other)
    say.caller_id(c.far, c.other.caller_num, c.other.caller_name)
    say.bridge_leave(c.far)
    say.bridge_enter(beyond, c.other, swap=c.far.uniqueid)
    _record_near(call, c)
    say_end(call, c)
    say.hangup_request(c.near, 16)
    call.close(c.far, 16)
    call.leave(c.near)
    say.soft_hangup(c.near)
    call.close(c.near, 16)


def _record_near(call: Call, c: Consultation) -> None:
    near = call.x.cdr(c.near)
    near.start = near.answer = near.end = call.now
    near.disposition = "ANSWERED"
    call.say.cdr(near)


def _joined_records(call: Call, c: Consultation, party: Channel, *, moved: bool) -> Cdr:
    """More records at the end of the call: with the near end, with the new party, and of that party if it moved."""
    through = call.x.cdr(c.other, other=c.near, did=call.did)
    through.start, through.end = c.since, call.now
    joined = call.x.cdr(c.other, other=party, did=call.did)
    records = [through, joined]
    if moved:
        alone = call.x.cdr(party)
        alone.start = call.now
        records.append(alone)
    for record in records:
        record.answered(record.start, record.start)
    call.cdrs += records
    call.talk_begins()
    call.open_records = records[1:]
    return joined
