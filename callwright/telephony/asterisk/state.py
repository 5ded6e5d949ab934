"""What the translator remembers: live channels, calls and bridges, and nothing else. Serialisable.

Objects name each other by key, never by reference, so that a snapshot is one encode.
"""

from datetime import UTC, datetime

import msgspec

from callwright.telephony.asterisk.channels import ChannelKind, TranslatorConfig
from callwright.telephony.events import Direction, Event, LegKind, LegResult, Side

# how many ended channels and calls are remembered, so that a message that comes late or twice opens nothing anew
REMEMBERED = 4096
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Channel(msgspec.Struct, kw_only=True):
    uid: str
    name: str
    kind: ChannelKind
    party: str  # extension, or trunk name
    call: str = ""  # "" until a dial shows which call it belongs to
    leg: str = ""
    bridge: str = ""
    held: bool = False
    held_in: str = ""  # the bridge in which the other party was left with music
    asked_at: datetime | None = None  # when this device hung up; the PBX may keep the channel a while for a transfer
    transferred: bool = False  # gave its call away: its hanging up ends nothing for the others
    monitors: int = 0  # how many MixMonitors record it
    file: str = ""  # into which the latest of them records

    @property
    def is_real(self) -> bool:
        return self.kind is ChannelKind.EXTENSION or self.kind is ChannelKind.TRUNK

    @property
    def recorded(self) -> bool:
        return self.monitors > 0


class Leg(msgspec.Struct, kw_only=True):
    id: str
    party: str
    kind: LegKind
    channel: str
    dialler: str = ""
    queue: str = ""
    answered: bool = False
    refusal: int = 0  # the cause with which the phone or carrier refused
    cancelled_at: datetime | None = None  # given up; whether because another phone answered is not known yet


class Call(msgspec.Struct, kw_only=True):
    key: str
    direction: Direction = Direction.INBOUND
    root: str = ""
    started: datetime = NEVER
    announced: bool = False
    originated: bool = False
    to_number: str | None = None
    guessed: bool = False  # to_number may still be corrected by the first dial or the originate's answer
    settled: bool = False  # the first dial has shown what kind of call this is
    channels: set[str] = set()
    clients: set[str] = set()  # channels of the client's side
    legs: dict[str, Leg] = {}  # ringing and answered legs; ended ones are forgotten
    talking: bool = False
    apart_since: datetime | None = None  # talk ended a moment ago; perhaps only a change of bridges
    answered: bool = False  # a person of the called side answered
    queue: str = ""
    queue_answered: bool = False  # a member answered, perhaps behind a loop
    queue_dropped: datetime | None = None  # the queue reported the caller gone; why is not known yet
    concluded: bool = False  # its end was told; some of its channels live on
    blind: tuple[str, str, datetime] | None = None  # a blind transfer not told yet: it may be a way to park
    given: bool = False  # transferred or forwarded: the next outside dial is part of that
    asked: Side | None = None
    first_to_leave: Side | None = None  # the conversation, where no request to hang up was seen
    refused: Side | None = None
    voicemail: bool = False
    parked: str = ""
    cause: int | None = None
    cause_text: str = ""
    last_leg_cause: int | None = None
    absorbed: list[str] = []
    touched: datetime = NEVER


class State(msgspec.Struct, kw_only=True):
    calls: dict[str, Call] = {}  # in the order in which they were last heard of
    channels: dict[str, Channel] = {}
    bridges: dict[str, set[str]] = {}
    halves: dict[str, str] = {}  # name of a Local channel's half to its uid
    aliases: dict[str, str] = {}  # merged calls
    gone: set[str] = set()  # ended channels and calls
    gone_before: set[str] = set()  # the generation before
    apart: set[str] = set()  # calls with apart_since
    phones: dict[str, str] = {}
    members: dict[str, tuple[bool, bool, str]] = {}  # "queue/extension": logged in, paused, reason
    waiting: dict[str, int] = {}
    booted_at: datetime | None = None
    lost_at: datetime | None = None
    ahead_s: float = 0.0  # how far the PBX's clock is ahead of ours; taken off its times
    stamped_s: float = 0.0  # what the PBX's clock said last
    was_set_back: bool = False  # the PBX's clock, since we asked how far it is ahead
    asks_seen: bool = False  # the event filter lets HangupRequest through
    listeners: dict[str, str] = {}  # id of the channel of a supervisor who listens in: its name


class Book:
    """State, configuration and the events of the message being read. Handlers write here."""

    def __init__(self, pbx: str, config: TranslatorConfig, state: State) -> None:
        self.pbx = pbx
        self.config = config
        self.state = state
        self.now = NEVER
        self.out: list[Event] = []

    def channel(self, uid: str) -> Channel | None:
        return self.state.channels.get(uid)

    def call(self, key: str) -> Call | None:
        state = self.state
        call = state.calls.get(key)
        return state.calls.get(state.aliases.get(key, "")) if call is None else call

    def call_of(self, uid: str) -> Call | None:
        channel = self.state.channels.get(uid)
        return None if channel is None else self.state.calls.get(channel.call)

    def touch(self, call: Call) -> None:
        """Moves a call to the end of the queue of those that may be given up."""
        call.touched = max(call.touched, self.now)
        calls = self.state.calls
        if calls.pop(call.key, None) is not None:
            calls[call.key] = call

    def forget(self, key: str) -> None:
        state = self.state
        state.gone.add(key)
        if len(state.gone) >= REMEMBERED:
            state.gone_before, state.gone = state.gone, set()

    def is_gone(self, key: str) -> bool:
        return key in self.state.gone or key in self.state.gone_before

    def side_of(self, call: Call, channel: Channel) -> Side:
        return Side.CALLER if channel.uid in call.clients else Side.AGENT


# how a cause of Q.850 reads for a leg that never answered and of which no DialEnd was seen
_RESULTS = {
    16: LegResult.CANCELLED,
    17: LegResult.BUSY,
    18: LegResult.NO_ANSWER,
    19: LegResult.NO_ANSWER,
    21: LegResult.BUSY,
    26: LegResult.ANSWERED_ELSEWHERE,
    127: LegResult.CANCELLED,
}


def result_of_cause(cause: int | None) -> LegResult:
    return LegResult.CANCELLED if not cause else _RESULTS.get(cause, LegResult.FAILED)
