"""Who asked to hang up, channels that end, and the end of a call."""

from callwright.telephony.asterisk.bridging import connected, leave, resume, tell_apart
from callwright.telephony.asterisk.channels import ChannelKind
from callwright.telephony.asterisk.legs import close_leg, end_leg, tell_blind
from callwright.telephony.asterisk.listening import end_listener
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import leave_at_end, on_caller_gone
from callwright.telephony.asterisk.recording import end_with_channel
from callwright.telephony.asterisk.state import Book, Call, Channel
from callwright.telephony.events import CallEnded, Direction, LegResult, Side

# A caller never asks with these: it is the PBX's own refusal that the carrier confirms
_REFUSALS = frozenset(("1", "3", "17", "18", "19", "20", "21", "27", "34", "38", "42"))
_CALLER_GAVE_UP = 127  # what PJSIP makes of a CANCEL
_NORMAL = (0, 16, 31)


def on_hangup_request(book: Book, m: Message) -> None:
    """The device at the far end of a channel asked."""
    book.state.asks_seen = True
    found = _party(book, m)
    if found is None:
        return
    call, channel = found
    leg = call.legs.get(channel.leg)
    cause = m.get("Cause")
    if leg is not None and not leg.answered:
        # refused while ringing: the call may go on
        leg.refusal = m.whole("Cause") or 0
        return
    channel.asked_at = channel.asked_at or book.now
    if channel.transferred:
        return
    if channel.uid != call.root and not any(other.uid in call.clients for other in connected(book, channel.uid)):
        return  # alone, or in a consultation: the client's call goes on
    if not call.answered and cause in _REFUSALS:
        return
    _ask(book, call, book.side_of(call, channel))


def on_soft_hangup_request(book: Book, m: Message) -> None:
    """A command, or the end of the dialplan, asked: a command while the channel talks or rings somebody."""
    found = _party(book, m)
    if found is None:
        return
    call, channel = found
    leg = call.legs.get(channel.leg)
    ringing = leg is not None and not leg.answered
    ringing = ringing or any(not other.answered and other.dialler == channel.uid for other in call.legs.values())
    if channel.bridge or ringing:
        _ask(book, call, Side.SYSTEM if channel.uid in call.clients else Side.AGENT)


def _party(book: Book, m: Message) -> tuple[Call, Channel] | None:
    channel = book.channel(m.get("Uniqueid"))
    call = None if channel is None else book.state.calls.get(channel.call)
    return None if channel is None or call is None or not channel.is_real else (call, channel)


def _ask(book: Book, call: Call, side: Side) -> None:
    book.touch(call)
    if call.asked is None:
        call.asked = side
    if side is Side.CALLER:
        on_caller_gone(book, call)


def on_agent_complete(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    side = {"caller": Side.CALLER, "agent": Side.AGENT}.get(m.get("Reason"))
    if call is not None and call.asked is None and side is not None:
        call.asked = side


def on_hangup(book: Book, m: Message) -> None:
    channel = book.channel(m.get("Uniqueid"))
    if channel is None:
        end_listener(book, m.get("Uniqueid"))
        return
    cause = m.whole("Cause")
    call = book.state.calls.get(channel.call)
    if call is not None:
        _note_cause(call, channel, cause, m)
    close(book, channel, cause)
    if call is not None and not call.channels:
        finish(book, call)


def _note_cause(call: Call, channel: Channel, cause: int | None, m: Message) -> None:
    if channel.uid != call.root:
        if channel.is_real:
            call.last_leg_cause = cause
        return
    call.cause, call.cause_text = cause, m.get("Cause-txt")
    if call.asked is None and cause == _CALLER_GAVE_UP and not call.answered:
        call.asked = Side.CALLER if channel.uid in call.clients else Side.AGENT


def close(book: Book, channel: Channel, cause: int | None = None, result: LegResult | None = None) -> None:
    """A channel is gone: out of its bridge, its leg ended, out of its call."""
    state = book.state
    call = state.calls.get(channel.call)
    resume(book, channel)
    if channel.bridge:
        leave(book, channel)
    leg = None if call is None else call.legs.get(channel.leg)
    if call is not None and leg is not None:
        close_leg(book, call, leg, cause, result)
    del state.channels[channel.uid]
    book.forget(channel.uid)
    if channel.kind is ChannelKind.LOCAL:
        state.halves.pop(channel.name, None)
    if call is None:
        return
    tell_blind(book, call)
    call.channels.discard(channel.uid)
    call.clients.discard(channel.uid)
    book.touch(call)
    if channel.uid == call.root and call.direction is Direction.INBOUND and call.channels:
        # who is left may talk on (a consultation), but for the caller the call is over
        conclude(book, call)
    end_with_channel(book, call, channel)


def finish(book: Book, call: Call, *, complete: bool = True, by: Side | None = None) -> None:
    """The last channel of a call is gone."""
    state = book.state
    tell_apart(book, call)
    for leg in list(call.legs.values()):
        end_leg(book, call, leg, LegResult.ANSWERED if leg.answered else LegResult.CANCELLED)
    if call.announced:
        conclude(book, call, complete=complete, by=by)
    state.calls.pop(call.key, None)
    book.forget(call.key)
    for key in call.absorbed:
        state.aliases.pop(key, None)
        book.forget(key)


def conclude(book: Book, call: Call, *, complete: bool = True, by: Side | None = None) -> None:
    """CallEnded, once."""
    if call.concluded:
        return
    call.concluded = True
    tell_apart(book, call)
    leave_at_end(book, call)
    book.out.append(_ended(book, call, complete, by))


def _ended(book: Book, call: Call, complete: bool, by: Side | None) -> CallEnded:
    cause = call.cause
    if not call.answered and cause in (None, *_NORMAL) and call.last_leg_cause not in (None, *_NORMAL):
        cause = call.last_leg_cause
    return CallEnded(
        pbx=book.pbx,
        at=book.now,
        call=call.key,
        hangup_by=by or (_who(book, call) if complete else None),
        cause=cause,
        cause_text=call.cause_text if cause == call.cause else "",
        voicemail=call.voicemail,
        complete=complete,
    )


def _who(book: Book, call: Call) -> Side:
    # with HangupRequest filtered away, the first to leave is the best witness of who hung up
    witness = None if book.state.asks_seen else call.first_to_leave
    return call.asked or witness or call.refused or Side.SYSTEM


def give_up(book: Book, call: Call, *, by: Side | None = None) -> None:
    """Ends a call whose own end was missed; the true time is not known. `by`: who ended it, where that is known."""
    state = book.state
    for uid in list(call.channels):
        channel = state.channels.pop(uid, None)
        if channel is None:
            continue
        state.halves.pop(channel.name, None)
        members = state.bridges.get(channel.bridge)
        if members is not None:
            members.discard(uid)
            if not members:
                del state.bridges[channel.bridge]
        book.forget(uid)
    call.legs.clear()
    call.queue = ""
    finish(book, call, complete=False, by=by)
