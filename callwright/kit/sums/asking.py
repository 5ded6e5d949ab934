"""The statement that answers a report from the sums of a family, and the same from any other relation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.kit.sums.family import DAY, HOUR, MONTH, NOTHING, QUARTER, Family
from callwright.kit.sums.reach import (
    MINUTES,
    Interval,
    Range,
    Reach,
    Ready,
    cut_at,
    has_whole_hours,
    parts_of,
    period,
    reach_of,
)

FEW = 4
"""So many ranges are read one by one; of more, a list of them is gone through by an index."""

MOST_GROUPS = 8
"""So many groups of accounts, each with other months of sums, are read for themselves; all others from the base."""

OTHER = -2
"""Stands for all values that `folded` does not keep apart."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report asks of a family: days of `zone`, both included; `by`: what tells its rows apart; `only`: what
    alone is counted, ids by what they are of, hours and weekdays of `zone`; `folded`: which values alone are told
    apart, all others are `OTHER`. `accounts` None: of all accounts.
    """

    begins_on: date
    ends_on: date
    zone: str
    interval: Interval = ""
    by: tuple[str, ...] = ()
    accounts: frozenset[int] | None = None
    only: Mapping[str, Collection[int | str]] = field(default_factory=dict)
    folded: Mapping[str, Collection[int]] = field(default_factory=dict)
    begins_at: datetime | None = None  # if that is later
    ends_at: datetime | None = None  # if that is earlier

    def since(self, at: datetime) -> "Asked":
        """The same from `at` on, a quarter of an hour of UTC, alone."""
        return replace(self, begins_at=at)

    def until(self, at: datetime) -> "Asked":
        """The same before `at`, a quarter of an hour of UTC, alone."""
        return replace(self, ends_at=at)

    def and_only(self, name: str, values: Collection[int | str]) -> "Asked":
        """The same, with one more limit."""
        return replace(self, only={**self.only, name: values})

    @property
    def is_by_hour(self) -> bool:
        return self.interval in ("hour", *MINUTES) or not {"hour", "weekday"}.isdisjoint({*self.by, *self.only})

    @property
    def period(self) -> Range:
        begin, end = period(self.begins_on, self.ends_on, ZoneInfo(self.zone))
        begin = begin if self.begins_at is None else min(end, max(begin, self.begins_at))
        return begin, end if self.ends_at is None else max(begin, min(end, self.ends_at))

    @property
    def parts(self) -> list[Range]:
        """The spans of which none may be added to another; together they are the period."""
        begin, end = self.period
        if self.is_by_hour:
            return [(begin, end)]
        parts = parts_of(self.begins_on, self.ends_on, ZoneInfo(self.zone), self.interval)
        return [(max(low, begin), min(high, end)) for low, high in parts if low < end and high > begin]

    @property
    def has_whole_hours(self) -> bool:
        whole = has_whole_hours(self.begins_on, self.ends_on, ZoneInfo(self.zone))
        return whole and self.interval not in MINUTES


@dataclass(slots=True)
class _Statement:
    """Parts of a statement, and the values that they name."""

    parts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def name(self, value: Any) -> str:
        key = f"v{len(self.values)}"
        self.values[key] = value
        return f"%({key})s"


Grain = Literal["base", "q", "h", "d", "m"]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of some accounts (None: of all), from sums of this kind ("": none). `among_all`: from those that are
    kept of all accounts together, by account.
    """

    accounts: frozenset[int] | None
    reach: Reach
    kind: str = ""
    among_all: bool = False


def ask(family: Family, asked: Asked, figures: Mapping[str, str]) -> list[Row]:
    """(beginning of the interval or None, the values of `by` …, the figures …) of each row, in no order. `figures`: the
    name of each with the expression of columns of the family that is added up, or `max(column)`.
    """
    if asked.accounts is not None and not asked.accounts:
        return []
    statement = _Statement()
    statement.values["zone"] = asked.zone
    for read in _reads(family, asked):
        for grain, ranges in _grains(read.reach):
            _add_parts(statement, family, asked, figures, read, grain, ranges)
    if not statement.parts:
        return []
    return _run(statement, asked, figures)


