"""Orders are sent as the PBX wants them and cannot be bent into others (CALL-14)."""

import pytest

from callwright.telephony.asterisk import commands
from callwright.telephony.asterisk.commands import InvalidArgument, Refusal, refusal_of, refusal_of_originate
from callwright.telephony.asterisk.protocol import Message, encode, parse
from callwright.telephony.asterisk.tests.play import calls_of, messages_of, translate


def sent(order: commands.Order) -> list[str]:
    return encode(order.action, order.fields).decode().strip().split("\r\n")


def test_click_to_call_rings_the_agent_first_under_the_commands_id() -> None:
    order = commands.originate(command="cw-1f", device="PJSIP/101", number="+31201234567", context="internal")
    assert sent(order) == [
        "Action: Originate",
        "Channel: PJSIP/101",
        "Context: internal",
        "Exten: +31201234567",
        "Priority: 1",
        "Timeout: 30000",
        'CallerID: "+31201234567" <+31201234567>',
        "Async: true",
        "ChannelId: cw-1f",
        "OtherChannelId: cw-1f-2",
        "Variable: __CALLWRIGHT_COMMAND=cw-1f",
    ]


def test_transfers_name_the_agents_channel() -> None:
    blind = commands.blind_transfer(channel="PJSIP/101-0000001a", to="102", context="internal")
    assert sent(blind) == ["Action: BlindTransfer", "Channel: PJSIP/101-0000001a", "Exten: 102", "Context: internal"]
    attended = commands.attended_transfer(channel="PJSIP/101-0000001a", to="*8#", context="internal")
    assert sent(attended) == ["Action: Atxfer", "Channel: PJSIP/101-0000001a", "Exten: *8#", "Context: internal"]
    assert sent(commands.cancel_transfer(channel="PJSIP/101-1"))[0] == "Action: CancelAtxfer"
    assert (
        sent(commands.hang_up(channel="Local/102@internal-00000000;2"))[1] == "Channel: Local/102@internal-00000000;2"
    )


def test_pauses_say_why_and_where() -> None:
    order = commands.queue_pause(device="PJSIP/101", paused=True, reason="lunch", queue="support")
    assert sent(order) == [
        "Action: QueuePause", "Interface: PJSIP/101", "Paused: true", "Queue: support", "Reason: lunch",
    ]  # fmt: skip
    assert sent(commands.queue_pause(device="PJSIP/101", paused=False, reason="x"))[1:] == [
        "Interface: PJSIP/101", "Paused: false",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "number", ["", "101,102", "1&PJSIP/999", "1\r\nAction: x", "${SHELL(id)}", "1|2", "x" * 60, " 1"]
)
def test_a_number_that_is_more_than_a_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidArgument):
        commands.originate(command="c", device="PJSIP/101", number=number, context="internal")
    with pytest.raises(InvalidArgument):
        commands.blind_transfer(channel="PJSIP/101-1", to=number, context="internal")


@pytest.mark.parametrize("device", ["", "101", "PJSIP/", "PJSIP/101&PJSIP/102", "PJSIP/101\r\nX: y", "PJSIP/1 2"])
def test_a_device_that_is_more_than_a_device_is_refused(device: str) -> None:
    with pytest.raises(InvalidArgument):
        commands.hang_up(channel=device)


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ("No such channel", Refusal.NO_SUCH_CHANNEL),
        ("Channel specified does not exist", Refusal.NO_SUCH_CHANNEL),
        ("Extension does not exist.", Refusal.NO_SUCH_EXTENSION),
        ("Interface not found", Refusal.NO_SUCH_MEMBER),
        ("Unable to add interface: Already there", Refusal.ALREADY_MEMBER),
        ("Unable to add interface to queue: No such queue", Refusal.NO_SUCH_QUEUE),
        ("Permission denied", Refusal.NOT_PERMITTED),
        ("Invalid/unknown command: PJSIPNotify. Use Action: ListCommands", Refusal.NOT_SUPPORTED),
        ("Something else", Refusal.REFUSED),
    ],
)
def test_the_pbxs_words_become_reasons(message: str, refusal: Refusal) -> None:
    assert refusal_of(message) is refusal


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("click_to_call_answered", None),
        ("click_to_call_agent_no_answer", Refusal.PHONE_NO_ANSWER),
        ("click_to_call_agent_refuses", Refusal.PHONE_BUSY),
        ("click_to_call_unregistered", Refusal.PHONE_UNREACHABLE),
    ],
)
def test_what_became_of_the_agents_phone(name: str, refusal: Refusal | None) -> None:
    messages = messages_of(name)
    (response,) = [message for message in messages if message.name == "OriginateResponse"]
    rang = bool(calls_of(translate(messages)))
    assert refusal_of_originate(response.get("Response"), response.get("Reason"), rang=rang) is refusal


def test_hold_prepares_the_pbx_parts_the_two_and_joins_them_again() -> None:
    orders = commands.hold(channel="PJSIP/101-1", client="PJSIP/trunk-2")
    assert [order.action for order in orders] == [*["DialplanExtensionAdd"] * 5, *["Setvar"] * 4, "Redirect"]
    assert sent(orders[-1]) == [
        "Action: Redirect", "Channel: PJSIP/trunk-2", "Context: callwright", "Exten: hold", "Priority: 1",
        "ExtraChannel: PJSIP/101-1", "ExtraContext: callwright", "ExtraExten: wait", "ExtraPriority: 1",
    ]  # fmt: skip
    assert sent(commands.unhold(channel="PJSIP/101-1", client="PJSIP/trunk-2")[-1]) == [
        "Action: Bridge", "Channel1: PJSIP/trunk-2", "Channel2: PJSIP/101-1",
    ]  # fmt: skip


def test_a_hold_that_the_link_did_counts_as_one_of_the_phones() -> None:
    messages = messages_of("direct_agent_hangs_up")
    middle = next(index for index, message in enumerate(messages) if message.name == "HangupRequest")
    agent = next(message.get("DestChannel") for message in messages if message.name == "DialBegin")
    begun = float(messages[middle].get("Timestamp")) - 3
    hold = Message("Hold", {**parse(commands.held(channel=agent)).fields, "Timestamp": str(begun)})
    (call,) = calls_of(translate([*messages[:middle], hold, *messages[middle:]]))
    assert call.hold_s == 3
