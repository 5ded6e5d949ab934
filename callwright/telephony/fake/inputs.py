"""What people and commands do to a call while it goes on."""

from dataclasses import dataclass

from callwright.telephony.fake.channel import Channel


@dataclass(frozen=True, slots=True)
class Answer:
    channel: Channel


@dataclass(frozen=True, slots=True)
class Reject:
    channel: Channel


@dataclass(frozen=True, slots=True)
class HangUp:
    """`giving_up`: the caller's patience ended; means nothing any more once somebody answered. `by_program`: an AMI
    command did it, so no phone asked for it."""

    channel: Channel
    giving_up: bool = False
    by_program: bool = False


@dataclass(frozen=True, slots=True)
class BlindTransfer:
    channel: Channel
    to: str
    context: str = "internal"


@dataclass(frozen=True, slots=True)
class AttendedTransfer:
    channel: Channel
    to: str
    context: str = "internal"


@dataclass(frozen=True, slots=True)
class CancelTransfer:
    """The agent takes an attended transfer back."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class SetHold:
    channel: Channel
    on: bool


Input = Answer | Reject | HangUp | BlindTransfer | AttendedTransfer | CancelTransfer | SetHold
