"""Legs: parties are rung, answer, refuse, give up."""

from datetime import datetime

from callwright.telephony.asterisk.channels import ChannelKind, dialled_number, forward_number
from callwright.telephony.asterisk.opening import correct_number, join, open_channel, redirect
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import on_goes_on
from callwright.telephony.asterisk.state import Book, Call, Channel, Leg, result_of_cause
from callwright.telephony.events import (
    CallTransferred,
    Direction,
    LegAnswered,
    LegEnded,
    LegKind,
    LegResult,
    LegRinging,
    Side,
    TransferKind,
)

_RESULTS = {
    "BUSY": LegResult.BUSY,
    "NOANSWER": LegResult.NO_ANSWER,
    "CANCEL": LegResult.CANCELLED,
    "ABORT": LegResult.CANCELLED,
}
# NOANSWER also stands for a phone that refused in a queue, and for a number that the carrier does not know
_VAGUE = ("NOANSWER", "CHANUNAVAIL", "CONGESTION")


def on_dial_begin(book: Book, m: Message) -> None:
    dialler = open_channel(book, m)
    channel = open_channel(book, m, "Dest")
    if channel is None or channel.leg:
        return
    call = _call_of_dial(book, dialler, channel)
    if call is None:
        return
    book.touch(call)
    on_goes_on(book, call)
    tell_blind(book, call)
    call.asked = call.first_to_leave = call.refused = None
    call.voicemail = False
    if not channel.is_real:
        return
    number = dialled_number(m.get("DialString"), channel.party)
    if channel.kind is ChannelKind.TRUNK:
        number = number or m.get("DestCallerIDNum") or channel.party
    settle(book, call, channel, number)
    _note_forward(book, call, dialler, channel, number)
    ring(book, call, channel, number if channel.kind is ChannelKind.TRUNK and number else channel.party, dialler)


def _call_of_dial(book: Book, dialler: Channel | None, channel: Channel) -> Call | None:
    """The dialling channel's call: Linkedid may already name another one that was merged inside the PBX."""
    call = None if dialler is None else book.state.calls.get(dialler.call)
    if call is None:
        return book.state.calls.get(channel.call)
    if channel.call != call.key:
        old = book.state.calls.get(channel.call)
        if old is not None:
            old.channels.discard(channel.uid)
        join(call, channel)
    return call


def settle(book: Book, call: Call, channel: Channel, number: str | None) -> None:
    """What the first dial shows of a call that an extension or a command began."""
    to_trunk = channel.kind is ChannelKind.TRUNK
    if call.direction is not Direction.INBOUND and to_trunk and not call.answered and not call.given:
        call.clients.add(channel.uid)
    if call.settled or channel.uid == call.root:
        return
    call.settled = True
    if call.originated:
        if to_trunk and number and call.guessed:
            correct_number(book, call, number)
        elif not to_trunk:
            if call.to_number is None:
                correct_number(book, call, channel.party)
            # a click to call to one of our own outside numbers stays outbound; the phone it rings is the client's side
            call.clients.add(call.root if call.direction is Direction.INTERNAL else channel.uid)
        call.guessed = False
        return
    redirect(book, call, Direction.OUTBOUND if to_trunk else Direction.INTERNAL)
    if to_trunk and number and (call.to_number is None or not call.to_number.lstrip("+").isdigit()):
        correct_number(book, call, number)


def _note_forward(book: Book, call: Call, dialler: Channel | None, channel: Channel, number: str | None) -> None:
    """A caller from outside sent outside again by the dialplan: forwarded, unless it is part of a transfer."""
    if call.direction is not Direction.INBOUND or channel.kind is not ChannelKind.TRUNK or number is None:
        return
    if dialler is None or dialler.uid != call.root or call.queue or call.given or call.legs:
        return
    transfer(book, call, TransferKind.FORWARD, number)


def transfer(book: Book, call: Call, kind: TransferKind, to: str, by_leg: str = "") -> None:
    """The call is given on: whoever asks to hang up now ends only his own part."""
    call.given = True
    call.asked = call.first_to_leave = call.refused = None
    book.out.append(CallTransferred(pbx=book.pbx, at=book.now, call=call.key, kind=kind, to=to, by_leg=by_leg))


def tell_blind(book: Book, call: Call) -> None:
    """CallTransferred for a blind transfer that turned out to be no parking."""
    if call.blind is not None:
        to, by_leg, at = call.blind
        call.blind = None
        book.out.append(
            CallTransferred(pbx=book.pbx, at=at, call=call.key, kind=TransferKind.BLIND, to=to, by_leg=by_leg)
        )


