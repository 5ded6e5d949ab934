"""The product's own telephony events: what happened on a PBX, in the words of the product.

Every PBX side (Asterisk, the fake, the HTTP endpoint) yields these and nothing else; `calls` and `staff` apply them.

An event states a *fact* about a call or a leg, never an instruction ("talking from 10:00:03", not "add 5 s").
A call's row is a pure function of its facts, so an event applied twice changes nothing and two events that arrive
in the wrong order still end in the same call. Its identity (`identity()`) is the same when the PBX repeats it.

`call` is the PBX's own key of the call (Asterisk: Linkedid), unique within one PBX together with the call's start;
`leg` is the PBX's key of the leg (Asterisk: Uniqueid of the channel that was rung). Times are aware datetimes in UTC,
taken from the PBX's clock where it sends one. Numbers are as the PBX gave them; None is "withheld".
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Side(StrEnum):
    """Who hung up: the client's side, our side, or the PBX itself."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


class LegKind(StrEnum):
    EXTENSION = "extension"
    NUMBER = "number"  # an outside number, through a trunk
    VOICEMAIL = "voicemail"
    CONFERENCE = "conference"
    PARKING = "parking"


class LegResult(StrEnum):
    """How ringing a leg ended. An answered leg keeps ANSWERED when it hangs up later."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELLED = "cancelled"  # the caller gave up, or a transfer was taken back
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    FORWARDED = "forwarded"
    FAILED = "failed"  # could not be reached: not registered, congestion, wrong number


class QueueResult(StrEnum):
    CONNECTED = "connected"
    ABANDONED = "abandoned"  # the caller hung up while waiting
    TIMEOUT = "timeout"  # the PBX took the caller out: waited too long, or nobody there
    LEFT = "left"  # by key press or transfer


class TransferKind(StrEnum):
    BLIND = "blind"
    ATTENDED = "attended"
    FORWARD = "forward"
    PICKUP = "pickup"
    PARK = "park"


class AgentPhone(StrEnum):
    """What the PBX says of an extension's device."""

    IDLE = "idle"
    RINGING = "ringing"
    IN_USE = "in_use"
    ON_HOLD = "on_hold"
    UNAVAILABLE = "unavailable"


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Base of all events: on which PBX (its slug) and when (UTC)."""

    pbx: str
    at: datetime


class CallEvent(Event, frozen=True, kw_only=True):
    """Base of the events of one call. `parts` names the fields that, with type and call, make the identity."""

    call: str
    parts: ClassVar[tuple[str, ...]] = ()

    def identity(self) -> str:
        return ":".join([type(self).__name__, self.pbx, self.call, *(str(getattr(self, p)) for p in self.parts)])


class CallStarted(CallEvent, frozen=True, kw_only=True):
    """A call exists. `at` is its start; `dialled_number` is the line called (DID) or what our side dialled.

    Inbound: from_number is the client's, to_number the line called. Outbound: from_number is our extension,
    to_number the client's number. Internal: both are extensions. `extension` is our side's extension where our side
    started the call. `command` is the id of the click-to-call command that started it. `talk_from_legs`: this PBX
    sends no TalkStarted and TalkEnded, talk is worked out from the answers of the legs.
    """

    direction: Direction
    from_number: str | None = None
    from_name: str = ""
    to_number: str | None = None
    dialled_number: str | None = None
    extension: str | None = None
    trunk: str = ""
    command: str = ""
    talk_from_legs: bool = False


class CallCorrected(CallEvent, frozen=True, kw_only=True):
    """A header fact became known later (the real number dialled, after a menu or with click to call). None: unchanged.

    `withheld`: the caller asked not to be shown, so from_number and from_name are to be forgotten.
    """

    parts: ClassVar[tuple[str, ...]] = ("direction", "from_number", "to_number", "dialled_number", "withheld")
    direction: Direction | None = None
    from_number: str | None = None
    to_number: str | None = None
    dialled_number: str | None = None
    withheld: bool = False


class QueueJoined(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("queue", "at")
    queue: str


class QueueLeft(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("queue", "at")
    queue: str
    result: QueueResult


class LegRinging(CallEvent, frozen=True, kw_only=True):
    """A party is being rung. `party` is an extension or an outside number, as `kind` says."""

    parts: ClassVar[tuple[str, ...]] = ("leg",)
    leg: str
    party: str
    kind: LegKind = LegKind.EXTENSION
    queue: str = ""


class LegAnswered(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("leg",)
    leg: str


class LegHeld(CallEvent, frozen=True, kw_only=True):
    """The leg put the other side on hold, or was put on hold; ended by the next LegResumed of the same leg.

    `leg` may be the caller's own channel, which was never rung and so has no LegRinging (an outbound call put on hold).
    """

    parts: ClassVar[tuple[str, ...]] = ("leg", "at")
    leg: str


class LegResumed(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("leg", "at")
    leg: str


class LegEnded(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("leg",)
    leg: str
    result: LegResult
    cause: int | None = None  # Q.850


class TalkStarted(CallEvent, frozen=True, kw_only=True):
    """From now on the client's side and a party of ours are connected (for internal calls: the two parties)."""

    parts: ClassVar[tuple[str, ...]] = ("at",)


