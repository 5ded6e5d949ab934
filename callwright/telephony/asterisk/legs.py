"""Legs: parties are rung, answer, refuse, give up."""

from callwright.telephony.asterisk.channels import ChannelKind, dialled_number, dialling_prefix_removed, forward_number
from callwright.telephony.asterisk.opening import correct_number, join, open_channel, redirect, rename
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import on_goes_on
from callwright.telephony.asterisk.state import Book, Call, Channel, Leg
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
    call.asked = call.refused = None
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
    if to_trunk and number and (call.to_number is None or _replaces(call.to_number, number)):
        correct_number(book, call, number)


def _replaces(dialled: str, sent: str) -> bool:
    return dialling_prefix_removed(dialled, sent) or not dialled.lstrip("+").isdigit()


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
    call.asked = call.refused = None
    book.out.append(CallTransferred(pbx=book.pbx, at=book.now, call=call.key, kind=kind, to=to, by_leg=by_leg))


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


def on_dial_end(book: Book, m: Message) -> None:
    uid = m.get("DestUniqueid")
    channel = book.channel(uid)
    if channel is None:
        return
    call = book.state.calls.get(channel.call)
    if call is None:
        return
    book.touch(call)
    status = m.get("DialStatus")
    if status == "ANSWER" and rename(book, channel, m.get("DestChannel")):
        replace_party(book, call, channel)
    if status == "ANSWER" and call.queue and m.get("Uniqueid") == call.root:
        call.queue_answered = True
    leg = call.legs.get(channel.leg)
    if leg is None or leg.answered:
        return
    if status == "ANSWER":
        answer(book, call, leg)
    elif forward := m.get("Forward"):
        end_leg(book, call, leg, LegResult.FORWARDED)
        transfer(book, call, TransferKind.FORWARD, forward_number(forward), leg.id)
    else:
        _not_answered(book, call, leg, status)


def _not_answered(book: Book, call: Call, leg: Leg, status: str) -> None:
    result = _RESULTS.get(status, LegResult.FAILED)
    side = Side.CALLER if leg.channel in call.clients else Side.AGENT
    if result is LegResult.CANCELLED and _sibling_answered(call, leg):
        result = LegResult.ANSWERED_ELSEWHERE
    elif result is LegResult.CANCELLED and call.asked is None:
        # the PBX cancels a dial only for the one who dialled: time running out is NOANSWER
        dialler = book.channel(leg.dialler)
        if dialler is not None and dialler.uid == call.root:
            call.asked = book.side_of(call, dialler)
    end_leg(book, call, leg, result)
    call.refused = side if result is LegResult.BUSY else None


def _sibling_answered(call: Call, leg: Leg) -> bool:
    return any(other.answered and other.dialler == leg.dialler for other in call.legs.values())


def answer(book: Book, call: Call, leg: Leg) -> None:
    leg.answered = True
    if not (call.originated and leg.channel == call.root):
        call.answered = True
    book.out.append(LegAnswered(pbx=book.pbx, at=book.now, call=call.key, leg=leg.id))


def end_leg(book: Book, call: Call, leg: Leg, result: LegResult, cause: int | None = None) -> None:
    call.legs.pop(leg.id, None)
    book.out.append(LegEnded(pbx=book.pbx, at=book.now, call=call.key, leg=leg.id, result=result, cause=cause))


def replace_party(book: Book, call: Call, channel: Channel) -> Leg | None:
    """Another phone took over the channel of a ringing one: its leg ends, the other phone gets a leg of its own."""
    old = call.legs.get(channel.leg)
    if old is None or old.answered or old.party == channel.party:
        return None
    end_leg(book, call, old, LegResult.ANSWERED_ELSEWHERE)
    dialler = book.channel(old.dialler)
    leg = ring(book, call, channel, channel.party, dialler, leg_id=f"{channel.uid}~{channel.party}")
    transfer(book, call, TransferKind.PICKUP, channel.party, old.id)
    return leg
