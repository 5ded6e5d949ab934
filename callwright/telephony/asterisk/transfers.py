"""Calls handed on: transfers, pickup, parking; and two PBX calls that turn out to be one."""

from callwright.telephony.asterisk.bridging import connected, tell_apart, update_talk
from callwright.telephony.asterisk.legs import answer, end_dial, end_leg, ring, tell_blind, transfer
from callwright.telephony.asterisk.opening import join
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.state import Book, Call, Channel, Leg
from callwright.telephony.events import (
    CallMerged,
    Direction,
    LegKind,
    LegResult,
    LegRinging,
    TalkEnded,
    TransferKind,
)


def on_blind_transfer(book: Book, m: Message) -> None:
    transferer = book.channel(m.get("TransfererUniqueid"))
    call = book.call_of(m.get("TransfererUniqueid")) or book.call(m.get("TransfererLinkedid"))
    if call is None or m.get("Result") != "Success":
        return
    book.touch(call)
    if transferer is not None:
        transferer.transferred = True
    by_leg = transferer.leg if transferer else ""
    if call.parked or (call.blind is not None and call.blind[:2] == (m.get("Extension"), by_leg)):
        return
    tell_blind(book, call)
    call.given = True
    call.asked = call.first_to_leave = call.refused = None
    call.blind = (m.get("Extension"), by_leg, book.now)


def on_attended_transfer(book: Book, m: Message) -> None:
    """The transferer joins his two calls: the consultation becomes part of the call that the client is in."""
    first = book.call_of(m.get("OrigTransfererUniqueid")) or book.call(m.get("OrigTransfererLinkedid"))
    second = book.call_of(m.get("SecondTransfererUniqueid")) or book.call(m.get("SecondTransfererLinkedid"))
    if m.get("Result") != "Success" or (first is None and second is None):
        return
    into, other = _main_and_consultation(first or second, second or first)
    if into is None or other is None:
        return
    by = _leg_among(book, into, m.get("OrigTransfererUniqueid"), m.get("SecondTransfererUniqueid"))
    to = _target(book, m, into, other, by)
    book.touch(into)
    for uid in (m.get("OrigTransfererUniqueid"), m.get("SecondTransfererUniqueid")):
        transferer = book.channel(uid)
        if transferer is not None:
            transferer.transferred = True
    transfer(book, into, TransferKind.ATTENDED, to, by)
    if other is not into:
        merge(book, other, into)


def _main_and_consultation(first: Call | None, second: Call | None) -> tuple[Call | None, Call | None]:
    if first is None or second is None or first is second:
        return first, second
    inside = [call.direction is Direction.INTERNAL for call in (first, second)]
    if inside[0] != inside[1]:
        return (second, first) if inside[0] else (first, second)
    return (second, first) if second.started < first.started else (first, second)


def _leg_among(book: Book, call: Call, *uids: str) -> str:
    for uid in uids:
        channel = book.channel(uid)
        if channel is not None and channel.leg in call.legs:
            return channel.leg
    return ""


def _target(book: Book, m: Message, into: Call, other: Call, by: str) -> str:
    """Whom the client is given to: named by the message, or behind a loop, or still ringing."""
    transferer = into.legs[by].party if by in into.legs else ""
    named = book.channel(m.get("TransferTargetUniqueid"))
    if named is not None and named.is_real:
        return _party(into, other, named)
    for channel in connected(book, m.get("SecondTransfererUniqueid")):
        if channel.is_real and channel.leg and channel.party != transferer:
            return _party(into, other, channel)
    legs = [leg for call in (into, other) for leg in call.legs.values() if leg.id != by]
    candidates = [leg for leg in legs if leg.party != transferer] or legs
    return candidates[-1].party if candidates else m.get("SecondTransfererExten")


def _party(into: Call, other: Call, channel: Channel) -> str:
    leg: Leg | None = into.legs.get(channel.leg) or other.legs.get(channel.leg)
    return channel.party if leg is None else leg.party


