"""Orders as AMI actions, and the PBX's refusals as reasons. Pure: `client.Ami.act(order.action, order.fields)` sends.

What was ordered is done when its events come (a leg rings, a call ends, a member is paused), never when the PBX says
"queued". Hold is the exception: no event tells of it, so the link notes it when the PBX has done it.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from callwright.telephony.asterisk.channels import LISTENER

HOLD_CONTEXT = "callwright"
_HOLD_DIALPLAN = (
    ("hold", "1", "StartMusicOnHold", ""),
    ("hold", "2", "Wait", "7200"),
    ("wait", "1", "Wait", "7200"),
    ("gone", "1", "SoftHangup", "${CALLWRIGHT_OTHER}"),
    ("gone", "2", "Return", ""),
)
_DIALLABLE = re.compile(r"[0-9A-Za-z*#+][0-9A-Za-z*#+._-]{0,39}")
_CHANNEL = re.compile(r"[0-9A-Za-z]+/[^\s,|&;]{1,150}(;[12])?")


class InvalidArgument(ValueError):
    """A number, channel or name that may not be put into an order."""


class Refusal(StrEnum):
    """Why the PBX did not do it; worded for people by `telephony.problems`."""

    NO_SUCH_CHANNEL = "no_such_channel"  # the call is over meanwhile
    NO_SUCH_EXTENSION = "no_such_extension"
    NO_SUCH_MEMBER = "no_such_member"  # not in this queue
    NO_SUCH_QUEUE = "no_such_queue"
    ALREADY_MEMBER = "already_member"
    NOT_CONNECTED = "not_connected"  # nobody to transfer
    NOT_PERMITTED = "not_permitted"
    PHONE_UNREACHABLE = "phone_unreachable"  # not registered
    PHONE_BUSY = "phone_busy"
    PHONE_NO_ANSWER = "phone_no_answer"
    CONGESTION = "congestion"
    NOT_RECORDED = "not_recorded"  # nothing is recorded on this channel
    NOT_SUPPORTED = "not_supported"  # this PBX has no such action
    REFUSED = "refused"  # for a reason of the PBX's own: show its words


@dataclass(frozen=True)
class Order:
    action: str
    fields: dict[str, str | list[str]] = field(default_factory=dict)


def originate(
    *, command: str, device: str, number: str, context: str, caller_id: str = "", timeout_s: int = 30
) -> Order:
    """Rings the agent's device ("PJSIP/101"), then dials the number from there.

    `command` becomes the channel's id and so the key of the call; it must never be used again. `caller_id` is what the
    agent's phone shows, the number by default. Raises InvalidArgument.
    """
    shown = _diallable(caller_id or number)
    return Order(
        "Originate",
        {
            "Channel": _channel(device),
            "Context": _diallable(context),
            "Exten": _diallable(number),
            "Priority": "1",
            "Timeout": str(timeout_s * 1000),
            "CallerID": f'"{shown}" <{shown}>',
            "Async": "true",
            "ChannelId": _diallable(command),
            "OtherChannelId": f"{_diallable(command)}-2",
            "Variable": [f"__CALLWRIGHT_COMMAND={command}"],
        },
    )


_LISTENING = {"listen": "qES", "whisper": "qESw", "barge": "qESB"}
"""How ChanSpy takes part: without a tone, and over when the channel is; `w` speaks to the agent alone, `B` to both."""


def listen(*, command: str, device: str, spied: str, mode: str, shown: str, timeout_s: int = 30) -> Order:
    """Rings the supervisor's device, then lets it hear the channel `spied` ("PJSIP/101-0000002b"), whose agent has the
    number `shown`. `mode`: listen, whisper (the agent alone hears the supervisor) or barge (both do).

    `command` becomes part of the channel's id, by which it is known never to be a call. Raises InvalidArgument.
    """
    if mode not in _LISTENING:
        raise InvalidArgument(mode)
    shown = _diallable(shown)
    return Order(
        "Originate",
        {
            "Channel": _channel(device),
            "Application": "ChanSpy",
            "Data": f"{_channel(spied)},{_LISTENING[mode]}",
            "Timeout": str(timeout_s * 1000),
            "CallerID": f'"{shown}" <{shown}>',
            "Async": "true",
            "ChannelId": f"{LISTENER}{_diallable(command)}",
            "OtherChannelId": f"{LISTENER}{_diallable(command)}-2",
        },
    )


def hang_up(*, channel: str) -> Order:
    """Ends a channel normally; the agent's own ends the call for both."""
    return Order("Hangup", {"Channel": _channel(channel), "Cause": "16"})


