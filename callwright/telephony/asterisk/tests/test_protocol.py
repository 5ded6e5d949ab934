"""Bytes to messages: any segmentation, any garbage, any size (CALL-12)."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.telephony.asterisk.protocol import (
    InvalidValue,
    Splitter,
    encode,
    is_wanted,
    name_of,
    parse,
)
from callwright.telephony.asterisk.tests.play import TRACES

STREAM = b"Asterisk Call Manager/11.0.0\r\n" + (TRACES / "queue_answered.ami.txt").read_bytes()[:20_000]


def split_at(data: bytes, cuts: list[int], limit: int = 256 * 1024) -> tuple[list[bytes], int, str]:
    splitter = Splitter(limit)
    blocks = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        blocks += splitter.feed(data[start:end])
    return blocks, splitter.oversized, splitter.banner


@given(st.lists(st.integers(0, len(STREAM)), max_size=60))
def test_any_segmentation_of_real_traffic_gives_the_same_messages(cuts: list[int]) -> None:
    whole = split_at(STREAM, [])
    assert len(whole[0]) > 10
    assert split_at(STREAM, cuts) == whole


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"Event: X", b": ", b"\xff", b"bbbbbbbb"]), max_size=80),
    st.lists(st.integers(0, 400), max_size=20),
)
def test_any_segmentation_of_garbage_gives_the_same_blocks(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    assert split_at(data, cuts, limit=20) == split_at(data, [], limit=20)


@given(st.binary(max_size=300))
def test_garbage_never_raises(data: bytes) -> None:
    for block in Splitter().feed(data + b"\r\n\r\n"):
        is_wanted(block)
        message = parse(block)
        assert all(isinstance(value, str) for value in message.fields.values())


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    (block,) = Splitter().feed(b"Event: Newchannel\r\nCallerIDName: Andr\xe9\r\n\r\n")
    assert parse(block).get("CallerIDName") == "Andr\ufffd"


def test_a_character_cut_by_a_segment_is_whole() -> None:
    data = "Event: Newchannel\r\nCallerIDName: Árvíztűrő حسن\r\n\r\n".encode()
    splitter = Splitter()
    blocks = [block for index in range(len(data)) for block in splitter.feed(data[index : index + 1])]
    assert [parse(block).get("CallerIDName") for block in blocks] == ["Árvíztűrő حسن"]


def test_lone_line_feeds_and_keys_without_value() -> None:
    (block,) = Splitter().feed(b"Event: Cdr\nAnswerTime: \nEmpty:\nOdd line\n\n")
    message = parse(block)
    assert (message.name, message.get("AnswerTime"), message.get("Empty"), message.get("Odd line")) == (
        "Cdr",
        "",
        "",
        "",
    )


def test_repeated_keys_are_kept_in_order() -> None:
    message = parse(b"Response: Success\nOutput: one\nOutput: two: 2\nOutput: three")
    assert message.all("Output") == ["one", "two: 2", "three"]
    assert (message.name, message.all("Response"), message.all("None")) == ("Response", ["Success"], [])


def test_a_line_of_10_mb_is_dropped_and_the_next_message_is_read() -> None:
    splitter = Splitter()
    blocks: list[bytes] = []
    blocks += splitter.feed(b"Event: Hangup\r\nChannel: ")
    for _ in range(160):
        blocks += splitter.feed(b"x" * 65536)
        assert len(splitter._buffer) < 512 * 1024
    blocks += splitter.feed(b"\r\n\r\nEvent: Hangup\r\nUniqueid: 1.1\r\n\r\n")
    assert [parse(block).get("Uniqueid") for block in blocks] == ["1.1"]
    assert splitter.oversized == 1


def test_names_are_read_from_bytes() -> None:
    assert name_of(b"Event: Hangup\nCause: 16") == b"Hangup"
    assert is_wanted(b"Event: Hangup\nCause: 16")
    assert not is_wanted(b"Event: RTCPSent\nCause: 16")
    assert not is_wanted(b"Event: Hang")
    assert is_wanted(b"Response: Success\nActionID: 1")


def test_an_action_is_written_line_by_line() -> None:
    sent = encode("Originate", {"Channel": "PJSIP/101", "Variable": ["A=1", "B=2"]})
    assert sent == b"Action: Originate\r\nChannel: PJSIP/101\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n"


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_value_can_start_another_header(key: str, value: str) -> None:
    try:
        sent = encode("Originate", {"CallerID": value, key: value})
    except InvalidValue:
        return
    lines = sent.decode().split("\r\n")
    assert lines[0] == "Action: Originate"
    assert len(lines) == 5 - (key == "CallerID")
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize("value", ["101\r\nAction: Command", "101\n", "a\rb", "a\0b", "a\u2028b"])
def test_line_ends_in_values_are_refused(value: str) -> None:
    with pytest.raises(InvalidValue):
        encode("Hangup", {"Channel": value})
