"""The PBX's state: its phones, channels, queues and numbering; calls act on it and it announces the change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from callwright.telephony.fake.announce import Announcer
from callwright.telephony.fake.channel import RING, RINGING, Bridge, Channel
from callwright.telephony.fake.clock import Clock
from callwright.telephony.fake.house import Extension, House, Phone
from callwright.telephony.fake.inputs import HangUp
from callwright.telephony.fake.ledger import Ledger
from callwright.telephony.fake.queueing import BUSY, IN_USE, NOT_IN_USE, UNAVAILABLE, LiveQueue, Member
from callwright.telephony.fake.records import Cdr
from callwright.telephony.fake.wire import Wire, lines

if TYPE_CHECKING:
    from callwright.telephony.fake.call import Call

RINGING_MEMBER, ON_HOLD = 6, 8
DEVICE_STATUS = {
    "NOT_INUSE": NOT_IN_USE,
    "INUSE": IN_USE,
    "BUSY": BUSY,
    "UNAVAILABLE": UNAVAILABLE,
    "RINGING": RINGING_MEMBER,
    "ONHOLD": ON_HOLD,
}


class NoSuchPhone(LookupError):
    """No phone, or no channel of it in the wanted state."""


@dataclass(slots=True)
class LivePhone:
    """An extension's phone as it is now; `holding` counts its channels that put the other side on hold."""

    plan: Extension
    phone: Phone
    registered: bool
    channels: list[Channel] = field(default_factory=list)
    holding: set[str] = field(default_factory=set)

    @property
    def device_state(self) -> str:
        if not self.registered:
            return "UNAVAILABLE"
        if not self.channels:
            return "NOT_INUSE"
        if self.holding:
            return "ONHOLD"
        return "RINGING" if all(c.state == RINGING for c in self.channels) else "INUSE"


