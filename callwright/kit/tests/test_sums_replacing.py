"""What is counted anew replaces what stands, and what did not change is not written."""

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection

from callwright.kit.sums.replacing import replace_days

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 11, day) for day in (1, 2, 3)]
COLUMNS = "account_id, local_day, at, topics, calls, longest_s"

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture
def tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE kept (account_id bigint, local_day date, at int, topics bigint[], calls smallint,"
            " longest_s int, PRIMARY KEY (account_id, local_day, at, topics)) ON COMMIT DROP"
        )
        cursor.execute("CREATE TEMPORARY TABLE counted (LIKE kept) ON COMMIT DROP")


def fill(stood: Rows, counted: Rows) -> None:
    for table, rows in (("kept", stood), ("counted", counted)):
        with connection.cursor() as cursor:
            for (*place, topics), figures in rows.items():
                cursor.execute(
                    f"INSERT INTO {table} ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)",
                    [*place, list(topics), *figures],
                )


def kept() -> tuple[Rows, dict[tuple[Any, ...], str]]:
    """What stands, and where on the disk each row is: it is elsewhere once it was written."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS}, ctid::text FROM kept")
        rows = [(account, day, at, tuple(topics), *more) for account, day, at, topics, *more in cursor.fetchall()]
    return {row[:4]: row[4:6] for row in rows}, {row[:4]: row[6] for row in rows}


def some(chance: random.Random) -> Rows:
    """Of two accounts and three days."""
    one = chance.choice
    keys = {(one([1, 2]), one(DAYS), chance.randrange(4), one([(-1,), (3,), (3, 4)])) for _ in range(25)}
    return {key: (chance.randrange(1, 3), chance.randrange(2)) for key in sorted(keys)}


def replace(scope: list[tuple[int, date]], *told: str) -> list[tuple[Any, ...]]:
    values = {"accounts": [account for account, _ in scope], "days": [day for _, day in scope]}
    made = (
        "SELECT c.account_id, c.local_day, c.at, c.topics, sum(c.calls), max(c.longest_s) FROM counted c"
        " JOIN unnest(%(accounts)s::bigint[], %(days)s::date[]) AS d (account, day)"
        " ON c.account_id = d.account AND c.local_day = d.day GROUP BY 1, 2, 3, 4"
    )
    return replace_days(
        "kept", made, values, key=("account_id", "local_day", "at", "topics"), figures=("calls", "longest_s"),
        told=told or ("account_id", "at"),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_days_hold_what_was_counted_and_only_what_differs_is_written(tables: None, seed: int) -> None:
    chance = random.Random(seed)
    stood, counted = some(chance), some(chance)
    counted |= {key: figures for key, figures in stood.items() if chance.random() < 0.5}
    fill(stood, counted)
    _, places = kept()
    scope = [(1, DAYS[0]), (2, DAYS[0]), (1, DAYS[1])]

    told = replace(scope)

    now, places_now = kept()
    is_meant = {key: key[:2] in scope for key in stood | counted}
    assert now == {k: v for k, v in counted.items() if is_meant[k]} | {
        k: v for k, v in stood.items() if not is_meant[k]
    }
    changed = {key for key in now.keys() | stood.keys() if now.get(key) != stood.get(key)}
    assert changed  # or this seed shows nothing
    assert sorted(told) == sorted({(key[0], key[2]) for key in changed})
    assert {key for key in places if places_now.get(key) != places[key]} == {key for key in changed if key in stood}
    assert replace(scope) == []
    assert kept()[1] == places_now


def test_what_moved_is_told_of_where_it_was_too(tables: None) -> None:
    fill({(1, DAYS[0], 0, (3,)): (1, 50)}, {(1, DAYS[0], 0, (3,)): (1, 70)})
    assert sorted(replace([(1, DAYS[0])], "account_id", "longest_s")) == [(1, 50), (1, 70)]
    assert kept()[0] == {(1, DAYS[0], 0, (3,)): (1, 70)}


def test_a_day_of_which_nothing_is_counted_any_more_is_empty(tables: None) -> None:
    fill({(1, DAYS[0], 0, (3,)): (1, 1), (2, DAYS[0], 1, (3,)): (1, 1)}, {})
    assert replace([(1, DAYS[0])]) == [(1, 0)]
    assert kept()[0] == {(2, DAYS[0], 1, (3,)): (1, 1)}


def test_nothing_is_asked_for_no_days(tables: None) -> None:
    fill({(1, DAYS[0], 0, (3,)): (1, 1)}, {})
    assert replace([]) == []
    assert kept()[0] == {(1, DAYS[0], 0, (3,)): (1, 1)}