def hold(*, channel: str, client: str) -> list[Order]:
    """Parts agent and client: the client hears music, the agent silence. To be sent in turn, up to the first refusal.

    The first orders put three extensions into a context of our own, so the PBX needs no preparation, and see to it that
    neither side waits for one who has hung up. When all are done the link notes `held`.
    """
    orders = [
        Order(
            "DialplanExtensionAdd",
            {
                "Context": HOLD_CONTEXT,
                "Extension": extension,
                "Priority": priority,
                "Application": application,
                "ApplicationData": data,
                "Replace": "yes",
            },
        )
        for extension, priority, application, data in _HOLD_DIALPLAN
    ]
    for one, other in ((channel, client), (client, channel)):
        orders.append(_set(one, "CALLWRIGHT_OTHER", _channel(other)))
        orders.append(_set(one, "CHANNEL(hangup_handler_push)", f"{HOLD_CONTEXT},gone,1"))
    orders.append(
        Order(
            "Redirect",
            {
                "Channel": _channel(client),
                "Context": HOLD_CONTEXT,
                "Exten": "hold",
                "Priority": "1",
                "ExtraChannel": _channel(channel),
                "ExtraContext": HOLD_CONTEXT,
                "ExtraExten": "wait",
                "ExtraPriority": "1",
            },
        )
    )
    return orders


def unhold(*, channel: str, client: str) -> list[Order]:
    """Joins agent and client again."""
    handlers = [_set(one, "CHANNEL(hangup_handler_pop)", "") for one in (channel, client)]
    return [*handlers, Order("Bridge", {"Channel1": _channel(client), "Channel2": _channel(channel)})]


def held(*, channel: str) -> bytes:
    """The block that the link journals when a hold is done: the PBX says Hold only of holding phones."""
    return f"Event: Hold\nChannel: {_channel(channel)}".encode()


def dialplan_has(order: Order) -> dict[str, str | list[str]]:
    """What to ask with Getvar before an order that dials: the answer's Value is "0" when there is no such number."""
    return {"Variable": f"DIALPLAN_EXISTS({order.fields['Context']},{order.fields['Exten']},1)"}


def _set(channel: str, variable: str, value: str) -> Order:
    return Order("Setvar", {"Channel": _channel(channel), "Variable": variable, "Value": value})


def pause_recording(*, channel: str, paused: bool) -> Order:
    """Both sides of what is recorded on a channel become silence, or are heard again; the PBX confirms by an event."""
    return Order("MixMonitorMute", {"Channel": _channel(channel), "Direction": "both", "State": "1" if paused else "0"})


def blind_transfer(*, channel: str, to: str, context: str) -> Order:
    """Gives away whom the agent talks to. `channel` is the agent's: with the client's the client would be hung up."""
    return Order(
        "BlindTransfer", {"Channel": _channel(channel), "Exten": _diallable(to), "Context": _diallable(context)}
    )


def attended_transfer(*, channel: str, to: str, context: str) -> Order:
    """Puts the client on hold and connects the agent with `to`; the agent's hanging up completes it."""
    return Order("Atxfer", {"Channel": _channel(channel), "Exten": _diallable(to), "Context": _diallable(context)})


