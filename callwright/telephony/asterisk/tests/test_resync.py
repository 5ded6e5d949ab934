"""After a gap the PBX's lists are the truth (CALL-12)."""

from datetime import UTC, datetime, timedelta

from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.protocol import Message, message
from callwright.telephony.asterisk.tests.play import CONFIG, calls_of, messages_of, translate
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import (
    AgentPhone,
    AgentStateChanged,
    CallEnded,
    PhoneStateChanged,
    QueueChanged,
    QueueJoined,
)

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def shown(uid: str, linked: str, channel: str, state: str = "6", **fields: str) -> Message:
    known = {"Uniqueid": uid, "Linkedid": linked, "Channel": channel, "ChannelState": state, "Duration": "00:00:10"}
    return message("CoreShowChannel", **{**known, "Exten": "", "BridgeId": "", "Application": "", **fields})


CALLER = shown("1.0", "1.0", "PJSIP/trunk-1", CallerIDNum="79161234567", Exten="74951000101", Duration="00:01:05")


def ringing(state: str = "5", bridge: str = "") -> Message:
    return shown("1.1", "1.0", "PJSIP/101-2", state, Application="AppDial", Exten="74951000101", BridgeId=bridge)


def test_a_call_that_began_in_the_gap_is_taken_up() -> None:
    translator = Translator("main", CONFIG)
    events = translator.resync([ringing(), CALLER], [], AT)
    (call,) = calls_of(events)
    assert (call.direction, call.status, call.from_number, call.to_number) == (
        "inbound", "ringing", "79161234567", "74951000101",
    )  # fmt: skip
    assert call.started_at == AT - timedelta(seconds=65)
    assert [(leg.party, leg.rung_at, leg.answered_at) for leg in call.legs] == [
        ("101", AT - timedelta(seconds=10), None)
    ]


def test_what_was_answered_in_the_gap_talks_and_its_end_is_read_live() -> None:
    translator = Translator("main", CONFIG)
    events = translator.resync([CALLER, ringing()], [], AT)
    talking = [
        shown(**{**{"uid": "1.0", "linked": "1.0", "channel": "PJSIP/trunk-1"}, "BridgeId": "b"}),
        ringing("6", "b"),
    ]
    events += translator.resync(talking, [], AT + timedelta(seconds=60))
    later = str((AT + timedelta(seconds=90)).timestamp())
    for uid, channel in (("1.1", "PJSIP/101-2"), ("1.0", "PJSIP/trunk-1")):
        events += translator.feed(
            message("HangupRequest", Uniqueid=uid, Channel=channel, Timestamp=later, Cause="16"), AT
        )
        events += translator.feed(message("Hangup", Uniqueid=uid, Channel=channel, Timestamp=later, Cause="16"), AT)
    (call,) = calls_of(events)
    assert (call.status, call.answered_by, call.talk_s, call.hangup_by, call.complete) == (
        "answered",
        "101",
        30,
        "agent",
        True,
    )
    assert not any(translator.sizes().values())


