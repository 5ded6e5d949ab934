"""The Queue application: callers wait, free members ring in rounds, the first to answer is connected."""

from collections.abc import Generator
from dataclasses import dataclass

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RINGING, UP, Channel, encode
from callwright.telephony.fake.conversation import Pair, converse
from callwright.telephony.fake.dialling import INTERNAL
from callwright.telephony.fake.house import Strategy
from callwright.telephony.fake.inputs import Answer, HangUp, Input, Reject
from callwright.telephony.fake.queueing import LiveQueue, Member, Waiting
from callwright.telephony.fake.records import Cdr
from callwright.telephony.fake.wire import lines

Script = Generator[float | None, Input | None, None]


@dataclass(slots=True)
class Attempt:
    """One member being rung."""

    member: Member
    channel: Channel
    record: Cdr
    since: float


@dataclass(frozen=True, slots=True)
class Connected:
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class CallerGone:
    happened: HangUp


Round = Generator[float | None, Input | None, Connected | CallerGone | None]


def wait_in_queue(call: Call, caller: Channel, queue: LiveQueue) -> Script:
    """The caller waits at most the queue's `wait_s`, then is let go."""
    assert call.truth is not None
    name = queue.plan.name
    call.truth.queue = name
    call.enters(caller, "Queue", f"{name},rtT,,,{int(queue.plan.wait_s)}", priority=4)
    entry = queue.join(caller, call.now)
    where = lines((("Queue", name), ("Position", str(entry.position)), ("Count", str(len(queue.callers)))))
    call.say.agent("QueueCallerJoin", caller, where)
    until = call.now + queue.plan.wait_s
    turn = 0
    while True:
        members = free_members(call, queue, turn)
        turn += 1
        if members:
            result = yield from ring_round(call, caller, queue, members, until)
        else:
            result = yield from _pause(call, caller, min(until, call.now + queue.plan.retry_s))
        if isinstance(result, Connected):
            yield from _talk(call, caller, queue, entry, result.attempt)
            return
        if isinstance(result, CallerGone):
            _abandoned(call, caller, queue, entry, result.happened)
            return
        if call.now >= until - 0.001:
            _timed_out(call, caller, queue, entry)
            return
        if members:
            gone = yield from _pause(call, caller, min(until, call.now + queue.plan.retry_s))
            if isinstance(gone, CallerGone):
                _abandoned(call, caller, queue, entry, gone.happened)
                return


def free_members(call: Call, queue: LiveQueue, turn: int) -> list[Member]:
    """Those who may be rung now: registered, not paused, on no other call; one of them when ringing one by one."""
    phones = call.x.phones
    free = [
        m
        for m in queue.members.values()
        if not m.paused and (p := phones.get(m.extension)) is not None and p.registered and not p.channels
    ]
    if queue.plan.strategy is Strategy.ONE_BY_ONE and free:
        return [free[turn % len(free)]]
    return free


def _pause(call: Call, caller: Channel, until: float) -> Round:
    while True:
        match (yield until):
            case None:
                return None
            case HangUp(channel=channel) as happened if channel is caller:
                return CallerGone(happened)


def ring_round(call: Call, caller: Channel, queue: LiveQueue, members: list[Member], until: float) -> Round:
    """Rings the members together until one answers, the round is over, or the caller is gone."""
    rung = [_ring(call, caller, queue, member) for member in members]
    for attempt in rung:
        call.say.dial("DialState", caller, attempt.channel, ("DialStatus", "RINGING"))
    call.people.ringing([a.channel for a in rung])
    deadline = min(until, call.now + queue.plan.ring_s)
    while rung:
        match (yield deadline):
            case None:
                _nobody(call, caller, queue, rung)
                return None
            case Answer(channel=channel) if (won := _of(rung, channel)) is not None:
                _won(call, caller, won, [a for a in rung if a is not won])
                return Connected(won)
            case Reject(channel=channel) | HangUp(channel=channel) if (lost := _of(rung, channel)) is not None:
                rung.remove(lost)
                _refused(call, caller, queue, lost)
            case HangUp(channel=channel) as happened if channel is caller:
                if not happened.by_program:
                    call.say.hangup_request(caller, call.cause_of(caller))
                _cancel(call, caller, rung, twice=True)
                for attempt in rung:
                    _close(call, attempt, "cancelled", 0)
                return CallerGone(happened)
    return None


def _of(rung: list[Attempt], channel: Channel) -> Attempt | None:
    return next((a for a in rung if a.channel is channel), None)


def _ring(call: Call, caller: Channel, queue: LiveQueue, member: Member) -> Attempt:
    x, number = call.x, member.extension
    party = x.open(call, number, num=number, name=x.phones[number].plan.name, context=INTERNAL)
    party.change(connected_num=caller.caller_num, connected_name=caller.caller_name)
    call.ring_leg(party)
    call.say.agent("AgentCalled", caller, party.snapshot("Dest"), _who(queue, member))
    call.say.dial("DialBegin", caller, party, ("DialString", member.interface))
    party.change(exten=caller.exten)
    call.say.new_exten(party, "AppQueue", "(Outgoing Line)", priority=1)
    call.say.connected_line(party, caller.caller_num, caller.caller_name)
    x.set_state(party, RINGING)
    record = x.cdr(caller, other=party, did=call.did)
    if call.now - caller.created < 1.0:
        record.start = caller.created
    call.cdrs.append(record)
    return Attempt(member, party, record, call.now)


def _who(queue: LiveQueue, member: Member) -> bytes:
    return lines((("Queue", queue.plan.name), ("Interface", member.interface), ("MemberName", member.name)))