def ring(
    book: Book, call: Call, channel: Channel, party: str, dialler: Channel | None = None, *, leg_id: str = ""
) -> Leg:
    kind = LegKind.NUMBER if channel.kind is ChannelKind.TRUNK else LegKind.EXTENSION
    leg = Leg(
        id=leg_id or channel.uid,
        party=party,
        kind=kind,
        channel=channel.uid,
        dialler="" if dialler is None else dialler.uid,
        queue=call.queue,
    )
    channel.leg = leg.id
    call.legs[leg.id] = leg
    book.out.append(
        LegRinging(pbx=book.pbx, at=book.now, call=call.key, leg=leg.id, party=party, kind=kind, queue=leg.queue)
    )
    return leg


def end_dial(book: Book, m: Message) -> None:
    uid = m.get("DestUniqueid")
    channel = book.channel(uid)
    if channel is None:
        return
    call = book.state.calls.get(channel.call)
    if call is None:
        return
    book.touch(call)
    status = m.get("DialStatus")
    if status == "ANSWER" and call.queue and m.get("Uniqueid") == call.root:
        call.queue_answered = True
    leg = call.legs.get(channel.leg)
    if leg is None or leg.answered:
        return
    if status == "ANSWER":
        leg.cancelled_at = None
        answer(book, call, leg)
    elif forward := m.get("Forward"):
        end_leg(book, call, leg, LegResult.FORWARDED)
        transfer(book, call, TransferKind.FORWARD, forward_number(forward), leg.id)
    else:
        _not_answered(book, call, leg, status)


def _not_answered(book: Book, call: Call, leg: Leg, status: str) -> None:
    result = _RESULTS.get(status, LegResult.FAILED)
    if status in _VAGUE and leg.refusal:
        result = result_of_cause(leg.refusal)
    if result is LegResult.CANCELLED:
        if call.asked is None and not _sibling_answered(call, leg):
            # which came first, the other phone's answer or the word of it, is not certain
            leg.cancelled_at = leg.cancelled_at or book.now
        else:
            _cancel(book, call, leg)
        return
    end_leg(book, call, leg, result)
    side = Side.CALLER if leg.channel in call.clients else Side.AGENT
    call.refused = side if result is LegResult.BUSY else None


def _cancel(book: Book, call: Call, leg: Leg) -> None:
    elsewhere = _sibling_answered(call, leg)
    end_leg(book, call, leg, LegResult.ANSWERED_ELSEWHERE if elsewhere else LegResult.CANCELLED)


def close_leg(book: Book, call: Call, leg: Leg, cause: int | None, result: LegResult | None = None) -> None:
    """The leg's channel is gone."""
    if leg.answered:
        channel = book.channel(leg.channel)
        end_leg(book, call, leg, LegResult.ANSWERED, cause, at=channel.asked_at if channel else None)
        return
    found = result or result_of_cause(cause)
    if found is LegResult.CANCELLED and _sibling_answered(call, leg):
        found = LegResult.ANSWERED_ELSEWHERE
    if leg.cancelled_at is not None and found is not LegResult.ANSWERED_ELSEWHERE:
        found = LegResult.CANCELLED
        # the PBX cancels a dial only for the one who dialled: time running out is NOANSWER
        dialler = book.channel(leg.dialler)
        if call.asked is None and dialler is not None and dialler.uid == call.root:
            call.asked = book.side_of(call, dialler)
    end_leg(book, call, leg, found, cause)


def _sibling_answered(call: Call, leg: Leg) -> bool:
    return any(other.answered and other.dialler == leg.dialler for other in call.legs.values())


def answer(book: Book, call: Call, leg: Leg) -> None:
    leg.answered = True
    if not (call.originated and leg.channel == call.root):
        call.answered = True
    book.out.append(LegAnswered(pbx=book.pbx, at=book.now, call=call.key, leg=leg.id))
    for other in list(call.legs.values()):
        if other.cancelled_at is not None and other.dialler == leg.dialler:
            _cancel(book, call, other)


def end_leg(
    book: Book, call: Call, leg: Leg, result: LegResult, cause: int | None = None, at: datetime | None = None
) -> None:
    call.legs.pop(leg.id, None)
    at = at or leg.cancelled_at or book.now
    book.out.append(LegEnded(pbx=book.pbx, at=at, call=call.key, leg=leg.id, result=result, cause=cause))