def cancel_transfer(*, channel: str) -> Order:
    """Takes an attended transfer back: the agent has the client again. `channel` is the agent's."""
    return Order("CancelAtxfer", {"Channel": _channel(channel)})


def queue_pause(*, device: str, paused: bool, reason: str = "", queue: str = "") -> Order:
    """Pauses or resumes a member in one queue, or in all where `queue` is empty."""
    fields: dict[str, str | list[str]] = {"Interface": _channel(device), "Paused": "true" if paused else "false"}
    if queue:
        fields["Queue"] = queue
    if reason and paused:
        fields["Reason"] = reason
    return Order("QueuePause", fields)


def queue_add(*, device: str, queue: str, name: str = "", penalty: int = 0, paused: bool = False) -> Order:
    """Logs a device into a queue. The PBX refuses a member twice: ALREADY_MEMBER."""
    fields: dict[str, str | list[str]] = {
        "Queue": queue,
        "Interface": _channel(device),
        "Penalty": str(penalty),
        "Paused": "true" if paused else "false",
    }
    if name:
        fields["MemberName"] = name
    return Order("QueueAdd", fields)


def queue_remove(*, device: str, queue: str) -> Order:
    """Logs a device out of a queue; members of queues.conf cannot be removed, only paused."""
    return Order("QueueRemove", {"Queue": queue, "Interface": _channel(device)})


def _diallable(value: str) -> str:
    if not _DIALLABLE.fullmatch(value):
        raise InvalidArgument(value)
    return value


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise InvalidArgument(value)
    return value


_REFUSALS = (
    ("no such channel", Refusal.NO_SUCH_CHANNEL),
    ("channel specified does not exist", Refusal.NO_SUCH_CHANNEL),
    ("channel does not exist", Refusal.NO_SUCH_CHANNEL),
    ("channel not found", Refusal.NO_SUCH_CHANNEL),
    ("extension does not exist", Refusal.NO_SUCH_EXTENSION),
    ("invalid extension", Refusal.NO_SUCH_EXTENSION),
    ("no bridge", Refusal.NOT_CONNECTED),
    ("not in a bridge", Refusal.NOT_CONNECTED),
    ("transfer failed", Refusal.NOT_CONNECTED),
    ("transfer invalid", Refusal.NOT_CONNECTED),
    ("unable to bridge", Refusal.NOT_CONNECTED),
    ("no such queue", Refusal.NO_SUCH_QUEUE),
    ("interface not found", Refusal.NO_SUCH_MEMBER),
    ("not there", Refusal.NO_SUCH_MEMBER),
    ("dynamic", Refusal.NOT_PERMITTED),
    ("already there", Refusal.ALREADY_MEMBER),
    ("cannot set mute", Refusal.NOT_RECORDED),
    ("unknown command", Refusal.NOT_SUPPORTED),
    ("permission denied", Refusal.NOT_PERMITTED),
    ("privilege", Refusal.NOT_PERMITTED),
)


def refusal_of(message: str) -> Refusal:
    """The reason in the Message of an error answer."""
    words = message.lower()
    return next((refusal for part, refusal in _REFUSALS if part in words), Refusal.REFUSED)


# OriginateResponse.Reason: Asterisk's control frames; it speaks of the agent's phone only
_REASONS = {
    "0": Refusal.PHONE_UNREACHABLE,
    "1": Refusal.PHONE_NO_ANSWER,
    "3": Refusal.PHONE_NO_ANSWER,
    "5": Refusal.PHONE_BUSY,
    "8": Refusal.CONGESTION,
}


def refusal_of_originate(response: str, reason: str, *, rang: bool) -> Refusal | None:
    """What an OriginateResponse says: None if the agent's phone answered.

    `rang`: the command's call exists. The PBX gives reason 0 for a phone that refuses and for one that is not there.
    """
    if response == "Success":
        return None
    if reason == "0" and rang:
        return Refusal.PHONE_BUSY
    return _REASONS.get(reason, Refusal.REFUSED)