def merge(book: Book, other: Call, into: Call) -> None:
    """`other` ceases: its channels and legs are part of `into` from now on."""
    state = book.state
    tell_apart(book, other)
    if other.talking:
        book.out.append(TalkEnded(pbx=book.pbx, at=book.now, call=other.key))
    for uid in other.channels:
        state.channels[uid].call = into.key
    into.channels |= other.channels
    into.legs.update(other.legs)
    into.answered = into.answered or other.answered
    state.calls.pop(other.key, None)
    state.aliases[other.key] = into.key
    into.absorbed.append(other.key)
    for key in other.absorbed:
        state.aliases[key] = into.key
        into.absorbed.append(key)
    book.out.append(CallMerged(pbx=book.pbx, at=book.now, call=other.key, into=into.key))
    update_talk(book, into)


def on_pickup(book: Book, m: Message) -> None:
    """Somebody took a call that rings elsewhere."""
    target = book.call_of(m.get("TargetUniqueid"))
    picker = book.channel(m.get("Uniqueid"))
    if target is not None and picker is not None:
        leg = target.legs.get(m.get("TargetUniqueid"))
        take_over(book, target, picker, book.channel(leg.dialler if leg else target.root))


def on_dial_end(book: Book, m: Message) -> None:
    """An answer by a channel that was not the one dialled is a pickup whose own event was filtered away."""
    dialler_call = book.call_of(m.get("Uniqueid"))
    channel = book.channel(m.get("DestUniqueid"))
    if dialler_call is None or channel is None or channel.call == dialler_call.key or not channel.is_real:
        end_dial(book, m)
    elif m.get("DialStatus") == "ANSWER":
        take_over(book, dialler_call, channel, book.channel(m.get("Uniqueid")))


def take_over(book: Book, call: Call, picker: Channel, dialler: Channel | None) -> None:
    """The phone that picked up gets a leg, its own short call ceases; the phones that rang end as usual."""
    own = book.state.calls.get(picker.call)
    if own is call:
        return
    book.touch(call)
    transfer(book, call, TransferKind.PICKUP, picker.party)
    if own is not None:
        merge(book, own, call)
    else:
        join(call, picker)
    answer(book, call, ring(book, call, picker, picker.party, dialler))


def on_parked(book: Book, m: Message) -> None:
    uid, space = m.get("ParkeeUniqueid"), m.get("ParkingSpace")
    call = book.call_of(uid)
    if call is None or call.parked:
        return
    book.touch(call)
    call.blind = None
    transfer(book, call, TransferKind.PARK, space)
    leg = Leg(id=f"{uid}~{space}~{int(book.now.timestamp())}", party=space, kind=LegKind.PARKING, channel="")
    call.legs[leg.id] = leg
    call.parked = leg.id
    book.out.append(LegRinging(pbx=book.pbx, at=book.now, call=call.key, leg=leg.id, party=space, kind=LegKind.PARKING))


def _unpark(book: Book, m: Message, result: LegResult) -> Call | None:
    call = book.call_of(m.get("ParkeeUniqueid"))
    if call is None or not call.parked:
        return None
    book.touch(call)
    if call.parked in call.legs:
        end_leg(book, call, call.legs[call.parked], result)
    call.parked = ""
    return call


def on_unparked(book: Book, m: Message) -> None:
    call = _unpark(book, m, LegResult.ANSWERED)
    retriever = book.channel(m.get("RetrieverUniqueid"))
    if call is None or retriever is None or not retriever.is_real:
        return
    own = book.state.calls.get(retriever.call)
    leg = ring(book, call, retriever, retriever.party) if retriever.leg not in call.legs else call.legs[retriever.leg]
    answer(book, call, leg)
    if own is not None and own is not call:
        merge(book, own, call)


def on_park_timeout(book: Book, m: Message) -> None:
    _unpark(book, m, LegResult.NO_ANSWER)


def on_park_given_up(book: Book, m: Message) -> None:
    _unpark(book, m, LegResult.CANCELLED)
