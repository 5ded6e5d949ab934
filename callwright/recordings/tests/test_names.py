"""Names of files: what may stand in a pattern, and that it fits the files of one call alone (CALL-9)."""

from datetime import UTC, datetime

import pytest

from callwright.recordings.rules import (
    Announced,
    Named,
    client_is_second,
    fill_pattern,
    matches,
    names_for,
    pattern_problem,
)

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("{uniqueid}.*", ""),
        ("{year}/{month}/{day}/*-{uniqueid}.*", ""),
        ("*/{uniqueid}.wav", ""),
        ("{uniqueid}/*.wav", ""),
        ("rec{uniqueid}.wav", ""),
        ("{uniqueid}*.wav", "open_key"),
        ("*{uniqueid}.wav", "open_key"),
        ("{linkedid}*", "open_key"),
        ("{uniqueid}1*.wav", "open_key"),
        ("{uniqueid}{hour}*.wav", "open_key"),
        ("{uniqueid}*/in.wav", "open_key"),
        ("x.wav", "no_key"),
        ("../{uniqueid}.wav", "unsafe"),
    ],
)
def test_a_pattern_fits_the_files_of_one_call_alone(pattern: str, problem: str) -> None:
    assert pattern_problem(pattern, can_list=True) == problem


@pytest.mark.parametrize("pattern", ["{uniqueid}.*", "*-{uniqueid}.wav", "{uniqueid}-*.wav"])
def test_a_longer_key_is_another_call(pattern: str) -> None:
    mine = fill_pattern(pattern, uniqueid="1763800000.1", linkedid="1763800000.1", at=AT)
    assert mine is not None
    theirs = ("1763800000.12.wav", "in-1763800000.12.wav", "1763800000.12-in.wav", "in-11763800000.1.wav")
    assert not any(matches(mine, one) for one in theirs)
    assert any(matches(mine, one) for one in ("1763800000.1.wav", "in-1763800000.1.wav", "1763800000.1-in.wav"))


def test_each_side_is_looked_for_under_its_own_name() -> None:
    def asked(*sides: str) -> list[Named]:
        return names_for(
            linkedid="17.1", started_at=AT, announced=[Announced("17.2", "", AT)], pattern="{uniqueid}.wav",
            pbx_folder="/monitor", can_list=True, sides=(sides[0], sides[1]),
        )  # fmt: skip

    (both,) = asked("{uniqueid}-in.wav", "{uniqueid}-out.wav")
    assert both.sides == (("17.2-in.wav", "17.2-out.wav"),) and both.names == ("17.2.wav",)
    assert asked("", "")[0].sides == () and asked("{uniqueid}-in.wav", "")[0].sides == ()


@pytest.mark.parametrize(
    ("direction", "key", "second"),
    [("inbound", "17.1", False), ("outbound", "17.1", True), ("outbound", "17.2", False)],
)
def test_on_the_first_channel_is_whose_telephone_was_recorded(direction: str, key: str, second: bool) -> None:
    told = {"direction": direction, "pbx_key": "17.1"}
    assert client_is_second(**told, recorded=[(key, AT)], began_at=AT) is second
    assert client_is_second(**told, recorded=[], began_at=None) is (direction == "outbound")
