"""The two sides of crossed reports: what rows and columns are, of which columns there are, and what they are called."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from callwright.reports.labels import fixed_label, short_label
from callwright.reports.queries.names import names_of
from callwright.reports.queries.tables import all_keys_of, time_key
from callwright.reports.table import Ask

MOST_COLUMNS = 40
_BY = {"user": "agent"}


def interval_of(ask: Ask) -> Any:
    """What time is told apart by, where it is a side at all."""
    return ask.interval if "time" in (ask.by, ask.across) else ""


def by_of(*sides: str) -> tuple[Any, ...]:
    """The sides as figures are asked by; time is their interval."""
    return tuple(_BY.get(one, one) for one in sides if one and one != "time")


def side_key(ask: Ask, side: str, begins: date | datetime | None, value: int | str) -> str:
    """The key of a side: of the interval that begins so, or of a value; "" for none."""
    if side != "time":
        return str(value) if value or side == "hour" else ""
    if isinstance(begins, datetime):
        at = begins.astimezone(ZoneInfo(ask.zone))
        return time_key(at.date(), ask.interval, at.hour, at.minute)
    return time_key(cast(date, begins), ask.interval)


def key_of(ask: Ask, side: str, one: Any) -> str:
    """The key of a figure that is told apart by this side alone."""
    return side_key(ask, side, one.begins, one.keys[0] if one.keys else 0)


def both_keys(ask: Ask, begins: date | datetime | None, keys: Sequence[int | str]) -> tuple[str, str]:
    """The keys of row and column; `keys` are the values of those sides that are not time."""
    values = iter(keys)
    row, column = (side_key(ask, one, begins, 0 if one == "time" else next(values)) for one in (ask.by, ask.across))
    return row, column


def kept_columns(ask: Ask, counted: Mapping[str, int]) -> list[str]:
    """The columns there are, in their order: those with the most where there are too many."""
    keys = all_keys_of(ask, ask.across)
    return sorted(counted, key=lambda key: (-counted[key], key))[:MOST_COLUMNS] if keys is None else keys


def folded_columns(ask: Ask, counted: Mapping[str, int], kept: Sequence[str]) -> dict[Any, list[int]]:
    """Which columns alone are told apart where there are more than stand beside each other: the others are folded
    before they are read.
    """
    return {one: [int(key or 0) for key in kept] for one in by_of(ask.across) if len(counted) > len(kept)}


def column_names(ask: Ask, keys: Sequence[str]) -> dict[str, str]:
    what = ask.across
    if what == "hour":  # there is little room above two dozen columns
        return {key: f"{int(key):02}" for key in keys}
    if what == "time":
        return {key: short_label(key, ask.interval) for key in keys}
    known = names_of(what, keys) if what not in ("weekday", "direction") else {}
    return {key: known[key][0] if key in known else fixed_label(what, key) or f"#{key}" for key in keys}
