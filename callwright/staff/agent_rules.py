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
    """`wrap_up_s`: how many seconds of wrap-up this call earns when it has been talked; 0 for none. `forced`: it must
    be registered then, before the next call.
    """

    phase: Literal["ringing", "talking"]
    wrap_up_s: int = 0
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that an agent's state follows from. `due`: the calls that must be registered before anything else;
    `extended`: how often the agent took more time for this wrap-up.
    """

    wanted: str = "logged_out"
    calls: Mapping[str, CallAtExtension] = field(default_factory=dict)
    wrap_up_until: datetime | None = None
    wrap_up_call: str = ""
    due: tuple[str, ...] = ()
    extended: int = 0

    @property
    def state(self) -> str:
        phases = {call.phase for call in self.calls.values()}
        if "talking" in phases:
            return "talking"
        if "ringing" in phases:
            return "ringing"
        return "wrap_up" if self.wrap_up_until or self.is_held else self.wanted

    @property
    def call(self) -> str:
        """The call that the state speaks of; empty when it speaks of none."""
        for key, call in self.calls.items():
            if call.phase == self.state:
                return key
        if self.state != "wrap_up":
            return ""
        return self.due[0] if self.due else self.wrap_up_call

    @property
    def is_held(self) -> bool:
        """Wrap-up has no end until what is due is registered. Who has logged out has gone home; it is due at login."""
        return bool(self.due) and self.wanted != "logged_out"

    @property
    def must_register(self) -> bool:
        """Whether something must be registered before the next call: what is due, or the talk that goes on."""
        return bool(self.due) or any(one.phase == "talking" and one.forced for one in self.calls.values())

    @property
    def paused_on_pbx(self) -> bool:
        """Whether the queues must leave this agent alone: paused, logged out, still writing up the last call, or in a
        talk that must be registered: told at its end only, the next caller in the queue might be there first. (Not
        before each wrap-up: a queue whose members are all paused is empty to the PBX, and may send callers away.)
        """
        return self.wanted != "ready" or self.must_register or self.wrap_up_until is not None


def after_choice(standing: Standing, choice: Choice) -> Standing:
    """The agent chose: wrap-up ends at once; a call goes on and the choice holds after it, as it does after what is
    due.
    """
    return replace(standing, wanted=choice, wrap_up_until=None, wrap_up_call="")


def demands(standing: Standing, call: str) -> bool:
    """Whether the end of this call, now, asks for its registration."""
    at = standing.calls.get(call)
    return at is not None and at.phase == "talking" and at.forced


def after_call(
    standing: Standing, *, call: str, phase: Phase, wrap_up_s: int, now: datetime, forced: bool = False,
    is_due: bool = False, unheard: bool = False,
) -> Standing:  # fmt: skip
    """A call at the agent's extension rings, is talked or has ended (`is_due`: and must be registered; `unheard`: it
    was talked without a word of that before). Told twice, nothing changes.
    """
    calls = dict(standing.calls)
    if phase != "ended":
        before = calls.get(call)
        if phase == "ringing" and before and before.phase == "talking":  # another phone of the same call rings on
            return standing
        calls[call] = CallAtExtension(phase, wrap_up_s or (before.wrap_up_s if before else 0), forced)
        talks = phase == "talking"
        return replace(
            standing, calls=calls, wrap_up_until=None if talks else standing.wrap_up_until,
            wrap_up_call="" if talks else standing.wrap_up_call,
        )  # fmt: skip
    ended = calls.pop(call, None)
    if unheard:
        ended = CallAtExtension("talking", wrap_up_s, forced)
    if ended is None:
        return standing
    due = (*standing.due, call) if is_due and call not in standing.due else standing.due
    earned = ended.phase == "talking" and ended.wrap_up_s > 0 and standing.wanted != "logged_out"
    until = now + timedelta(seconds=ended.wrap_up_s)
    if not earned or (unheard and standing.wrap_up_until and until < standing.wrap_up_until):
        return replace(standing, calls=calls, due=due)
    return replace(standing, calls=calls, due=due, wrap_up_until=until, wrap_up_call=call, extended=0)


def after_merged(standing: Standing, *, call: str, into: str) -> Standing:
    """The call became part of another one, which keeps the agent busy, or has left them in wrap-up."""
    calls = {key: at for key, at in standing.calls.items() if key != call}
    written_up = into if standing.wrap_up_call == call else standing.wrap_up_call
    return replace(standing, calls=calls, wrap_up_call=written_up)


def after_registered(standing: Standing, call: str) -> Standing:
    """The call is registered, or the agent is released from it: what is left of the wrap-up goes on."""
    return replace(standing, due=tuple(one for one in standing.due if one != call))


def after_more_time(standing: Standing, seconds: int) -> Standing:
    """The agent takes more time for a wrap-up that has an end."""
    assert standing.wrap_up_until is not None
    until = standing.wrap_up_until + timedelta(seconds=seconds)
    return replace(standing, wrap_up_until=until, extended=standing.extended + 1)


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
    that, it is the agent who paused or came back at the phone, with a feature code. Nobody comes back who must
    register first, from no queue: then the sides disagree, and the PBX has to be told again.
    """
    if word.in_queues == 0 or word.paused == standing.paused_on_pbx:
        return standing, True
    if 0 < word.paused_in < word.in_queues:  # some queues have followed, the others are to come
        return standing, in_step and not standing.must_register
    if not in_step:
        return standing, False
    chosen = after_choice(standing, "paused" if word.paused else "ready")
    return chosen, chosen.paused_on_pbx == word.paused