def _won(call: Call, caller: Channel, won: Attempt, lost: list[Attempt]) -> None:
    call.answer_leg(won.channel)
    call.x.set_state(won.channel, UP)
    call.say.dial("DialEnd", caller, won.channel, ("DialStatus", "ANSWER"))
    _cancel(call, caller, lost, twice=False)
    call.say.connected_line(caller, won.channel.caller_num, won.channel.caller_name)
    # Asterisk says twice that the others are cancelled: once for the answer, once when it hangs them up.
    _cancel(call, caller, lost, twice=False)
    for attempt in lost:
        _close(call, attempt, "answered_elsewhere", 26)


def _cancel(call: Call, caller: Channel, attempts: list[Attempt], *, twice: bool) -> None:
    for _ in range(2 if twice else 1):
        for attempt in attempts:
            call.say.dial("DialEnd", caller, attempt.channel, ("DialStatus", "CANCEL"))


def _close(call: Call, attempt: Attempt, result: str, cause: int) -> None:
    attempt.record.end = call.now
    call.end_leg(attempt.channel, result)
    call.close(attempt.channel, cause)


def _nobody(call: Call, caller: Channel, queue: LiveQueue, rung: list[Attempt]) -> None:
    for attempt in rung:
        _say_unanswered(call, caller, queue, attempt)
    for attempt in rung:
        call.say.dial("DialEnd", caller, attempt.channel, ("DialStatus", "NOANSWER"))
    _cancel(call, caller, rung, twice=False)
    for attempt in rung:
        _close(call, attempt, "no_answer", 0)


def _refused(call: Call, caller: Channel, queue: LiveQueue, lost: Attempt) -> None:
    """To a queue a member who refuses is one who did not answer; only the cause tells."""
    lost.channel.change(tech_cause="486")
    call.say.hangup_request(lost.channel, 17)
    _say_unanswered(call, caller, queue, lost)
    call.say.dial("DialEnd", caller, lost.channel, ("DialStatus", "NOANSWER"))
    lost.record.disposition = "BUSY"
    _close(call, lost, "busy", 17)


def _say_unanswered(call: Call, caller: Channel, queue: LiveQueue, attempt: Attempt) -> None:
    tail = encode(f"RingTime: {round(call.now - attempt.since) * 1000}\r\n")
    party = attempt.channel.snapshot("Dest")
    call.say.agent("AgentRingNoAnswer", caller, party, _who(queue, attempt.member), tail)


def _leave(call: Call, caller: Channel, queue: LiveQueue, entry: Waiting) -> None:
    position = queue.leave(entry)
    where = (("Queue", queue.plan.name), ("Position", str(position)), ("Count", str(len(queue.callers))))
    call.say.agent("QueueCallerLeave", caller, lines(where))


def _given_up(call: Call, caller: Channel, queue: LiveQueue, entry: Waiting) -> None:
    """Asterisk says QueueCallerAbandon for a caller who hung up, and also for one who waited too long."""
    queue.abandoned += 1
    waited = int(call.now - entry.since)
    position = queue.callers.index(entry) + 1
    fields = (
        ("Queue", queue.plan.name),
        ("Position", str(position)),
        ("OriginalPosition", str(entry.position)),
        ("HoldTime", str(waited)),
    )
    call.say.agent("QueueCallerAbandon", caller, lines(fields))
    _leave(call, caller, queue, entry)


def _abandoned(call: Call, caller: Channel, queue: LiveQueue, entry: Waiting, happened: HangUp) -> None:
    assert call.truth is not None
    call.truth.status = call.truth.queue_result = "abandoned"
    call.hung_up_by(caller)
    if not call.cdrs:
        _lone_record(call, caller)
    _given_up(call, caller, queue, entry)
    call.close(caller, call.cause_of(caller), source=caller.name)


def _timed_out(call: Call, caller: Channel, queue: LiveQueue, entry: Waiting) -> None:
    assert call.truth is not None
    call.truth.status, call.truth.queue_result = "missed", "timeout"
    call.hung_up_by(None)
    _given_up(call, caller, queue, entry)
    call.app_over(caller)
    call.say.new_exten(caller, "Hangup", "", priority=6)
    _lone_record(call, caller)
    call.say.soft_hangup(caller)
    call.close(caller, 16, source="dialplan/builtin")


def _lone_record(call: Call, caller: Channel) -> None:
    record = call.x.cdr(caller, did=call.did)
    record.end = call.now
    call.cdrs.append(record)


def _talk(call: Call, caller: Channel, queue: LiveQueue, entry: Waiting, won: Attempt) -> Script:
    held, rang = int(call.now - entry.since), int(call.now - won.since)
    assert call.truth is not None
    call.truth.queue_result = "connected"
    _leave(call, caller, queue, entry)
    times = lines((("HoldTime", str(held)), ("RingTime", str(rang))))
    who = _who(queue, won.member)
    call.say.agent("AgentConnect", caller, won.channel.snapshot("Dest"), who, times)
    won.member.in_call = True
    call.x.set_state(caller, UP)
    won.record.answered(call.now, None)
    began = call.now

    def complete(reason: str) -> None:
        queue.completed += 1
        won.member.in_call = False
        won.member.calls_taken += 1
        won.member.last_call = int(call.now)
        talked = int(call.now - began)
        ending = (("HoldTime", str(held)), ("TalkTime", str(talked)), ("Reason", reason))
        call.say.agent("AgentComplete", caller, won.channel.snapshot("Dest"), who, lines(ending))

    yield from converse(call, Pair(caller, won.channel, won.record), complete)
