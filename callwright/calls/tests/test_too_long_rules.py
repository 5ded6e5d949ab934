"""Which rule of talk time holds for a call (CALL-7)."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.calls.too_long import (
    LONGEST_LIMIT_S,
    Rule,
    RuleBook,
    is_too_long,
    limit_in,
    passed_at,
    prefix_in,
    talked_s,
)

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIRECTIONS = ("inbound", "outbound", "internal")

_prefixes = st.sampled_from(["", "+", "+3", "+31", "+319", "+3190", "+31900", "+36", "112"])
_ids = st.none() | st.integers(1, 3)
_rules = st.builds(
    Rule, id=st.just(0), limit_s=st.integers(10, 5000), prefix=_prefixes, queue_id=_ids, account_id=_ids,
    direction=st.sampled_from(["", *DIRECTIONS]),
)  # fmt: skip


def conditions(rule: Rule) -> tuple[Any, ...]:
    return rule.prefix, rule.queue_id, rule.account_id, rule.direction


_books = st.lists(_rules, max_size=30, unique_by=conditions)
_calls = st.fixed_dictionaries({
    "direction": st.sampled_from(DIRECTIONS),
    "number": st.sampled_from(["", "+", "+31201234567", "+31900123456", "+3190", "+3612345678", "112", "201"]),
    "queue_id": _ids, "account_id": st.integers(1, 4),
})  # fmt: skip


@given(_books, _calls)
def test_the_most_specific_rule_that_fits_holds(rules: list[Rule], call: Any) -> None:
    found = RuleBook(rules).rule_for(**call)
    fitting = [rule for rule in rules if rule.fits(**call)]
    assert found == max(fitting, key=lambda rule: rule.rank, default=None)
    assert len({rule.rank for rule in fitting}) == len(fitting)  # there is never a choice


@given(_books, _calls)
def test_the_longest_beginning_of_the_number_wins_whatever_else_fits(rules: list[Rule], call: Any) -> None:
    found = RuleBook(rules).rule_for(**call)
    longest = max((len(rule.prefix) for rule in rules if rule.fits(**call)), default=0)
    assert found is None or len(found.prefix) == longest


@given(_books, st.booleans())
def test_a_rule_that_never_holds_is_one_that_no_call_gets(rules: list[Rule], few: bool) -> None:
    accounts = [1, 2, 3] if few else None
    book = RuleBook(rules)
    numbers = ["", *sorted({rule.prefix + digit for rule in rules if rule.prefix for digit in "0123456789"})]
    every = product(DIRECTIONS, numbers, [None, 1, 2, 3], accounts or [1, 2, 3, 99])
    got = {book.rule_for(direction=d, number=n, queue_id=q, account_id=a) for d, n, q, a in every}
    for rule in rules:
        if rule.account_id is None or accounts is None or rule.account_id in accounts:
            assert book.never_holds(rule, accounts=accounts) is (rule not in got)


def test_three_rules_for_the_directions_leave_nothing_to_the_one_for_all() -> None:
    every = Rule(1, 600, prefix="+31900")
    ways = [Rule(2 + n, 300, prefix="+31900", direction=way) for n, way in enumerate(DIRECTIONS)]
    assert RuleBook([every, *ways]).never_holds(every)
    assert not RuleBook([every, *ways[:2]]).never_holds(every)
    assert not any(RuleBook([every, *ways]).never_holds(way) for way in ways)


def test_rules_for_all_accounts_leave_nothing_to_the_one_for_all() -> None:
    every, own = Rule(1, 600), [Rule(2, 300, account_id=1), Rule(3, 300, account_id=2)]
    assert RuleBook([every, *own]).never_holds(every, accounts=[1, 2])
    assert not RuleBook([every, *own]).never_holds(every, accounts=[1, 2, 3])
    assert not RuleBook([every, *own]).never_holds(every)


def test_longer_beginnings_for_each_digit_leave_nothing() -> None:
    short, longer = Rule(1, 600, prefix="+3190"), [Rule(2 + n, 60, prefix=f"+3190{n}") for n in range(10)]
    assert RuleBook([short, *longer]).never_holds(short)
    assert not RuleBook([short, *longer[1:]]).never_holds(short)


@given(st.integers(0, 4000), st.integers(10, 4000))
def test_a_call_may_last_exactly_its_limit(talk_s: int, limit_s: int) -> None:
    assert is_too_long(talk_s, limit_s) is (talk_s >= limit_s + 1)


def test_talk_goes_on_from_what_was_talked_before() -> None:
    assert talked_s(100, T0, T0 + timedelta(seconds=20.4)) == 120
    assert talked_s(100, T0, T0 + timedelta(seconds=20.5)) == 121  # rounded as the register rounds
    assert talked_s(100, None, T0) == 100
    assert passed_at(100, T0, 120) == T0 + timedelta(seconds=20)


def test_a_clock_that_is_behind_the_phone_system_counts_nothing() -> None:
    assert talked_s(0, T0, T0 - timedelta(hours=1)) == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12:00", 720), ("1:30:00", 5400), ("90", 90), (" 2:05 ", 125), ("١٢:٠٠", 720), ("90:00", 5400),
     ("24:00:00", 86400), ("0:09", None), ("12:60", None), ("1:60:00", None), ("24:00:01", None), ("", None),
     ("soon", None), ("-5:00", None), ("99999999", None), ("1:2:3:4", None)],
)  # fmt: skip
def test_a_limit_is_read_as_people_write_it(text: str, seconds: int | None) -> None:
    assert limit_in(text) == seconds


@given(st.text(max_size=30))
def test_no_text_breaks_a_limit_or_a_prefix(text: str) -> None:
    found = limit_in(text)
    assert found is None or 10 <= found <= LONGEST_LIMIT_S
    prefix = prefix_in(text, "NL")
    assert prefix is None or len(prefix) <= 16


@pytest.mark.parametrize(
    ("typed", "country", "prefix"),
    [("0900", "NL", "+31900"), ("0900 ", "NL", "+31900"), ("+31 900", "", "+31900"), ("0031-900", "NL", "+31900"),
     ("06 90", "HU", "+3690"), ("112", "NL", "112"), ("", "NL", ""), ("1888", "HU", "1888"), ("+٣١", "NL", "+31"),
     ("abc", "NL", None), ("+", "NL", None), ("0900x", "NL", None), ("1" * 20, "NL", None)],
)  # fmt: skip
def test_a_beginning_of_numbers_is_kept_as_numbers_are(typed: str, country: str, prefix: str | None) -> None:
    assert prefix_in(typed, country) == prefix
