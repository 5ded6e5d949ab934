"""Two things crossed: the rows are one, the columns the other, and each cell is one figure of both. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from callwright.reports.table import MINUTES, Ask, Column, Figures, following

Pairs = tuple[tuple[str, str], ...]

# what rows and columns are, by the parameters of the register's address and of the lists of registrations
PARAMETERS: dict[str, dict[str, str]] = {
    "calls": {
        "account": "account",
        "queue": "queue",
        "user": "employee",
        "category": "category",
        "direction": "direction",
        "hour": "hour",
        "weekday": "weekday",
    },
    "registrations": {
        "account": "account",
        "queue": "queue",
        "user": "agent",
        "direction": "direction",
        "topic": "topic",
        "hour": "hour",
        "weekday": "weekday",
        "category": "contact_category",
    },
    "": {},
}  # fmt: skip
PARAMETERS["missing"] = {side: name for side, name in PARAMETERS["registrations"].items() if side != "topic"}
NOTHING = {"calls": "none", "registrations": "0", "missing": "0", "": ""}
"""What these addresses say for none."""


def criteria_of(ask: Ask, side: str, key: str, leads_to: str) -> Pairs | None:
    """What a list must be asked for to show a row, or a column: of several values of one name the last counts, so that
    the days of an interval go before those of the period. None where no list can.
    """
    if side != "time":
        name = PARAMETERS[leads_to].get(side)
        return None if name is None else ((name, key or NOTHING[leads_to]),)
    if ask.interval in MINUTES and ask.interval != "hour":
        return None
    day = date.fromisoformat(key[:10])
    after = day + timedelta(days=1) if ask.interval in MINUTES else following(day, ask.interval)
    first, last = max(day, ask.begins_on), min(after - timedelta(days=1), ask.ends_on)
    hour = (("hour", str(int(key[11:13]))),) if ask.interval == "hour" else ()
    return (*days_pairs(first, last, leads_to), *hour)


def days_pairs(first: date, last: date, leads_to: str) -> Pairs:
    """Days as the register, or a list of registrations, is asked for them."""
    to = "to" if leads_to == "calls" else "until"
    return (("period", "custom"), ("from", first.isoformat()), (to, last.isoformat()))


ALL_COLUMNS = "all"
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one row and one column; `across` None: of all columns together."""

    by: str
    across: str | None
    figures: Figures


def crossed_lines(cells: Iterable[Cell]) -> dict[str, dict[str, int]]:
    """The figures of each row, those of a column under `figure@column`."""
    lines: dict[str, dict[str, int]] = {}
    for cell in cells:
        line = lines.setdefault(cell.by, {})
        for name, value in cell.figures.items():
            # An hour that the clocks repeat is one row, and one column.
            line[_named(name, cell.across)] = line.get(_named(name, cell.across), 0) + value
    return lines


def crossed_columns(
    figure: Column, ask: Ask, keys: Iterable[str], names: Mapping[str, str], all_label: str, leads_to: str
) -> tuple[Column, ...]:
    """A column for each key, and one for all of them together in front."""
    columns = [replace(figure, code=ALL_COLUMNS, label=all_label)]
    for key in keys:
        more = None if key == OTHERS else criteria_of(ask, ask.across, key, leads_to)
        calls = None if figure.calls is None or more is None else (*figure.calls, *more)
        columns.append(
            replace(
                figure, code=f"{ask.across}-{key or 'none'}", label=names.get(key, key), of=_named(figure.of, key),
                over=_named(figure.over, key) if figure.over else "", calls=calls,
            )
        )  # fmt: skip
    return tuple(columns)


def with_others(cells: Iterable[Cell], kept: Container[str]) -> list[Cell]:
    """The cells, those of columns that are not kept added up as `OTHERS`."""
    found: list[Cell] = []
    rest: dict[str, dict[str, int]] = {}
    for cell in cells:
        if cell.across is None or cell.across in kept:
            found.append(cell)
            continue
        sums = rest.setdefault(cell.by, {})
        for name, value in cell.figures.items():
            sums[name] = sums.get(name, 0) + value
    return [*found, *(Cell(by, OTHERS, figures) for by, figures in rest.items())]


def _named(name: str, key: str | None) -> str:
    return name if key is None else f"{name}@{key}"