def _run(statement: _Statement, asked: Asked, figures: Mapping[str, str]) -> list[Row]:
    keys = ", ".join(str(n + 1) for n in range(1 + len(asked.by)))
    outer = ", ".join(
        f"{'max' if is_longest(text) else 'sum'}(f{n})::bigint" for n, text in enumerate(figures.values())
    )
    names = ", ".join(["bucket", *(f"k{n}" for n in range(len(asked.by)))])
    parts = "\nUNION ALL\n".join(statement.parts)
    text = f"SELECT {names}, {outer} FROM (\n{parts}\n) AS a GROUP BY {keys}"  # noqa: S608 (texts of this module)
    with connection.cursor() as cursor:
        cursor.execute(text, statement.values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def is_longest(expression: str) -> bool:
    return expression.startswith("max(")


def _reads(family: Family, asked: Asked) -> list[_Read]:
    """What a question is put together of."""
    kind, parts = _kind_of(family, asked), asked.parts
    if kind is None:
        return [_Read(asked.accounts, Reach(base=[asked.period]))]
    if asked.accounts is not None and kind != "account":
        return _reads_of_each(family, asked, asked.accounts, kind, parts)
    found = _ready(family, frozenset({0}), asked.period)
    months, days = found.get((0, MONTH), set()), found.get((0, DAY), set())
    reach = reach_of(parts, _usable(family.of_all[kind], asked, months, days))
    if asked.accounts is None:
        return [_Read(None, reach, kind)]
    # What sums of all accounts by account leave is read of each; any kind of its own sums adds up to all of it.
    rest, reach.base = cut_at(parts, reach.base), []
    own = _reads_of_each(family, asked, asked.accounts, next(iter(family.of_one), ""), rest)
    return [_Read(asked.accounts, reach, kind, among_all=True), *own]


def _kind_of(family: Family, asked: Asked) -> str | None:
    """Which kind of sums can answer, None if none can: they are told apart by one thing only. Of some accounts that is
    `account` where nothing else tells rows apart.
    """
    needed = {one for one in (*asked.by, *asked.only) if one in family.things}
    if asked.accounts is not None:
        needed = (needed - {"account"}) or {"account"}
    kind = next(iter(needed), NOTHING)
    if len(needed) > 1:
        return None
    return kind if kind in (family.of_all if asked.accounts is None or kind == "account" else family.of_one) else None


def _reads_of_each(
    family: Family, asked: Asked, accounts: frozenset[int], kind: str, parts: Sequence[Range]
) -> list[_Read]:
    """Accounts with sums of their own in the same months together; those of the rarest months from the base alone."""
    if not parts:
        return []
    found = _ready(family, accounts, asked.period) if kind else {}
    groups = grouped({account: frozenset(found.get((account, MONTH), ())) for account in accounts})
    grains = family.of_one.get(kind, "")
    return [_Read(its, reach_of(parts, _usable(grains, asked, months, None)), kind) for months, its in groups.items()]


def grouped(
    months_of: Mapping[int, frozenset[datetime]], most: int = MOST_GROUPS
) -> dict[frozenset[datetime], frozenset[int]]:
    """Accounts by their months, of `most` groups at most those that have most of them together; all other accounts
    stand under no months.
    """
    groups: dict[frozenset[datetime], set[int]] = {}
    for account, months in months_of.items():
        groups.setdefault(months, set()).add(account)
    ranked = sorted(groups, key=lambda months: (-len(months) * len(groups[months]), sorted(months)))
    rest: set[int] = set()
    for months in ranked[most:]:
        rest |= groups.pop(months)
    if rest:
        groups.setdefault(frozenset(), set()).update(rest)
    return {months: frozenset(its) for months, its in groups.items()}


def _usable(grains: str, asked: Asked, months: Collection[datetime], days: Collection[datetime] | None) -> Ready:
    """What of these months and days can be used; an account for itself has no `days`, but months with
    days, hours or quarters.
    """
    longer, has_quarters = not asked.is_by_hour, QUARTER in grains
    has_hours = HOUR in grains and asked.has_whole_hours
    return Ready(
        months=months if longer and MONTH in grains else (),
        days=days or () if longer and DAY in grains else (),
        days_of_months=months if longer and DAY in grains and days is None else (),
        quarters_of_months=months if has_quarters and days is None else (),
        quarters_of_days=days or () if has_quarters else (),
        hours_of_months=months if has_hours and days is None else (),
        hours_of_days=days or () if has_hours else (),
    )


def _grains(reach: Reach) -> list[tuple[Grain, list[Range]]]:
    found: list[tuple[Grain, list[Range]]] = [
        ("m", reach.months), ("d", reach.days), ("h", reach.hours), ("q", reach.quarters), ("base", reach.base),
    ]  # fmt: skip
    return [(grain, ranges) for grain, ranges in found if ranges]


_READY = """
    SELECT account_id, grain, at FROM {spans}
    WHERE account_id = ANY(%s::bigint[]) AND state = 'ready' AND at >= %s AND at < %s
"""


def _ready(family: Family, accounts: Collection[int], within: Range) -> dict[tuple[int, str], set[datetime]]:
    """The beginnings of the days and months whose sums are right, by account (0: all together) and grain: also of those
    that begin before `within`, since hours and quarters of a part of them are kept too.
    """
    found: dict[tuple[int, str], set[datetime]] = {}
    begin, end = within
    low = begin.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_READY.format(spans=family.spans), [sorted(accounts), low, end])
        for account, grain, at in cursor.fetchall():
            found.setdefault((account, grain), set()).add(at)
    return found


