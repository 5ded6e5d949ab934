"""The translator after a crash, with repetitions, with gaps: nothing lost, nothing doubled, nothing raised."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.telephony.asterisk.names import WANTED
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.tests.play import CONFIG, NOW, TRACES, calls_of, messages_of, translate
from callwright.telephony.asterisk.translate import Translator, UnreadableSnapshot
from callwright.telephony.events import CallEvent, Event

NAMES = sorted(path.name.removesuffix(".ami.txt") for path in TRACES.glob("*.ami.txt"))
RICH = ["queue_attended_refer", "pickup_from_queue", "parked_retrieved", "attended_feature_code", "forward_by_phone"]
MESSAGES = {name: messages_of(name) for name in RICH}


@pytest.mark.parametrize("name", NAMES)
def test_restored_at_any_message_it_goes_on_alike(name: str) -> None:
    messages = messages_of(name)
    whole = Translator("main", CONFIG)
    expected = [whole.feed(message, NOW) for message in messages]
    translator = Translator("main", CONFIG)
    for message, events in zip(messages, expected, strict=True):
        translator = Translator.restore(translator.snapshot(), CONFIG)
        assert translator.feed(message, NOW) == events


def identities(events: list[Event]) -> set[str]:
    return {event.identity() for event in events if isinstance(event, CallEvent)}


@pytest.mark.parametrize("name", NAMES)
def test_each_message_twice_changes_nothing(name: str) -> None:
    messages = messages_of(name)
    doubled = [message for message in messages for _ in range(2)]
    assert calls_of(translate(doubled)) == calls_of(translate(messages))


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_of_the_whole_recording_gives_the_same_identities(name: str) -> None:
    messages = messages_of(name)
    once, again = translate(messages), translate(messages)
    assert identities(once) == identities(again)
    assert once == again


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RICH), st.integers(0, 2**32))
def test_missing_and_shuffled_messages_never_raise(name: str, seed: int) -> None:
    chance = random.Random(seed)
    messages = [message for message in MESSAGES[name] if chance.random() > 0.2]
    for index in range(len(messages) - 1):
        if chance.random() < 0.3:
            messages[index], messages[index + 1] = messages[index + 1], messages[index]
    translate(messages)


FIELDS = [
    *("Uniqueid", "Linkedid", "Channel", "DestUniqueid", "DestChannel", "Cause", "BridgeUniqueid", "Queue", "Count"),
    *("Timestamp", "Uptime", "DialStatus", "Application", "ParkeeUniqueid", "TargetUniqueid", "CID-CallingPres"),
    *(
        "OrigTransfererUniqueid",
        "SecondTransfererUniqueid",
        "TransfererUniqueid",
        "Result",
        "Exten",
        "Duration",
        "Wait",
    ),
]
VALUES = [
    *("", "1", "2", "Local/1@a-1;1", "PJSIP/101-1", "PJSIP/trunk-2", "\u00b2", "9" * 5000, "-1", "nan", "1e300"),
    *("ANSWER", "CANCEL", "VoiceMail", "Success", "1795279641.5", "-62135596800", "00:99999999:1", "<ZOMBIE>"),
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(name.decode() for name in WANTED)),
            st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES)),
        ),
        max_size=40,
    )
)
def test_senseless_messages_never_raise(made: list[tuple[str, dict[str, str]]]) -> None:
    translator = Translator("main", CONFIG)
    for name, fields in made:
        translator.feed(Message(name, {"Event": name, **fields}), NOW)
    translator.resync([Message(name, fields) for name, fields in made], [], NOW)


def test_a_damaged_snapshot_is_refused() -> None:
    with pytest.raises(UnreadableSnapshot):
        Translator.restore(b"\x81\xa1a\x01", CONFIG)
    with pytest.raises(UnreadableSnapshot):
        Translator.restore(b"", CONFIG)
