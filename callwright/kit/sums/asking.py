"""The statement that answers a report from the sums of a family, and the same from any other relation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.kit.sums.family import DAY, MONTH, NOTHING, QUARTER, Family
from callwright.kit.sums.reach import MINUTES, Interval, Range, Reach, Ready, parts_of, period, reach_of

FEW = 4
"""So many ranges are read one by one; of more, a list of them is gone through by an index."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report asks of a family: days of `zone`, both included; `by`: what tells its rows apart; `only`: what
    alone is counted, ids by what they are of, hours and weekdays of `zone`. `accounts` None: of all accounts.
    """

    begins_on: date
    ends_on: date
    zone: str
    interval: Interval = ""
    by: tuple[str, ...] = ()
    accounts: frozenset[int] | None = None
    only: Mapping[str, Collection[int | str]] = field(default_factory=dict)
    ends_at: datetime | None = None  # if that is earlier

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
        return begin, end if self.ends_at is None else max(begin, min(end, self.ends_at))

    @property
    def parts(self) -> list[Range]:
        """The spans of which none may be added to another; together they are the period."""
        begin, end = self.period
        if self.is_by_hour:
            return [(begin, end)]
        parts = parts_of(self.begins_on, self.ends_on, ZoneInfo(self.zone), self.interval)
        return [(low, min(high, end)) for low, high in parts if low < end]


@dataclass(slots=True)
class _Statement:
    """Parts of a statement, and the values that they name."""

    parts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def name(self, value: Any) -> str:
        key = f"v{len(self.values)}"
        self.values[key] = value
        return f"%({key})s"


Grain = Literal["base", "q", "d", "m"]


def ask(family: Family, asked: Asked, figures: Mapping[str, str]) -> list[Row]:
    """(beginning of the interval or None, the values of `by` …, the figures …) of each row, in no order. `figures`: the
    name of each with the expression of columns of the family that is added up, or `max(column)`.
    """
    if asked.accounts is not None and not asked.accounts:
        return []
    statement = _Statement()
    statement.values["zone"] = asked.zone
    of_sums, kinds = _kind_of(family, asked)
    for accounts, reach in _reaches(family, asked, kinds if of_sums else None):
        for grain, ranges in _read(reach):
            _add_parts(statement, family, asked, figures, accounts, kinds if grain != "base" else "", grain, ranges)
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


def _kind_of(family: Family, asked: Asked) -> tuple[bool, str]:
    """Whether sums can answer, and which kind of them: sums are told apart by one thing only."""
    needed = {one for one in (*asked.by, *asked.only) if one in family.things}
    if asked.accounts is not None:
        needed.discard("account")
    kinds = family.of_all if asked.accounts is None else family.of_one
    kind = next(iter(needed), NOTHING)
    if len(needed) > 1 or (kind not in kinds and (needed or not kinds)):
        return False, ""
    return True, kind if kind in kinds else next(iter(kinds))  # of an account for itself, any kind adds up to all


def _reaches(family: Family, asked: Asked, kind: str | None) -> list[tuple[frozenset[int] | None, Reach]]:
    """Which accounts are read of which spans; from sums of the `kind` where there are, None: from the base alone."""
    if kind is None:
        return [(asked.accounts, Reach(base=[asked.period]))]
    parts = asked.parts
    if asked.accounts is None:
        found = _ready(family, frozenset({0}), asked.period)
        months, days = found.get((0, MONTH), set()), found.get((0, DAY), set())
        return [(None, reach_of(parts, _usable(family.of_all[kind], asked, months, days)))]
    by_months: dict[frozenset[datetime], set[int]] = {}
    found = _ready(family, asked.accounts, asked.period)
    for account in asked.accounts:
        by_months.setdefault(frozenset(found.get((account, MONTH), ())), set()).add(account)
    return [
        (frozenset(accounts), reach_of(parts, _usable(family.of_one[kind], asked, months, None)))
        for months, accounts in by_months.items()
    ]


def _usable(grains: str, asked: Asked, months: Collection[datetime], days: Collection[datetime] | None) -> Ready:
    """What of these months and days can be used; an account for itself has no `days`, but months with quarters."""
    longer, has_quarters = not asked.is_by_hour, QUARTER in grains
    return Ready(
        months=months if longer and MONTH in grains else (),
        days=days or () if longer and DAY in grains else (),
        quarters_of_months=months if has_quarters and days is None else (),
        quarters_of_days=days or () if has_quarters else (),
    )


def _read(reach: Reach) -> list[tuple[Grain, list[Range]]]:
    found: list[tuple[Grain, list[Range]]] = [
        ("m", reach.months), ("d", reach.days), ("q", reach.quarters), ("base", reach.base),
    ]  # fmt: skip
    return [(grain, ranges) for grain, ranges in found if ranges]


_READY = """
    SELECT account_id, grain, at FROM {spans}
    WHERE account_id = ANY(%s::bigint[]) AND state = 'ready' AND at >= %s AND at < %s
