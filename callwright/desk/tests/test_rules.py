"""What a call is for one employee (DESK-1), and layouts of the card (DESK-2)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.desk.rules import (
    DEFAULT_LAYOUT,
    FIRST,
    FOLDED,
    HIDDEN,
    PARTS,
    SECOND,
    CardState,
    MyLeg,
    card_state,
    layout_from,
    layout_to_store,
)

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RINGS, TALKS, GAVE_UP, DONE = MyLeg(None, None), MyLeg(T, None), MyLeg(None, T), MyLeg(T, T)


def state(*legs: MyLeg, **known: Any) -> CardState:
    facts = {
        "direction": "inbound", "ended_at": None, "answered_at": None, "talking_since": None, "held_since": None,
        "is_caller": False,
    }  # fmt: skip
    return card_state(**{**facts, **known}, legs=legs)


@pytest.mark.parametrize(
    ("legs", "known", "expected"),
    [
        ([RINGS], {}, CardState.RINGING),
        ([GAVE_UP, RINGS], {}, CardState.RINGING),
        ([TALKS], {"answered_at": T, "talking_since": T}, CardState.TALKING),
        ([TALKS], {"answered_at": T, "talking_since": T, "held_since": T}, CardState.ON_HOLD),
        ([DONE], {"ended_at": T, "answered_at": T}, CardState.ENDED),
        ([DONE], {"answered_at": T, "talking_since": T}, CardState.TRANSFERRED),
        ([GAVE_UP], {"answered_at": T, "talking_since": T}, CardState.TAKEN),
        ([GAVE_UP], {"answered_at": T, "ended_at": T}, CardState.TAKEN),
        ([GAVE_UP], {}, CardState.GONE),
        ([GAVE_UP], {"ended_at": T}, CardState.MISSED),
        ([], {"direction": "outbound", "is_caller": True}, CardState.DIALLING),
        ([], {"direction": "outbound", "is_caller": True, "talking_since": T, "answered_at": T}, CardState.TALKING),
        ([], {"direction": "outbound", "is_caller": True, "ended_at": T}, CardState.ENDED),
        (
            [],
            {"direction": "outbound", "is_caller": True, "talking_since": T, "is_handed_over": True},
            CardState.TRANSFERRED,
        ),
        ([RINGS], {"direction": "outbound", "is_caller": True}, CardState.PICK_UP),
        ([TALKS], {"direction": "outbound", "is_caller": True}, CardState.DIALLING),
    ],
)
def test_the_state_of_a_call_for_one_employee(legs: list[MyLeg], known: dict[str, Any], expected: CardState) -> None:
    assert state(*legs, **known) == expected


def test_without_a_choice_the_card_has_every_part_once() -> None:
    zones = layout_from([])
    assert [part for zone in (FIRST, SECOND, FOLDED, HIDDEN) for part in zones[zone]] == list(PARTS)
    assert zones[FIRST][0] == "account"


def test_a_stored_layout_keeps_its_order_and_new_parts_find_their_place() -> None:
    stored = [
        {"part": "warning", "zone": "first"}, {"part": "name", "zone": "first"}, {"part": "photo", "zone": "hidden"},
        {"part": "gone-since-long", "zone": "first"}, {"part": "name", "zone": "second"}, "rubbish", {},
    ]  # fmt: skip
    zones = layout_from(stored)
    assert zones[FIRST][:2] == ("warning", "name")
    assert zones[HIDDEN] == ("photo",)
    assert sorted(part for parts in zones.values() for part in parts) == sorted(PARTS)


def test_what_is_stored_is_read_back_the_same() -> None:
    zones = {FIRST: ["name"], SECOND: [part for part in PARTS if part != "name"]}
    assert layout_from(layout_to_store(zones))[SECOND] == tuple(zones[SECOND])
    assert dict(DEFAULT_LAYOUT)["orders"] == SECOND


def test_a_part_that_went_while_somebody_arranged_them_is_left_out() -> None:
    assert layout_to_store({"first": ["field:gone", "name"]}) == [{"part": "name", "zone": "first"}]


@pytest.mark.parametrize("zones", [{"first": ["name", "name"]}, {"attic": ["name"]}])
def test_what_is_no_layout_is_refused(zones: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError):
        layout_to_store(zones)