class Exchange:
    """One PBX. All changes of channels, bridges, queues and phones go through here."""

    def __init__(self, *, house: House, wire: Wire, say: Announcer, ledger: Ledger, clock: Clock, seed: int) -> None:
        self.house, self.wire, self.say, self.ledger, self.clock = house, wire, say, ledger, clock
        self.random = Random(seed)  # noqa: S311 - simulation, no secret
        self.started = clock.now
        self.consult_ring_s = 15.0
        """How long the new party of an attended transfer may ring before the agent gets the caller back."""
        self.party_moves_in: bool | None = None
        """How attended transfers end, see `attended`: None leaves it to chance, as a real PBX does."""
        self.processed = 0
        self.on_call_end: Callable[[Call], None] = lambda call: None
        self._serial = self._suffix = self._sequence = self._locals = 0
        self.clear()
        self.phones = {e.number: LivePhone(e, e.phone, e.registered) for e in house.extensions}
        self.queues: dict[str, LiveQueue] = {}
        for queue in house.queues:
            live = self.queues[queue.name] = LiveQueue(queue)
            for number in queue.members:
                self._add_static_member(live, number)

    def clear(self) -> None:
        """Forgets every call in progress, as a restart does, and who is paused in its queues."""
        self.channels: dict[str, Channel] = {}
        self.calls: dict[str, Call] = {}
        self.owner: dict[str, Call] = {}
        self.heard_by: dict[str, list[Channel]] = {}  # name of a channel: those of supervisors who listen to it
        for phone in getattr(self, "phones", {}).values():
            phone.channels.clear()
            phone.holding.clear()
        for queue in getattr(self, "queues", {}).values():
            queue.callers.clear()
            for member in queue.members.values():
                member.paused, member.reason = False, ""

    def _add_static_member(self, live: LiveQueue, number: str) -> None:
        extension = self.house.extension(number)
        name = extension.name if extension else number
        interface = f"PJSIP/{number}"
        live.members[interface] = Member(interface, name.split(" ")[0], int(self.clock.now))

    def next_uniqueid(self) -> str:
        serial, self._serial = self._serial, self._serial + 1
        return f"{self.house.system_name}-{int(self.clock.now)}.{serial}"

    def next_sequence(self) -> int:
        sequence, self._sequence = self._sequence, self._sequence + 1
        return sequence

    def bridge(self) -> Bridge:
        bits = f"{self.random.getrandbits(128):032x}"
        bridge = Bridge(f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-8{bits[17:20]}-{bits[20:]}")
        self.say.bridge_create(bridge)
        return bridge

    def open(
        self, call: "Call", peer: str, *, num: str, name: str, context: str, exten: str = "s", state: int = 0,
        uniqueid: str = "", party: str = "",
    ) -> Channel:  # fmt: skip
        """A new channel of a peer (an extension's number or the trunk), announced."""
        suffix, self._suffix = self._suffix, self._suffix + 1
        uniqueid = uniqueid or self.next_uniqueid()
        call.linkedid = call.linkedid or uniqueid
        channel = Channel(
            name=f"PJSIP/{peer}-{suffix:08x}", uniqueid=uniqueid, linkedid=call.linkedid, state=state,
            num=num, caller=name, context=context, exten=exten,
        )  # fmt: skip
        channel.created = self.clock.now
        channel.party = party or peer
        channel.dnid = exten if state == RING else ""
        phone = self.phones.get(peer)
        if phone is not None:
            channel.extension = peer
            phone.channels.append(channel)
        self.channels[channel.name] = channel
        self.owner[channel.name] = call
        self.say.new_channel(channel)
        return channel

    def open_local(self, call: "Call", name: str, to: str, context: str, *, end: int) -> Channel:
        """One end (1 or 2) of a Local channel between an agent and `to`, whom he consults."""
        if end == 1:
            self._locals += 1
        channel = Channel(
            name=f"Local/{name}-{self._locals - 1:08x};{end}",
            uniqueid=self.next_uniqueid(),
            linkedid=call.linkedid,
            state=RING if end == 2 else 0,
            num="",
            caller="",
            context=context,
            exten=to,
        )
        channel.created = self.clock.now
        channel.party = to
        self.channels[channel.name] = channel
        self.owner[channel.name] = call
        self.say.new_channel(channel)
        return channel

    def close(self, channel: Channel, cause: int, *, source: str = "", dial_status: str = "") -> None:
        """Hangs a channel up; a second time does nothing."""
        if self.channels.pop(channel.name, None) is None:
            return
        self.owner.pop(channel.name, None)
        for listener in list(self.heard_by.get(channel.name, ())):
            self.clock.after(0, self._stop_listening, listener)
        self.say.hangup(channel, cause, source=source, dial_status=dial_status)
        phone = self.phones.get(channel.extension)
        if phone is not None:
            phone.channels.remove(channel)
            phone.holding.discard(channel.name)
            self.device_changed(channel)

    def _stop_listening(self, listener: Channel) -> None:
        call = self.owner.get(listener.name)
        if call is not None:
            call.post(HangUp(listener, by_program=True))

    def set_state(self, channel: Channel, state: int) -> None:
        self.say.new_state(channel, state)
        self.device_changed(channel)

    def device_changed(self, channel: Channel) -> None:
        """Says an extension's state, to all and to the queues it is a member of."""
        number = channel.extension
        phone = self.phones.get(number)
        if phone is None:
            return
        state = phone.device_state
        self.say.device(f"PJSIP/{number}", state)
        if self.wire.readers("QueueMemberStatus", "agent"):
            for name, queue in self.queues.items():
                member = queue.members.get(f"PJSIP/{number}")
                if member is not None:
                    body = lines(member.fields(name, DEVICE_STATUS[state]))
                    self.wire.emit("QueueMemberStatus", "agent", body)

    def member_status(self, member: Member) -> int:
        phone = self.phones.get(member.extension)
        return UNAVAILABLE if phone is None else DEVICE_STATUS[phone.device_state]

    def cdr(self, first: Channel, *, other: Channel | None = None, did: str = "", userfield: str = "") -> Cdr:
        """A record of `first`, the calling channel; its first record counts from the channel's start."""
        start = self.clock.now if first.recorded else first.created
        first.recorded = True
        return Cdr(
            channel=first.name, uniqueid=first.uniqueid, linkedid=first.linkedid, source=first.caller_num,
            destination=first.exten, context=first.context, caller_name=first.caller_name, start=start,
            sequence=self.next_sequence(), other=other.name if other else "", app=first.app, data=first.app_data,
            did=did, userfield=userfield,
        )  # fmt: skip
