"""From Asterisk's messages to the product's events: a pure, deterministic state machine without clock or I/O."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from callwright.telephony.asterisk import (
    applications,
    bridging,
    devices,
    ending,
    legs,
    opening,
    queueing,
    recording,
    transfers,
)
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.resync import resync
from callwright.telephony.asterisk.state import Book, State
from callwright.telephony.events import Event

SNAPSHOT_VERSION = 1
# looking for stale calls costs a walk to the oldest call, so not at every message
_SWEEP_EVERY = 512
# 2001 to 2096: a PBX whose clock says something else has none worth believing
_EARLIEST_S, _LATEST_S = 1e9, 4e9
# messages come in the order of their times but for moments; one so much older was written by a clock that was set back
_SET_BACK_S = 2.0

_HANDLERS: dict[str, Callable[[Book, Message], None]] = {
    "Newchannel": opening.on_newchannel,
    "NewCallerid": opening.on_new_caller_id,
    "OriginateResponse": opening.on_originate_response,
    "Newexten": applications.on_newexten,
    "DialBegin": legs.on_dial_begin,
    "DialEnd": transfers.on_dial_end,
    "BridgeEnter": bridging.on_bridge_enter,
    "BridgeLeave": bridging.on_bridge_leave,
    "Hold": bridging.on_hold,
    "Unhold": bridging.on_unhold,
    "HangupRequest": ending.on_hangup_request,
    "SoftHangupRequest": ending.on_soft_hangup_request,
    "AgentComplete": ending.on_agent_complete,
    "Hangup": ending.on_hangup,
    "BlindTransfer": transfers.on_blind_transfer,
    "AttendedTransfer": transfers.on_attended_transfer,
    "Pickup": transfers.on_pickup,
    "ParkedCall": transfers.on_parked,
    "UnParkedCall": transfers.on_unparked,
    "ParkedCallTimeOut": transfers.on_park_timeout,
    "ParkedCallGiveUp": transfers.on_park_given_up,
    "ConfbridgeJoin": applications.on_conference_join,
    "ConfbridgeLeave": applications.on_conference_leave,
    "VarSet": recording.on_varset,
    "MixMonitorStart": recording.on_mixmonitor_start,
    "MixMonitorStop": recording.on_mixmonitor_stop,
    "MixMonitorMute": recording.on_mixmonitor_mute,
    "QueueCallerJoin": queueing.on_queue_caller_join,
    "QueueCallerLeave": queueing.on_queue_caller_leave,
    "QueueCallerAbandon": queueing.on_queue_caller_abandon,
    "AgentConnect": queueing.on_agent_connect,
    "QueueMemberAdded": devices.on_member,
    "QueueMemberStatus": devices.on_member,
    "QueueMemberPause": devices.on_member,
    "QueueMemberRemoved": devices.on_member_removed,
    "DeviceStateChange": devices.on_device_state,
    "QueueParams": devices.on_queue_params,
    "Shutdown": devices.on_shutdown,
    "FullyBooted": devices.on_fully_booted,
}


class Snapshot(msgspec.Struct):
    version: int
    pbx: str
    messages: int
    state: State


class UnreadableSnapshot(ValueError):
    """The snapshot is damaged or was written by another version; start empty and resynchronise."""


class Translator:
    """Reads one PBX's messages in order. The same messages give the same events, also after a restore."""

    def __init__(self, pbx: str, config: TranslatorConfig) -> None:
        self.pbx = pbx
        self.config = config
        self._book = Book(pbx, config, State())
        self._messages = 0

    def feed(self, message: Message, received_at: datetime) -> list[Event]:
        """Events that follow from one message. `received_at` (UTC) counts where the PBX sends no Timestamp."""
        handler = _HANDLERS.get(message.name)
        if handler is None:
            return []
        book = self._book
        book.now = _time_of(message, received_at, book.state)
        if book.state.apart:
            bridging.tell_all_apart(book)
        handler(book, message)
        self._messages += 1
        if self._messages % _SWEEP_EVERY == 0:
            self._sweep()
        return self._taken()

    def resync(
        self, channels: list[Message], others: list[Message], at: datetime, *, ahead_s: float = 0.0
    ) -> list[Event]:
        """Brings the state in line with CoreShowChannels and, in `others`, QueueStatus and DeviceStateList items.

        `ahead_s`: how far the PBX's clock is ahead of ours; from now on its times are told by our clock.
        """
        self._book.now = at
        state = self._book.state
        state.ahead_s, state.stamped_s, state.was_set_back = ahead_s, 0.0, False
        resync(self._book, channels, others)
        return self._taken()

    def lost(self, at: datetime) -> None:
        """Notes that the connection broke; calls that a restart of the PBX cut off end at this time."""
        self._book.state.lost_at = at

    def channel_of(self, call: str, extension: str) -> str | None:
        """Name of the live channel by which an extension takes part in a call, for commands."""
        live = self._book.call(call)
        if live is None:
            return None
        channels = [self._book.state.channels[uid] for uid in live.channels]
        names = [channel.name for channel in channels if channel.is_real and channel.party == extension]
        return names[-1] if names else None

    def channel_name(self, uniqueid: str) -> str | None:
        """Name of a live channel by its id, for commands."""
        channel = self._book.channel(uniqueid)
        return channel.name if channel is not None else None

    def client_channel_of(self, call: str) -> str | None:
        """Name of the live channel of the client's side of a call, for commands."""
        live = self._book.call(call)
        uids = [] if live is None else [uid for uid in live.clients if uid in self._book.state.channels]
        return self._book.state.channels[min(uids)].name if uids else None

    def listener_channel(self, uniqueid: str) -> str | None:
        """Name of the live channel of a supervisor who listens in, for commands."""
        return self._book.state.listeners.get(uniqueid)

    def heard_listener(self, uniqueid: str) -> bool:
        """Whether the phone of such a supervisor rang, also where it is over."""
        return uniqueid in self._book.state.listeners or self._book.is_gone(uniqueid)

    def channels_of(self, call: str) -> list[str]:
        """Names of all live channels of a call, for commands; first those that are known to be recorded."""
        live = self._book.call(call)
        channels = [] if live is None else [self._book.state.channels[uid] for uid in sorted(live.channels)]
        return [channel.name for channel in sorted(channels, key=lambda one: not one.recorded)]

    def knows(self, call: str) -> bool:
        """Whether the call still goes on, as far as we know."""
        return self._book.call(call) is not None

    def oldest_start(self) -> datetime | None:
        """When the oldest call that still goes on began; None when there is none."""
        return min((call.started for call in self._book.state.calls.values()), default=None)

    def sizes(self) -> dict[str, int]:
        """How much is remembered, for monitoring."""
        state = self._book.state
        return {"calls": len(state.calls), "channels": len(state.channels), "bridges": len(state.bridges)}

    def snapshot(self) -> bytes:
        return msgspec.msgpack.encode(Snapshot(SNAPSHOT_VERSION, self.pbx, self._messages, self._book.state))

    @classmethod
    def restore(cls, data: bytes, config: TranslatorConfig) -> "Translator":
        """Raises UnreadableSnapshot."""
        try:
            snapshot = msgspec.msgpack.decode(data, type=Snapshot)
        except msgspec.MsgspecError as error:
            raise UnreadableSnapshot(str(error)) from error
        if snapshot.version != SNAPSHOT_VERSION:
            raise UnreadableSnapshot(f"version {snapshot.version}")
        translator = cls(snapshot.pbx, config)
        translator._book.state = snapshot.state
        translator._messages = snapshot.messages
        return translator

    def _sweep(self) -> None:
        """Gives up calls whose end must have been missed."""
        book = self._book
        calls = book.state.calls
        horizon = book.now - timedelta(seconds=self.config.stale_after_s)
        while calls:
            oldest = next(iter(calls.values()))
            if oldest.touched >= horizon and len(calls) <= self.config.max_calls:
                break
            ending.give_up(book, oldest)
        if len(book.state.channels) > 4 * self.config.max_calls:
            orphans = [uid for uid, channel in book.state.channels.items() if not channel.call]
            for uid in orphans:
                ending.close(book, book.state.channels[uid])

    def _taken(self) -> list[Event]:
        out, self._book.out = self._book.out, []
        return out


def _time_of(message: Message, received_at: datetime, state: State) -> datetime:
    text = message.fields.get("Timestamp")
    if text is None:
        return received_at
    try:
        stamp = float(text)
    except ValueError:
        return received_at
    _follow_clock(stamp, received_at, state)
    seconds = stamp - state.ahead_s
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST_S < seconds < _LATEST_S else received_at


def _follow_clock(stamp: float, received_at: datetime, state: State) -> None:
    """Notes by how much the PBX's clock is ahead when it was set back: calls would end before they began, and whoever
    is called back would have been called before. From then on no time may be later than when we heard of it.
    """
    if not _EARLIEST_S < stamp < _LATEST_S:
        return
    if stamp < state.stamped_s - _SET_BACK_S:
        state.ahead_s, state.was_set_back = stamp - received_at.timestamp(), True
    elif state.was_set_back:
        state.ahead_s = max(state.ahead_s, stamp - received_at.timestamp())
    state.stamped_s = stamp
