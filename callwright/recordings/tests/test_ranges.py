"""What a Range header asks for (RFC 9110, section 14); whatever it holds is read at once (CALL-9)."""

import pytest

from callwright.recordings.rules import UnsatisfiableRange, asked_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-", (0, 999)),
        ("Bytes = 10-19", (10, 19)),
        ("bytes=990-2000", (990, 999)),
        ("bytes=-5", (995, 999)),
        ("bytes=-5000", (0, 999)),
        ("bytes=0-0,5-6", None),
        ("bytes=20-10", None),
        ("items=0-5", None),
        ("bytes=1-" + "11-" * 150 + "x", None),  # once kept a process busy for ever
    ],
)
def test_a_range_is_read_or_left_out(header: str, expected: tuple[int, int] | None) -> None:
    assert asked_range(header, 1000) == expected


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=-0"])
def test_a_range_without_any_byte_is_refused(header: str) -> None:
    with pytest.raises(UnsatisfiableRange):
        asked_range(header, 1000)
