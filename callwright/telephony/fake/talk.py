"""Two parties connected: until one hangs up, or the agent gives the call away."""

from collections.abc import Generator
from dataclasses import dataclass

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.inputs import AttendedTransfer, BlindTransfer, HangUp, Input, SetHold


@dataclass(frozen=True, slots=True)
class Ended:
    """`by` hung up, or was hung up by a command (`asked` is False: no phone asked for it)."""

    by: Channel
    asked: bool = True


@dataclass(frozen=True, slots=True)
class GivenAway:
    """`by` asked to transfer the other party."""

    by: Channel
    wish: BlindTransfer | AttendedTransfer


Outcome = Ended | GivenAway
Talk = Generator[float | None, Input | None, Outcome]


def connect(call: Call, caller: Channel, party: Channel) -> None:
    """Puts both into a new bridge, the called party first."""
    bridge = call.x.bridge()
    if party.app == "AppDial":
        # Dial clears the extension of the channel it made once that channel is to be bridged.
        party.change(exten="")
        call.say.new_exten(party, "AppDial", "(Outgoing Line)", priority=1)
    call.say.bridge_enter(bridge, party)
    call.say.bridge_enter(bridge, caller)
    call.talk_begins()


def set_hold(call: Call, channel: Channel, on: bool) -> None:
    phone = call.x.phones.get(channel.extension)
    call.say.call("Hold" if on else "Unhold", channel.snapshot())
    if phone is not None:
        (phone.holding.add if on else phone.holding.discard)(channel.name)
        call.x.device_changed(channel)
    assert call.truth is not None
    if on and call.held_since is None:
        call.held_since = call.now
    elif not on and call.held_since is not None:
        call.truth.hold_s += call.now - call.held_since
        call.held_since = None


def talk(call: Call, caller: Channel, party: Channel) -> Talk:
    """Waits for the end of the talk; the parties are still in their bridge when it returns."""
    pair = (caller, party)
    call.people.talking(caller, party)
    while True:
        happened = yield None
        match happened:
            case HangUp(channel=by, giving_up=False, by_program=program) if by in pair:
                return Ended(by, asked=not program)
            case SetHold(channel=by, on=on) if by in pair:
                set_hold(call, by, on)
            case BlindTransfer(channel=by) | AttendedTransfer(channel=by) if by in pair:
                return GivenAway(by, happened)
            case _:
                continue


def part(call: Call, ended: Ended, caller: Channel, party: Channel) -> None:
    """Takes both out of the bridge, the one who hung up first, and hangs up the called party."""
    call.talk_ends()
    call.hung_up_by(ended.by)
    other = party if ended.by is caller else caller
    call.leave(ended.by)
    call.leave(other)
    call.say.soft_hangup(caller)
    call.close(party, 16, source=ended.by.name)