def _add_parts(
    statement: _Statement, family: Family, asked: Asked, figures: Mapping[str, str],
    read: _Read, grain: Grain, ranges: Sequence[Range],
) -> None:  # fmt: skip
    """The parts of a statement that read these ranges of one grain."""
    wheres, keys = _wheres(statement, family, asked, read, grain), _keys(statement, family, asked, read, grain)
    relation = family.source() if grain == "base" else f"{family.sums} t"
    if len(ranges) <= FEW:
        for begin, end in ranges:
            low, high = statement.name(begin), statement.name(end)
            within = [f"t.at >= {low}", f"t.at < {high}"]
            if grain == "base" and family.has_days and read.accounts is not None:
                first, last = begin.date() - timedelta(days=1), end.date() + timedelta(days=1)
                within.append(f"t.local_day BETWEEN {statement.name(first)} AND {statement.name(last)}")
            statement.parts.append(_select(asked, figures, keys, relation, [*wheres, *within]))
        return
    lows, highs = statement.name([low for low, _ in ranges]), statement.name([high for _, high in ranges])
    listed = f"unnest({lows}::timestamptz[], {highs}::timestamptz[]) AS r (low, high)"
    within = ["t.at >= r.low", "t.at < r.high"]
    if grain == "base" and family.has_days and read.accounts is not None:  # then the key finds them
        day = "(r.{} AT TIME ZONE 'UTC')::date"
        within.append(f"t.local_day BETWEEN {day.format('low')} - 1 AND {day.format('high')} + 1")
    inner = " AND ".join([*wheres, *within])
    looked = f"{listed} CROSS JOIN LATERAL (SELECT * FROM {relation} WHERE {inner} OFFSET 0) AS t"  # noqa: S608 (texts of this module)
    statement.parts.append(_select(asked, figures, keys, looked, []))


def _wheres(statement: _Statement, family: Family, asked: Asked, read: _Read, grain: Grain) -> list[str]:
    wheres, its = [], None if read.accounts is None else f"= ANY({statement.name(sorted(read.accounts))}::bigint[])"
    if grain != "base":
        wheres = [f"t.grain = '{grain}'", f"t.kind = '{read.kind}'"]
        wheres += ["t.account_id = 0", f"t.value {its}"] if read.among_all else [f"t.account_id {its or '= 0'}"]
    elif its:
        wheres.append(f"t.account_id {its}")
    for name, ids in asked.only.items():
        column = clock(name) or _column(family, name, read, grain)
        wheres.append(f"{column} = ANY({statement.name(list(ids))})")
    return wheres


def _keys(statement: _Statement, family: Family, asked: Asked, read: _Read, grain: Grain) -> list[str]:
    keys = []
    for one in asked.by:
        column = clock(one) or _column(family, one, read, grain)
        if one in asked.folded:
            kept = statement.name(sorted(asked.folded[one]))
            column = f"CASE WHEN {column} = ANY({kept}::bigint[]) THEN {column} ELSE {OTHER} END"
        keys.append(column)
    return keys


def _column(family: Family, one: str, read: _Read, grain: Grain) -> str:
    column = family.things.get(one)
    if column is None:
        return one  # a column that every sum keeps apart
    is_own = grain == "base" or (one == "account" and read.accounts is not None and not read.among_all)
    return f"t.{column}" if is_own else "t.value"


def _select(
    asked: Asked, figures: Mapping[str, str], names: Sequence[str], relation: str, wheres: Sequence[str]
) -> str:
    keys = [f"{text} AS k{n}" for n, text in enumerate(names)]
    values = [text if is_longest(text) else f"sum({text})" for text in figures.values()]
    values = [f"{text} AS f{n}" for n, text in enumerate(values)]
    grouped = ", ".join(str(n + 1) for n in range(1 + len(keys)))
    where = f" WHERE {' AND '.join(wheres)}" if wheres else ""
    listed = ", ".join([f"{bucket(asked.interval)} AS bucket", *keys, *values])
    return f"SELECT {listed} FROM {relation}{where} GROUP BY {grouped}"  # noqa: S608 (texts of this module)


def bucket(interval: Interval, at: str = "t.at") -> str:
    """The expression of the interval's beginning: a moment for hours and less, a day for others."""
    if interval == "":
        return "NULL::date"
    if minutes := MINUTES.get(interval):
        place = f"floor(extract(minute FROM {at} AT TIME ZONE %(zone)s) / {minutes})"
        return f"date_trunc('hour', {at}, %(zone)s) + {place} * interval '{minutes} minutes'"
    if interval == "hour":
        return f"date_trunc('hour', {at}, %(zone)s)"
    return f"date_trunc('{interval}', {at} AT TIME ZONE %(zone)s)::date"


def clock(one: str, at: str = "t.at") -> str | None:
    """The expression of an hour of the day (0 to 23) or a day of the week (1 Monday to 7); None for anything else."""
    if one in ("hour", "weekday"):
        field_ = "hour" if one == "hour" else "isodow"
        return f"extract({field_} FROM {at} AT TIME ZONE %(zone)s)::bigint"
    return None
