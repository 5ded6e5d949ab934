"""Bridges: who is connected with whom, and so when the client is talking with one of ours."""

from datetime import timedelta

from callwright.telephony.asterisk.channels import ChannelKind
from callwright.telephony.asterisk.legs import answer
from callwright.telephony.asterisk.opening import open_channel
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.state import Book, Call, Channel
from callwright.telephony.events import Direction, LegHeld, LegResumed, TalkEnded, TalkStarted

# waiting callers share such a bridge without hearing each other (parking, bridged queues)
_HOLDING = "holding_bridge"
# taking loops out of the way moves channels from bridge to bridge within milliseconds; nobody hears that
_MOMENT = timedelta(milliseconds=250)


def on_bridge_enter(book: Book, m: Message) -> None:
    channel = open_channel(book, m)
    if channel is None or m.get("BridgeTechnology") == _HOLDING:
        return
    call = book.state.calls.get(channel.call)
    if call is not None:
        book.touch(call)
        leg = call.legs.get(channel.leg)
        if leg is not None and not leg.answered:
            answer(book, call, leg)
    enter(book, channel, m.get("BridgeUniqueid"))


def enter(book: Book, channel: Channel, bridge: str) -> None:
    if channel.bridge == bridge:
        return
    if channel.bridge:
        leave(book, channel)
    channel.bridge = bridge
    book.state.bridges.setdefault(bridge, set()).add(channel.uid)
    if channel.held and _is_back(book, channel):
        resume(book, channel)
    for call in _concerned(book, channel.uid):
        update_talk(book, call)


def on_bridge_leave(book: Book, m: Message) -> None:
    channel = book.channel(m.get("Uniqueid"))
    if channel is None or channel.bridge != m.get("BridgeUniqueid"):
        return
    call = book.state.calls.get(channel.call)
    if call is not None:
        book.touch(call)
        leaves_by_itself = channel.is_real and not channel.transferred and call.blind is None
        if call.talking and call.first_to_leave is None and leaves_by_itself:
            call.first_to_leave = book.side_of(call, channel)
    leave(book, channel)


def leave(book: Book, channel: Channel) -> None:
    """Takes a channel out of its bridge; whoever is left behind may have nobody to talk to."""
    bridge, channel.bridge = channel.bridge, ""
    members = book.state.bridges.get(bridge, set())
    members.discard(channel.uid)
    if not members:
        book.state.bridges.pop(bridge, None)
    concerned = {call.key: call for uid in list(members)[:1] for call in _concerned(book, uid)}
    own = book.state.calls.get(channel.call)
    if own is not None:
        concerned[own.key] = own
    for call in concerned.values():
        update_talk(book, call)


def connected(book: Book, uid: str) -> list[Channel]:
    """All channels that hear each other with this one, through bridges and loops."""
    state = book.state
    seen: dict[str, Channel] = {}
    waiting = [uid]
    while waiting:
        one = waiting.pop()
        channel = state.channels.get(one)
        if channel is None or one in seen:
            continue
        seen[one] = channel
        if channel.bridge:
            waiting.extend(state.bridges.get(channel.bridge, ()))
        if channel.kind is ChannelKind.LOCAL:
            other = channel.name[:-1] + ("2" if channel.name.endswith("1") else "1")
            if other in state.halves:
                waiting.append(state.halves[other])
    return list(seen.values())


def _concerned(book: Book, uid: str) -> list[Call]:
    keys = dict.fromkeys(channel.call for channel in connected(book, uid))
    return [book.state.calls[key] for key in keys if key in book.state.calls]


def update_talk(book: Book, call: Call) -> None:
    """TalkStarted or TalkEnded if the client's side has come together with another party, or was left alone."""
    anchors = [uid for uid in call.clients if uid in book.state.channels]
    if not anchors and call.direction is Direction.INTERNAL:
        anchors = [uid for uid in call.channels if book.state.channels[uid].is_real]
    talking = any(_has_company(book, uid) for uid in anchors)
    if talking is call.talking:
        return
    call.talking = talking
    if not talking:
        call.apart_since = book.now
        book.state.apart.add(call.key)
        if call.asked is not None:
            tell_apart(book, call)
        return
    call.asked = call.first_to_leave = None
    if call.apart_since is not None and book.now - call.apart_since <= _MOMENT:
        call.apart_since = None
        book.state.apart.discard(call.key)
        return
    tell_apart(book, call)
    book.out.append(TalkStarted(pbx=book.pbx, at=book.now, call=call.key))


def tell_apart(book: Book, call: Call) -> None:
    """TalkEnded, if the two did not come together again within a moment."""
    if call.apart_since is not None:
        book.out.append(TalkEnded(pbx=book.pbx, at=call.apart_since, call=call.key))
        call.apart_since = None
        book.state.apart.discard(call.key)


def tell_all_apart(book: Book) -> None:
    for key in list(book.state.apart):
        call = book.state.calls.get(key)
        if call is None:
            book.state.apart.discard(key)
        elif call.apart_since is not None and not timedelta() <= book.now - call.apart_since <= _MOMENT:
            tell_apart(book, call)


def _has_company(book: Book, uid: str) -> bool:
    channel = book.state.channels[uid]
    return bool(channel.bridge) and sum(other.is_real for other in connected(book, uid)) >= 2


def on_hold(book: Book, m: Message) -> None:
    channel = book.channel(m.get("Uniqueid")) or _named(book, m.get("Channel"))
    call = None if channel is None else book.state.calls.get(channel.call)
    if channel is None or call is None or channel.held:
        return
    channel.held, channel.held_in = True, channel.bridge
    book.touch(call)
    book.out.append(LegHeld(pbx=book.pbx, at=book.now, call=call.key, leg=channel.leg or channel.uid))


def _named(book: Book, name: str) -> Channel | None:
    # a hold that the link did itself: it knows the channel by name
    return next((channel for channel in book.state.channels.values() if channel.name == name), None)


def _is_back(book: Book, channel: Channel) -> bool:
    """Not when an agent who has put the client on hold meets the third party: the client hears music all the while."""
    if channel.held_in in ("", channel.bridge):
        return True
    call = book.state.calls.get(channel.call)
    return call is not None and any(one.uid in call.clients for one in connected(book, channel.uid))


def on_unhold(book: Book, m: Message) -> None:
    channel = book.channel(m.get("Uniqueid"))
    if channel is not None:
        resume(book, channel)


def resume(book: Book, channel: Channel) -> None:
    # phones send an Unhold without a Hold before it when they transfer
    call = book.state.calls.get(channel.call)
    if channel.held and call is not None:
        channel.held = False
        book.out.append(LegResumed(pbx=book.pbx, at=book.now, call=call.key, leg=channel.leg or channel.uid))
