"""What Asterisk says of recordings (CALL-9)."""

from datetime import UTC, datetime, timedelta

from callwright.telephony.asterisk import commands
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.commands import Refusal, refusal_of
from callwright.telephony.asterisk.protocol import encode, message
from callwright.telephony.asterisk.tests.play import messages_of, translate
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import (
    CallEnded,
    CallEvent,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANNEL = {"Uniqueid": "1.0", "Linkedid": "1.0", "Channel": "PJSIP/trunk-00000001"}


def begun() -> Translator:
    translator = Translator("main", TranslatorConfig(trunks=frozenset(["trunk"])))
    opened = message("Newchannel", **CHANNEL, ChannelState="4", CallerIDNum="0612345678", Exten="0201234567")
    translator.feed(opened, AT)
    return translator


def test_a_real_queue_call_names_its_file() -> None:
    events = translate(messages_of("queue_answered"))
    (started,) = [event for event in events if isinstance(event, RecordingStarted)]
    assert started.recording == started.call
    assert started.file.endswith(f"/monitor/{started.call}.wav")


def test_pausing_resuming_and_stopping_are_told_of_the_recorded_channel() -> None:
    translator = begun()
    told: list[CallEvent] = []
    for name, more in (
        ("VarSet", {"Variable": "MIXMONITOR_FILENAME", "Value": "/m/1.0.wav"}),
        ("VarSet", {"Variable": "SOMETHING", "Value": "else"}),
        ("MixMonitorStart", {}),
        ("MixMonitorMute", {"Direction": "both", "State": "1"}),
        ("MixMonitorMute", {"Direction": "both", "State": "0"}),
    ):
        told += translator.feed(message(name, **CHANNEL, **more), AT)
    assert [type(event) for event in told] == [RecordingStarted, RecordingPaused, RecordingResumed]
    assert told[0] == RecordingStarted(pbx="main", at=AT, call="1.0", recording="1.0", file="/m/1.0.wav")
    (stopped,) = translator.feed(message("MixMonitorStop", **CHANNEL), AT)
    assert isinstance(stopped, RecordingStopped)


def test_a_channel_that_two_record_is_recorded_until_both_have_stopped() -> None:
    translator = begun()
    for file in ("/m/a.wav", "/m/b.wav"):
        translator.feed(message("VarSet", **CHANNEL, Variable="MIXMONITOR_FILENAME", Value=file), AT)
        (started,) = translator.feed(message("MixMonitorStart", **CHANNEL), AT)
        assert isinstance(started, RecordingStarted) and started.file == file
    assert translator.feed(message("MixMonitorStop", **CHANNEL), AT) == []
    (stopped,) = translator.feed(message("MixMonitorStop", **CHANNEL), AT)
    assert isinstance(stopped, RecordingStopped)


AGENT = {"Uniqueid": "1.1", "Linkedid": "1.0", "Channel": "PJSIP/101-00000002"}


def talking() -> Translator:
    """A caller and 101 talk; what each of them says is recorded on its own channel."""
    translator = begun()
    for name, fields in (
        ("Newchannel", {**AGENT, "ChannelState": "0", "CallerIDNum": "101", "Exten": "s"}),
        ("DialBegin", {**CHANNEL, **{f"Dest{name}": value for name, value in AGENT.items()}, "DialString": "101"}),
        ("DialEnd", {**CHANNEL, **{f"Dest{name}": value for name, value in AGENT.items()}, "DialStatus": "ANSWER"}),
        ("BridgeEnter", {**CHANNEL, "BridgeUniqueid": "b"}),
        ("BridgeEnter", {**AGENT, "BridgeUniqueid": "b"}),
        ("MixMonitorStart", CHANNEL),
        ("MixMonitorStart", AGENT),
    ):
        translator.feed(message(name, **fields), AT)
    return translator


def test_all_channels_of_a_call_are_named_for_orders_the_recorded_ones_first() -> None:
    translator = talking()
    assert translator.channels_of("1.0") == ["PJSIP/trunk-00000001", "PJSIP/101-00000002"]
    translator.feed(message("MixMonitorStop", **CHANNEL), AT)
    assert translator.channels_of("1.0") == ["PJSIP/101-00000002", "PJSIP/trunk-00000001"]
    assert translator.channels_of("9.9") == []


def test_what_is_recorded_of_a_leg_ends_with_the_leg_while_the_call_goes_on() -> None:
    translator, later = talking(), AT + timedelta(seconds=30)
    told = translator.feed(message("Hangup", **AGENT, Cause="16"), later)
    assert [event for event in told if isinstance(event, RecordingStopped)] == [
        RecordingStopped(pbx="main", at=later, call="1.0", recording="1.1")
    ]
    told = translator.feed(message("Hangup", **CHANNEL, Cause="16"), later)
    assert not any(isinstance(event, RecordingStopped) for event in told)  # it ends with its call
    assert any(isinstance(event, CallEnded) for event in told)


def test_a_snapshot_knows_what_is_recorded() -> None:
    translator = Translator.restore(talking().snapshot(), TranslatorConfig(trunks=frozenset(["trunk"])))
    told = translator.feed(message("Hangup", **AGENT, Cause="16"), AT)
    assert [event.recording for event in told if isinstance(event, RecordingStopped)] == ["1.1"]


def test_recordings_of_channels_nobody_knows_are_no_calls_of_ours() -> None:
    assert begun().feed(message("MixMonitorStart", Uniqueid="9.9", Linkedid="9.9", Channel="PJSIP/x-1"), AT) == []


def test_the_order_to_pause_silences_both_sides() -> None:
    order = commands.pause_recording(channel="PJSIP/trunk-00000001", paused=True)
    assert encode(order.action, order.fields).decode().split("\r\n")[:4] == [
        "Action: MixMonitorMute", "Channel: PJSIP/trunk-00000001", "Direction: both", "State: 1",
    ]  # fmt: skip
    assert refusal_of("Cannot set mute flag") is Refusal.NOT_RECORDED
