"""What an agent's state is, from what they chose, the calls at their extension and the PBX's word; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

Choice = Literal["ready", "paused", "logged_out"]
Phase = Literal["ringing", "talking", "ended"]
WRAP_UP_REASON = "wrap_up"


@dataclass(frozen=True, slots=True)
class CallAtExtension:
    """`wrap_up_s`: how many seconds of wrap-up this call earns when it has been talked; 0 for none."""

    phase: Literal["ringing", "talking"]
    wrap_up_s: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that an agent's state follows from."""

    wanted: str = "logged_out"
    calls: Mapping[str, CallAtExtension] = field(default_factory=dict)
    wrap_up_until: datetime | None = None
    wrap_up_call: str = ""

    @property
    def state(self) -> str:
        phases = {call.phase for call in self.calls.values()}
        if "talking" in phases:
            return "talking"
        if "ringing" in phases:
            return "ringing"
        return "wrap_up" if self.wrap_up_until else self.wanted

    @property
    def call(self) -> str:
        """The call that the state speaks of; empty when it speaks of none."""
        for key, call in self.calls.items():
            if call.phase == self.state:
                return key
        return self.wrap_up_call if self.state == "wrap_up" else ""

    @property
    def paused_on_pbx(self) -> bool:
        """Whether the queues must leave this agent alone: paused, logged out, or still writing up the last call."""
        return self.wanted != "ready" or self.wrap_up_until is not None


def after_choice(standing: Standing, choice: Choice) -> Standing:
    """The agent chose: wrap-up ends at once; a call goes on and the choice holds after it."""
    return replace(standing, wanted=choice, wrap_up_until=None, wrap_up_call="")


def after_call(standing: Standing, *, call: str, phase: Phase, wrap_up_s: int, now: datetime) -> Standing:
    """A call at the agent's extension rings, is talked or has ended. Told twice, nothing changes."""
    calls = dict(standing.calls)
    if phase != "ended":
        before = calls.get(call)
        if phase == "ringing" and before and before.phase == "talking":  # another phone of the same call rings on
            return standing
        calls[call] = CallAtExtension(phase, wrap_up_s or (before.wrap_up_s if before else 0))
        talks = phase == "talking"
        return replace(
            standing, calls=calls, wrap_up_until=None if talks else standing.wrap_up_until,
            wrap_up_call="" if talks else standing.wrap_up_call,
        )  # fmt: skip
    ended = calls.pop(call, None)
    if ended is None:
        return standing
    earned = ended.phase == "talking" and ended.wrap_up_s > 0 and standing.wanted != "logged_out"
    if not earned:
        return replace(standing, calls=calls)
    return replace(standing, calls=calls, wrap_up_until=now + timedelta(seconds=ended.wrap_up_s), wrap_up_call=call)


def after_tick(standing: Standing, *, now: datetime) -> Standing:
    """Wrap-up is over when its time is."""
    if standing.wrap_up_until and standing.wrap_up_until <= now:
        return replace(standing, wrap_up_until=None, wrap_up_call="")
    return standing


@dataclass(frozen=True, slots=True)
class QueueWord:
    """What the PBX says of the agent's extension over all its queues.

    `listed`: it is how the PBX stands after a gap, and nothing that happened there now.
    """

    in_queues: int
    paused_in: int
    reason: str = ""
    listed: bool = False

    @property
    def paused(self) -> bool:
        return self.paused_in == self.in_queues


def heard_from_pbx(standing: Standing, word: QueueWord, *, in_step: bool) -> tuple[Standing, bool]:
    """The standing after the PBX spoke, and whether both sides agree.

    While an order of ours is under way (`in_step` False), a contrary word is an older one and is not followed; after
    that, it is the agent who paused or came back at the phone, with a feature code.
    """
    if word.in_queues == 0 or word.paused == standing.paused_on_pbx:
        return standing, True
    if 0 < word.paused_in < word.in_queues:  # some queues have followed, the others are to come
        return standing, in_step
    if not in_step:
        return standing, False
    return after_choice(standing, "paused" if word.paused else "ready"), True
