"""Recordings: begun, paused, stopped. Asterisk tells no end where the channel's end is the end."""

from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.state import Book, Call, Channel
from callwright.telephony.events import RecordingPaused, RecordingResumed, RecordingStarted, RecordingStopped


def on_varset(book: Book, m: Message) -> None:
    """Remembers the file; it is named just before MixMonitorStart, which does not name it."""
    channel = book.channel(m.get("Uniqueid"))
    if channel is not None and m.get("Variable") == "MIXMONITOR_FILENAME":
        channel.file = m.get("Value")


def on_mixmonitor_start(book: Book, m: Message) -> None:
    found = _recorded(book, m)
    if found is None:
        return
    call, channel = found
    channel.monitors += 1
    book.out.append(
        RecordingStarted(pbx=book.pbx, at=book.now, call=call.key, recording=channel.uid, file=channel.file)
    )


def on_mixmonitor_stop(book: Book, m: Message) -> None:
    found = _recorded(book, m)
    if found is None:
        return
    call, channel = found
    if channel.monitors > 1:
        channel.monitors -= 1  # another MixMonitor goes on recording the channel
        return
    channel.monitors, channel.file = 0, ""
    book.out.append(RecordingStopped(pbx=book.pbx, at=book.now, call=call.key, recording=channel.uid))


def end_with_channel(book: Book, call: Call, channel: Channel) -> None:
    """A channel is gone, and what was recorded on it is at its end, also where its call goes on."""
    if channel.recorded and call.channels and not call.concluded:
        book.out.append(RecordingStopped(pbx=book.pbx, at=book.now, call=call.key, recording=channel.uid))


def on_mixmonitor_mute(book: Book, m: Message) -> None:
    """Any direction that is silenced counts as paused: what is heard then is not the conversation."""
    found = _recorded(book, m)
    if found is None:
        return
    call, channel = found
    channel.monitors = max(channel.monitors, 1)
    event = RecordingPaused if m.get("State") == "1" else RecordingResumed
    book.out.append(event(pbx=book.pbx, at=book.now, call=call.key, recording=channel.uid))


def _recorded(book: Book, m: Message) -> tuple[Call, Channel] | None:
    channel = book.channel(m.get("Uniqueid"))
    call = None if channel is None else book.state.calls.get(channel.call)
    if channel is None or call is None:
        return None
    book.touch(call)
    return call, channel
