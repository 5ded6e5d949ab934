"""Pages in another order than that of time. No index has it (but for talk time): the calls that fit are found and
sorted, so there may only be so many.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callwright.calls.queries.conditions import HIGHEST, Conditions
from callwright.calls.queries.patience import SearchTooLong, patience
from callwright.calls.queries.register_order import SORTED_BY, page_statement, sorted_statement
from callwright.calls.search import After, Search

SORTABLE = 10_000
SORT_S = 1.0
BY_INDEX_S = 0.15


class TooManyToSort(Exception):
    """More than `SORTABLE` calls fit: they are listed by their start only, or a narrower search is sorted."""


Rows = Callable[[str, dict[str, Any]], list[Any]]
"""Runs a statement of `register_order` and gives its rows, which have `id`, `sort_value` and `found`."""


def sorted_rows(
    run: Rows, conditions: Conditions, search: Search, after: After | None, limit: int
) -> tuple[list[Any], After | None]:
    """Up to `limit` rows from `after` on, and where to go on. Raises TooManyToSort."""
    _, kind, _ = SORTED_BY[search.sort]
    values = {**conditions.values, "limit": limit + 1}
    beyond = "true"
    if after is not None and _fits(kind, after.value):
        beyond = f"(f.sort_value, f.id) {'<' if search.descending else '>'} (%(after)s::{kind}, %(after_id)s)"
        values |= {"after": after.value, "after_id": after.id}
    try:
        with patience(SORT_S):
            rows = run(sorted_statement(conditions, search, beyond=beyond, most=SORTABLE), values)
    except SearchTooLong:
        raise TooManyToSort from None
    if rows and rows[0].found > SORTABLE:
        return _longest_talks(run, conditions, search, after, limit)
    return rows[:limit], After(rows[limit - 1].sort_value, rows[limit - 1].id) if len(rows) > limit else None


def _longest_talks(
    run: Rows, conditions: Conditions, search: Search, after: After | None, limit: int
) -> tuple[list[Any], After | None]:
    """The longest talks of however many calls, by their index; then the calls without any talk, newest first."""
    if search.sort != "talk" or not search.descending:
        raise TooManyToSort
    after = after if after is not None and _fits("integer", after.value) else None
    of_none = after is not None and after.value == "0"
    narrowed = replace(conditions, texts=[*conditions.texts, "c.talk_s = 0" if of_none else "c.talk_s > 0"])
    values = {**conditions.values, "limit": limit + 1}
    if after is not None:
        narrowed.texts.append(
            "c.id < %(after_id)s" if of_none else "(c.talk_s, c.id) < (%(after)s::integer, %(after_id)s)"
        )
        values |= {"after_id": after.id} | ({} if of_none else {"after": after.value})
    try:
        with patience(BY_INDEX_S):
            rows = run(page_statement(narrowed, search), values)
    except SearchTooLong:
        raise TooManyToSort from None
    if len(rows) > limit:
        return rows[:limit], After(rows[limit - 1].sort_value, rows[limit - 1].id)
    return rows, None if of_none else After("0", HIGHEST)


def _fits(kind: str, value: Any) -> bool:
    return kind == "text" or (kind == "integer" and value.isascii() and value.isdigit() and len(value) < 10)