"""


def _ready(family: Family, accounts: Collection[int], within: Range) -> dict[tuple[int, str], set[datetime]]:
    """The beginnings of the days and months whose sums are right, by account (0: all together) and grain."""
    found: dict[tuple[int, str], set[datetime]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READY.format(spans=family.spans), [sorted(accounts), *within])
        for account, grain, at in cursor.fetchall():
            found.setdefault((account, grain), set()).add(at)
    return found


def _add_parts(
    statement: _Statement, family: Family, asked: Asked, figures: Mapping[str, str],
    accounts: frozenset[int] | None, kind: str, grain: Grain, ranges: Sequence[Range],
) -> None:  # fmt: skip
    """The parts of a statement that read these ranges of one grain."""
    wheres = _wheres(statement, family, asked, accounts, kind, grain)
    relation = family.source() if grain == "base" else f"{family.sums} t"
    if len(ranges) <= FEW:
        for begin, end in ranges:
            low, high = statement.name(begin), statement.name(end)
            within = [f"t.at >= {low}", f"t.at < {high}"]
            if grain == "base" and family.has_days and accounts is not None:
                first, last = begin.date() - timedelta(days=1), end.date() + timedelta(days=1)
                within.append(f"t.local_day BETWEEN {statement.name(first)} AND {statement.name(last)}")
            statement.parts.append(_select(asked, family, figures, kind, grain, relation, [*wheres, *within]))
        return
    lows, highs = statement.name([low for low, _ in ranges]), statement.name([high for _, high in ranges])
    listed = f"unnest({lows}::timestamptz[], {highs}::timestamptz[]) AS r (low, high)"
    inner = " AND ".join([*wheres, "t.at >= r.low", "t.at < r.high"])
    looked = f"{listed} CROSS JOIN LATERAL (SELECT * FROM {relation} WHERE {inner} OFFSET 0) AS t"  # noqa: S608 (texts of this module)
    statement.parts.append(_select(asked, family, figures, kind, grain, looked, []))


def _wheres(
    statement: _Statement, family: Family, asked: Asked, accounts: frozenset[int] | None, kind: str, grain: Grain
) -> list[str]:
    wheres = []
    if grain != "base":
        wheres.append(f"t.account_id = {'0' if accounts is None else f'ANY({statement.name(sorted(accounts))})'}")
        wheres += [f"t.grain = '{grain}'", f"t.kind = '{kind}'"]
    elif accounts is not None:
        wheres.append(f"t.account_id = ANY({statement.name(sorted(accounts))})")
    for name, ids in asked.only.items():
        of_thing = f"t.{family.things[name]}" if grain == "base" and name in family.things else "t.value"
        column = of_thing if name in family.things else clock(name) or name
        wheres.append(f"{column} = ANY({statement.name(list(ids))})")
    return wheres


def _select(
    asked: Asked, family: Family, figures: Mapping[str, str], kind: str, grain: Grain, relation: str,
    wheres: list[str],
) -> str:  # fmt: skip
    keys = [f"{_key(asked, family, one, kind, grain)} AS k{n}" for n, one in enumerate(asked.by)]
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


def _key(asked: Asked, family: Family, one: str, kind: str, grain: Grain) -> str:
    if text := clock(one):
        return text
    column = family.things.get(one)
    if column is None:
        return one  # a column that every sum keeps apart
    if grain == "base" or (one == "account" and asked.accounts is not None):
        return f"t.{column}"
    return "t.value"
