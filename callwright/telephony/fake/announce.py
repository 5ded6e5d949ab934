"""What Asterisk says about channels, dials, bridges and queues: one method a message, fields in its order."""

import json

from callwright.telephony.fake.channel import UP, Bridge, Channel, encode
from callwright.telephony.fake.clock import Clock
from callwright.telephony.fake.records import Cdr, Cel, RecordFiles
from callwright.telephony.fake.wire import Wire, lines

CAUSES = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    16: "Normal Clearing",
    17: "User busy",
    19: "User alerting, no answer",
    20: "Subscriber absent",
    21: "Call Rejected",
    26: "Answered elsewhere",
    34: "Circuit/channel congestion",
    127: "Interworking, unspecified",
}


class Announcer:
    """Turns what happens into messages and record lines; decides nothing."""

    def __init__(self, *, wire: Wire, files: RecordFiles, clock: Clock) -> None:
        self.wire, self.files, self.clock = wire, files, clock

    def call(self, name: str, *chunks: bytes) -> None:
        self.wire.emit(name, "call", *chunks)

    def agent(self, name: str, channel: Channel, *chunks: bytes) -> None:
        self.wire.emit(name, "agent", channel.snapshot(), *chunks)

    def new_channel(self, channel: Channel) -> None:
        self.call("Newchannel", channel.snapshot())
        self.cel("CHAN_START", channel)

    def new_exten(self, channel: Channel, app: str, data: str, *, priority: int | None = None) -> None:
        """The channel is at an application of its dial plan."""
        channel.change(app=app, app_data=data, priority=priority or channel.priority)
        what = lines((("Extension", channel.exten), ("Application", app), ("AppData", data)))
        self.wire.emit("Newexten", "dialplan", channel.snapshot(), what)

    def variable(self, channel: Channel, name: str, value: str) -> None:
        self.wire.emit("VarSet", "dialplan", channel.snapshot(), lines((("Variable", name), ("Value", value))))

    def new_state(self, channel: Channel, state: int) -> None:
        channel.change(state=state)
        self.call("Newstate", channel.snapshot())
        if state == UP:
            channel.up_at = self.clock.now
            self.cel("ANSWER", channel)

    def caller_id(self, channel: Channel, num: str, name: str) -> None:
        channel.change(caller_num=num, caller_name=name)
        shown = b"CID-CallingPres: 0 (Presentation Allowed, Not Screened)\r\n"
        self.call("NewCallerid", channel.snapshot(), shown)

    def connected_line(self, channel: Channel, num: str, name: str) -> None:
        channel.change(connected_num=num, connected_name=name)
        self.call("NewConnectedLine", channel.snapshot())

    def dial(self, name: str, caller: Channel | None, party: Channel, extra: tuple[str, str]) -> None:
        """DialBegin, DialState, DialEnd: without a caller when the PBX itself dials (Originate)."""
        first = (caller.snapshot(),) if caller is not None else ()
        self.call(name, *first, party.snapshot("Dest"), lines((extra,)))

    def bridge_create(self, bridge: Bridge) -> None:
        self.call("BridgeCreate", bridge.snapshot())

    def bridge_enter(self, bridge: Bridge, channel: Channel, *, swap: str = "") -> None:
        bridge.channels.append(channel)
        channel.bridge = bridge
        swapped = (encode(f"SwapUniqueid: {swap}\r\n"),) if swap else ()
        self.call("BridgeEnter", bridge.snapshot(), channel.snapshot(), *swapped)
        self.cel("BRIDGE_ENTER", channel, peer=self._peer(channel), extra=self._bridge_extra(bridge))

    def bridge_leave(self, channel: Channel) -> None:
        bridge = channel.bridge
        if bridge is None:
            return
        self.cel("BRIDGE_EXIT", channel, peer=self._peer(channel), extra=self._bridge_extra(bridge))
        bridge.channels.remove(channel)
        channel.bridge = None
        self.call("BridgeLeave", bridge.snapshot(), channel.snapshot())

    def bridge_destroy(self, bridge: Bridge) -> None:
        self.call("BridgeDestroy", bridge.snapshot())

    @staticmethod
    def _peer(channel: Channel) -> str:
        bridge = channel.bridge
        return ",".join(c.name for c in bridge.channels if c is not channel) if bridge else ""

    @staticmethod
    def _bridge_extra(bridge: Bridge) -> str:
        return compact(bridge_id=bridge.uniqueid, bridge_technology="simple_bridge")

    def hangup_request(self, channel: Channel, cause: int) -> None:
        """`cause` 0: the phone gave none, and the line is left out."""
        why = encode(f"Cause: {cause}\r\n") if cause else b""
        self.call("HangupRequest", channel.snapshot(), why, self._tech(channel))

    def soft_hangup(self, channel: Channel) -> None:
        self.call("SoftHangupRequest", channel.snapshot(), b"Cause: 16\r\n", self._tech(channel))

    def hangup(self, channel: Channel, cause: int, *, source: str = "", dial_status: str = "") -> None:
        text = encode(f"Cause: {cause}\r\nCause-txt: {CAUSES[cause]}\r\n")
        self.call("Hangup", channel.snapshot(), text, self._tech(channel))
        extra = compact(hangupcause=cause, hangupsource=source, dialstatus=dial_status)
        self.cel("HANGUP", channel, extra=extra)
        self.cel("CHAN_END", channel)

    @staticmethod
    def _tech(channel: Channel) -> bytes:
        return encode(f"TechCause: {channel.tech_cause}\r\n") if channel.tech_cause else b""

    def blind_transfer(self, transferer: Channel, transferee: Channel, bridge: Bridge, context: str, to: str) -> None:
        where = lines((("IsExternal", "Yes"), ("Context", context), ("Extension", to)))
        parts = (transferer.snapshot("Transferer"), transferee.snapshot("Transferee"), bridge.snapshot(), where)
        self.call("BlindTransfer", b"Result: Success\r\n", *parts)
        extra = compact(
            extension=to,
            context=context,
            bridge_id=bridge.uniqueid,
            transferee_channel_name=transferee.name,
            transferee_channel_uniqueid=transferee.uniqueid,
        )
        self.cel("BLINDTRANSFER", transferer, extra=extra)

    def device(self, device: str, state: str) -> None:
        self.call("DeviceStateChange", lines((("Device", device), ("State", state))))

    def cdr(self, record: Cdr) -> None:
        self.wire.emit("Cdr", "cdr", lines(record.fields()))
        if self.files.cdr is not None:
            self.files.cdr.write(record.csv())

    def cel(self, name: str, channel: Channel, *, peer: str = "", extra: str = "") -> None:
        if self.files.cel is None and not self.wire.readers("CEL", "call"):
            return
        event = Cel(name, self.clock.now, channel, peer, extra)
        self.call("CEL", lines(event.fields()))
        if self.files.cel is not None:
            self.files.cel.write(event.csv())


def compact(**extra: str | int) -> str:
    """A CEL's extra column: JSON without spaces."""
    return json.dumps(extra, separators=(",", ":"), ensure_ascii=False)