class TalkEnded(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("at",)


class CallTransferred(CallEvent, frozen=True, kw_only=True):
    """The call was given to another party: `to` is an extension or number, `by_leg` who gave it ("" = the PBX)."""

    parts: ClassVar[tuple[str, ...]] = ("at", "to")
    kind: TransferKind
    to: str
    by_leg: str = ""


class RecordingStarted(CallEvent, frozen=True, kw_only=True):
    """The PBX began to record. `recording` is the PBX's key of what is recorded (Asterisk: Uniqueid of the channel),
    `file` the file that it writes, where it says so. Begun again under the same key, it goes on in another file.
    """

    parts: ClassVar[tuple[str, ...]] = ("recording", "at")
    recording: str
    file: str = ""


class RecordingPaused(CallEvent, frozen=True, kw_only=True):
    """From now on silence is recorded; ended by the next RecordingResumed of the same recording."""

    parts: ClassVar[tuple[str, ...]] = ("recording", "at")
    recording: str


class RecordingResumed(CallEvent, frozen=True, kw_only=True):
    parts: ClassVar[tuple[str, ...]] = ("recording", "at")
    recording: str


class RecordingStopped(CallEvent, frozen=True, kw_only=True):
    """Nothing is recorded there any more while the call goes on: the PBX stopped it, or the channel that was recorded
    is gone. Otherwise a recording ends with its call.
    """

    parts: ClassVar[tuple[str, ...]] = ("recording", "at")
    recording: str


class CallMerged(CallEvent, frozen=True, kw_only=True):
    """`call` (the consultation call of an attended transfer) became part of `into`; its legs move there, it ceases."""

    parts: ClassVar[tuple[str, ...]] = ("into",)
    into: str


class CallRetold(CallEvent, frozen=True, kw_only=True):
    """What was known of the call is put away: the PBX's own records tell it anew, from beginning to end. Comes before
    the events that do, in the same batch.
    """


class CallEnded(CallEvent, frozen=True, kw_only=True):
    """The call is over. `voicemail`: it ended in a mailbox. `complete` is False when the end was found out later and
    the true end time is not known; a complete end that comes after it replaces it.
    """

    parts: ClassVar[tuple[str, ...]] = ("complete",)
    hangup_by: Side | None = None
    cause: int | None = None
    cause_text: str = ""
    voicemail: bool = False
    complete: bool = True


class AgentStateChanged(Event, frozen=True, kw_only=True):
    """A queue member's state on the PBX: logged in, paused with a reason. `listed`: not a change that somebody made,
    but how the PBX's own list has it after a gap.
    """

    extension: str
    queue: str
    logged_in: bool
    paused: bool
    reason: str = ""
    listed: bool = False


class ListeningBegan(Event, frozen=True, kw_only=True):
    """A supervisor's phone was picked up and listens in, or was found listening after a gap. `listening`: the order's
    id.
    """

    listening: str


class ListeningEnded(Event, frozen=True, kw_only=True):
    """A supervisor's phone that listened in has hung up, or whom it listened to has. `listening`: the order's id."""

    listening: str


class PhoneStateChanged(Event, frozen=True, kw_only=True):
    extension: str
    phone: AgentPhone


class QueueChanged(Event, frozen=True, kw_only=True):
    """How many callers wait in a queue now."""

    queue: str
    waiting: int


class LinkState(StrEnum):
    UP = "up"
    CONNECTING = "connecting"
    DOWN = "down"
    REFUSED = "refused"  # not retried until the configuration changes


class LinkChanged(Event, frozen=True, kw_only=True):
    """The connection to the PBX. `problem` is a code worded for people by `telephony.problems`."""

    state: LinkState
    problem: str = ""
    detail: str = ""
    version: str = ""


AnyCallEvent = (
    CallStarted
    | CallCorrected
    | QueueJoined
    | QueueLeft
    | LegRinging
    | LegAnswered
    | LegHeld
    | LegResumed
    | LegEnded
    | TalkStarted
    | TalkEnded
    | CallTransferred
    | RecordingStarted
    | RecordingPaused
    | RecordingResumed
    | RecordingStopped
    | CallMerged
    | CallEnded
)
AnyEvent = (
    AnyCallEvent | AgentStateChanged | PhoneStateChanged | QueueChanged | ListeningBegan | ListeningEnded | LinkChanged
)
