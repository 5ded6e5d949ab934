"""What Asterisk says of recordings (CALL-9)."""

from datetime import UTC, datetime

from callwright.telephony.asterisk import commands
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.commands import Refusal, refusal_of
from callwright.telephony.asterisk.protocol import encode, message
from callwright.telephony.asterisk.tests.play import messages_of, translate
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import (
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
    assert translator.recorded_channel_of("1.0") is None
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
    assert translator.recorded_channel_of("1.0") == "PJSIP/trunk-00000001"
    (stopped,) = translator.feed(message("MixMonitorStop", **CHANNEL), AT)
    assert isinstance(stopped, RecordingStopped)
    assert translator.recorded_channel_of("1.0") is None


def test_recordings_of_channels_nobody_knows_are_no_calls_of_ours() -> None:
    assert begun().feed(message("MixMonitorStart", Uniqueid="9.9", Linkedid="9.9", Channel="PJSIP/x-1"), AT) == []


def test_the_order_to_pause_silences_both_sides() -> None:
    order = commands.pause_recording(channel="PJSIP/trunk-00000001", paused=True)
    assert encode(order.action, order.fields).decode().split("\r\n")[:4] == [
        "Action: MixMonitorMute", "Channel: PJSIP/trunk-00000001", "Direction: both", "State: 1",
    ]  # fmt: skip
    assert refusal_of("Cannot set mute flag") is Refusal.NOT_RECORDED
