"""Channels appear: calls begin, and what kind of call it is becomes known."""

from callwright.telephony.asterisk.channels import (
    ChannelKind,
    ChannelName,
    clean_exten,
    clean_name,
    clean_number,
    is_foreign_uniqueid,
    is_prohibited,
    kind_of,
    read_name,
)
from callwright.telephony.asterisk.listening import begin_listener, note_listener
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.state import Book, Call, Channel
from callwright.telephony.events import CallCorrected, CallStarted, Direction

DOWN = "0"


def on_newchannel(book: Book, m: Message) -> None:
    open_channel(book, m)


def open_channel(book: Book, m: Message, prefix: str = "") -> Channel | None:
    """The channel that a message speaks of, made known if it was not: its beginning may have been missed."""
    uid = m.get(f"{prefix}Uniqueid")
    if not uid or (known := book.channel(uid)) is not None:
        return known if uid else None
    name, linked = m.get(f"{prefix}Channel"), m.get(f"{prefix}Linkedid", uid)
    if note_listener(book, uid, linked, name) or book.is_gone(uid):
        return None
    parts = read_name(name)
    kind = kind_of(parts, book.config)
    if kind is ChannelKind.VIRTUAL or parts.zombie:
        return None
    channel = Channel(uid=uid, name=name, kind=kind, party=parts.endpoint)
    book.state.channels[uid] = channel
    if kind is ChannelKind.LOCAL:
        book.state.halves[name] = uid
    call = book.call(linked)
    if call is None and uid == linked:
        call = Call(key=uid, root=uid, started=book.now)
        book.state.calls[uid] = call
    if call is not None:
        join(call, channel)
        if not call.announced and channel.is_real:
            announce(book, call, channel, m, prefix, parts)
        book.touch(call)
    return channel


def join(call: Call, channel: Channel) -> None:
    channel.call = call.key
    call.channels.add(channel.uid)


def announce(book: Book, call: Call, channel: Channel, m: Message, prefix: str, parts: ChannelName) -> None:
    """CallStarted, as far as the first real channel of the call can tell."""
    call.announced = True
    call.originated = m.get(f"{prefix}ChannelState") == DOWN
    number = clean_number(m.get(f"{prefix}CallerIDNum"))
    exten = clean_exten(m.get(f"{prefix}Exten"))
    if call.originated:
        call.root = call.root or channel.uid
        _announce_originated(book, call, channel)
        return
    call.root = channel.uid
    call.to_number = exten
    if channel.kind is ChannelKind.EXTENSION and exten is not None:
        call.to_number = book.config.outside_number(exten)
    if channel.kind is ChannelKind.TRUNK:
        call.settled = True
        call.clients.add(channel.uid)
        from_number, trunk, extension = number, parts.endpoint, None
    else:
        outside = exten is not None and exten.lstrip("+").isdigit() and not book.config.is_extension(exten)
        call.direction = Direction.OUTBOUND if outside else Direction.INTERNAL
        if not outside:
            call.clients.add(channel.uid)
        from_number, trunk, extension = channel.party, "", channel.party
    book.out.append(
        CallStarted(
            pbx=book.pbx,
            at=book.now,
            call=call.key,
            direction=call.direction,
            from_number=from_number,
            from_name=clean_name(m.get(f"{prefix}CallerIDName"), number),
            to_number=call.to_number,
            dialled_number=exten,
            extension=extension,
            trunk=trunk,
        )
    )


def _announce_originated(book: Book, call: Call, channel: Channel) -> None:
    """The PBX dials out by itself: the phone is rung first, then the number, which is not known yet."""
    call.direction = Direction.OUTBOUND
    call.guessed = True
    is_phone = channel.kind is ChannelKind.EXTENSION
    book.out.append(
        CallStarted(
            pbx=book.pbx,
            at=book.now,
            call=call.key,
            direction=Direction.OUTBOUND,
            from_number=channel.party if is_phone else None,
            extension=channel.party if is_phone else None,
            trunk="" if is_phone else channel.party,
            command=call.key if is_foreign_uniqueid(call.key) else "",
        )
    )


def on_new_caller_id(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    if call is None or call.root != m.get("Uniqueid"):
        return
    channel = book.state.channels[call.root]
    if call.originated and call.to_number is None:
        number = clean_number(m.get("CallerIDNum"))
        if number is not None and number != channel.party:
            correct_number(book, call, number)
    elif call.direction is Direction.INBOUND and not call.legs and is_prohibited(m.get("CID-CallingPres")):
        book.out.append(CallCorrected(pbx=book.pbx, at=book.now, call=call.key, withheld=True))


def correct_number(book: Book, call: Call, number: str) -> None:
    """The real other number of an outbound call; a click to call to a colleague is an internal call."""
    if number == call.to_number:
        return
    call.to_number = number
    direction = None
    if call.originated and not call.answered:
        wanted = Direction.INTERNAL if book.config.is_extension(number) else Direction.OUTBOUND
        direction = wanted if wanted is not call.direction else None
        call.direction = wanted
    book.out.append(
        CallCorrected(
            pbx=book.pbx,
            at=book.now,
            call=call.key,
            direction=direction,
            to_number=number,
            dialled_number=number if call.originated else None,
        )
    )


def redirect(book: Book, call: Call, direction: Direction) -> None:
    """The first dial shows that the call goes another way than its number looked like."""
    if direction is call.direction:
        return
    call.direction = direction
    if direction is Direction.INTERNAL:
        call.clients.add(call.root)
    else:
        call.clients.discard(call.root)
    book.out.append(CallCorrected(pbx=book.pbx, at=book.now, call=call.key, direction=direction))


def on_originate_response(book: Book, m: Message) -> None:
    if m.get("Response") == "Success":
        begin_listener(book, m.get("Uniqueid"))
    number = clean_exten(m.get("Exten"))
    if number is None:
        return
    call = book.call_of(m.get("Uniqueid")) or _originated_from(book, m.get("Channel"))
    if call is not None and call.originated and call.guessed:
        call.guessed = False
        correct_number(book, call, number)


def _originated_from(book: Book, device: str) -> Call | None:
    # a refusal names the device ("PJSIP/101") and no channel; the channel hangs up after it
    for call in reversed(book.state.calls.values()):
        root = book.channel(call.root)
        if call.originated and root is not None and not call.answered and root.name.startswith(f"{device}-"):
            return call
    return None