def test_a_call_that_ended_in_the_gap_ends_incomplete() -> None:
    translator = Translator("main", CONFIG)
    messages = messages_of("direct_answered")
    events = translate(messages[: len(messages) // 2], translator)
    assert translator.sizes()["calls"] == 1
    events += translator.resync([], [], AT)
    (call,) = calls_of(events)
    assert (call.ended_at, call.complete, call.hangup_by) == (AT, False, None)
    assert not any(translator.sizes().values())


def test_a_leg_that_vanished_ends_while_its_call_goes_on() -> None:
    translator = Translator("main", CONFIG)
    events = translator.resync([CALLER, ringing()], [], AT)
    events += translator.resync([CALLER], [], AT + timedelta(seconds=20))
    (call,) = calls_of(events)
    assert call.ended_at is None
    assert [(leg.party, leg.result) for leg in call.legs] == [("101", "no_answer")]


def test_an_outbound_call_and_an_internal_one_are_told_apart() -> None:
    channels = [
        shown("2.0", "2.0", "PJSIP/102-3", "4", CallerIDNum="102", Exten="79165550000", Application="Dial"),
        shown("2.1", "2.0", "PJSIP/trunk-4", "5", CallerIDNum="79165550000", Application="AppDial"),
        shown("3.0", "3.0", "PJSIP/103-5", "4", CallerIDNum="103", Exten="104", Application="Dial"),
        shown("3.1", "3.0", "PJSIP/104-6", "5", CallerIDNum="104", Application="AppDial"),
    ]
    calls = calls_of(Translator("main", CONFIG).resync(channels, [], AT))
    assert {(call.direction, call.from_number, call.to_number, call.legs[0].party) for call in calls} == {
        ("outbound", "102", "79165550000", "79165550000"),
        ("internal", "103", "104", "104"),
    }


def test_the_same_lists_twice_say_nothing_new() -> None:
    translator = Translator("main", CONFIG)
    others = [
        message("QueueParams", Queue="support", Calls="2"),
        message("DeviceStateChange", Device="PJSIP/101", State="INUSE"),
    ]
    assert translator.resync([CALLER, ringing()], others, AT)
    assert translator.resync([CALLER, ringing()], others, AT) == []


def test_queues_members_and_phones_are_read() -> None:
    translator = Translator("main", CONFIG)
    others = [
        message("QueueParams", Queue="support", Calls="1"),
        message("QueueMember", Queue="support", Location="PJSIP/101", Paused="1", PausedReason="lunch"),
        message("QueueEntry", Queue="support", Uniqueid="1.0", Wait="30"),
        message("DeviceStateChange", Device="PJSIP/101", State="RINGING"),
        message("DeviceStateChange", Device="PJSIP/trunk", State="INUSE"),
    ]
    events = translator.resync([CALLER], others, AT)
    assert QueueChanged(pbx="main", at=AT, queue="support", waiting=1) in events
    assert QueueJoined(pbx="main", at=AT - timedelta(seconds=30), call="1.0", queue="support") in events
    assert PhoneStateChanged(pbx="main", at=AT, extension="101", phone=AgentPhone.RINGING) in events
    assert (
        AgentStateChanged(
            pbx="main",
            at=AT,
            extension="101",
            queue="support",
            logged_in=True,
            paused=True,
            reason="lunch",
            listed=True,
        )
        in events
    )
    assert [event for event in events if isinstance(event, PhoneStateChanged)] == [events[-1]]


def test_members_log_in_pause_and_leave() -> None:
    states = [
        (event.extension, event.queue, event.logged_in, event.paused, event.reason)
        for event in translate(messages_of("queue_members"))
        if isinstance(event, AgentStateChanged) and event.queue == "night"
    ]
    assert states == [
        ("101", "night", True, False, ""),
        ("101", "night", True, True, "lunch"),
        ("101", "night", True, False, ""),
        ("101", "night", False, False, ""),
    ]


def booted(at: datetime, uptime_s: int) -> Message:
    return message("FullyBooted", Timestamp=str(at.timestamp()), Uptime=str(uptime_s))


def test_a_restart_of_the_pbx_ends_its_calls_when_the_link_broke() -> None:
    translator = Translator("main", CONFIG)
    translator.feed(booted(AT - timedelta(hours=1), 5), AT)
    translator.resync([CALLER], [], AT)
    translator.lost(AT + timedelta(seconds=30))
    same = translator.feed(booted(AT + timedelta(seconds=35), 3640), AT)
    assert same == []
    (ended,) = translator.feed(booted(AT + timedelta(seconds=60), 4), AT)
    assert isinstance(ended, CallEnded)
    assert (ended.at, ended.complete) == (AT + timedelta(seconds=30), False)


def test_a_clean_stop_of_the_pbx_ends_its_calls_by_the_system() -> None:
    translator = Translator("main", CONFIG)
    translator.resync([CALLER], [], AT)
    stop = AT + timedelta(seconds=9)
    events = translator.feed(message("Shutdown", Timestamp=str(stop.timestamp())), AT)
    ended = events[-1]
    assert isinstance(ended, CallEnded)
    assert (ended.at, ended.hangup_by, ended.complete) == (stop, "system", True)
    assert not any(translator.sizes().values())


def test_calls_whose_end_was_missed_are_given_up() -> None:
    translator = Translator("main", TranslatorConfig(trunks=frozenset(["trunk"]), stale_after_s=3600))
    events = []
    for number in range(3000):
        at = str(AT.timestamp() + number * 10)
        fields = {
            "Uniqueid": f"9.{number}",
            "Linkedid": f"9.{number}",
            "Channel": f"PJSIP/trunk-{number}",
            "Timestamp": at,
        }
        events += translator.feed(message("Newchannel", ChannelState="4", Exten="7495", **fields), AT)
    assert translator.sizes()["calls"] < 1000
    ended = [event for event in events if isinstance(event, CallEnded)]
    assert len(ended) > 2000
    assert not any(event.complete for event in ended)
