"""After a gap: the PBX's own list of channels, queues and phones is the truth; calls are brought in line with it."""

from datetime import timedelta

from callwright.telephony.asterisk.bridging import enter, leave, update_talk
from callwright.telephony.asterisk.channels import ChannelKind, dialled_number
from callwright.telephony.asterisk.devices import on_device_state, on_member, on_queue_params
from callwright.telephony.asterisk.ending import close, give_up
from callwright.telephony.asterisk.legs import answer, ring, settle
from callwright.telephony.asterisk.listening import begin_listener, end_listeners
from callwright.telephony.asterisk.opening import open_channel
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import leave_queue
from callwright.telephony.asterisk.state import Book, Channel
from callwright.telephony.events import LegResult, QueueJoined, QueueResult

UP = "6"
_RUNG_BY = frozenset(("AppDial", "AppQueue", "AppDial2"))


def resync(book: Book, channels: list[Message], others: list[Message]) -> None:
    """`channels`: CoreShowChannel messages; `others`: QueueParams, QueueMember, QueueEntry, DeviceStateChange."""
    now = book.now
    present = {m.get("Uniqueid"): m for m in channels}
    book.now = min(now, book.state.lost_at or now)  # the last moment at which they were known to live
    _close_vanished(book, set(present))
    end_listeners(book, but=present)
    for m in sorted(channels, key=lambda m: (m.get("Uniqueid") != m.get("Linkedid"), -_duration(m))):
        if book.channel(m.get("Uniqueid")) is None:
            book.now = now - timedelta(seconds=_duration(m))
            _open(book, m)
    book.now = now
    for uid, m in present.items():
        channel = book.channel(uid)
        if channel is not None:
            _align(book, channel, m)
        elif m.get("ChannelState") == UP:
            begin_listener(book, uid)
    _queues(book, others)
    book.state.lost_at = None


def _duration(m: Message) -> int:
    """Seconds of Duration: 00:01:05."""
    seconds = 0
    for part in m.get("Duration").split(":")[:3]:
        seconds = seconds * 60 + (int(part) if part.isdecimal() and len(part) < 6 else 0)
    return seconds


def _close_vanished(book: Book, present: set[str]) -> None:
    state = book.state
    for call in list(state.calls.values()):
        if not call.channels & present:
            give_up(book, call)
    for channel in list(state.channels.values()):
        if channel.uid in present:
            continue
        own = state.calls.get(channel.call)
        elsewhere = own is not None and any(leg.answered for leg in own.legs.values())
        close(book, channel, result=LegResult.ANSWERED_ELSEWHERE if elsewhere else LegResult.NO_ANSWER)


def _open(book: Book, m: Message) -> None:
    channel = open_channel(book, m)
    call = None if channel is None else book.state.calls.get(channel.call)
    if channel is None or call is None:
        return
    if not channel.is_real or m.get("Application") not in _RUNG_BY or channel.leg:
        return
    number = dialled_number(m.get("DestCallerIDNum") or m.get("CallerIDNum"), channel.party)
    settle(book, call, channel, number)
    ring(book, call, channel, number if channel.kind is ChannelKind.TRUNK and number else channel.party)


def _align(book: Book, channel: Channel, m: Message) -> None:
    call = book.state.calls.get(channel.call)
    leg = None if call is None else call.legs.get(channel.leg)
    if call is not None and leg is not None and not leg.answered and m.get("ChannelState") == UP:
        answer(book, call, leg)
    bridge = m.get("BridgeId")
    if channel.bridge and channel.bridge != bridge:
        leave(book, channel)
    if bridge and m.get("Application") != "Parked Call":
        enter(book, channel, bridge)
    if call is not None:
        update_talk(book, call)
        book.touch(call)


def _queues(book: Book, others: list[Message]) -> None:
    waiting: set[str] = set()
    for m in others:
        if m.name == "QueueParams":
            on_queue_params(book, m)
        elif m.name == "QueueMember":
            on_member(book, m)
        elif m.name == "DeviceStateChange":
            on_device_state(book, m)
        elif m.name == "QueueEntry":
            waiting.add(m.get("Uniqueid"))
            _waits(book, m)
    if not any(m.name == "QueueParams" for m in others):
        return
    for call in list(book.state.calls.values()):
        if call.queue and call.root not in waiting:
            connected = any(leg.answered and leg.queue == call.queue for leg in call.legs.values())
            leave_queue(book, call, QueueResult.CONNECTED if connected else QueueResult.LEFT)


def _waits(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    if call is None or call.queue == m.get("Queue"):
        return
    wait = m.whole("Wait") or 0
    call.queue = m.get("Queue")
    at = book.now - timedelta(seconds=wait)
    book.out.append(QueueJoined(pbx=book.pbx, at=at, call=call.key, queue=call.queue))
