"""Two things crossed: the rows are one, the columns the other, and each cell is one figure of both. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from callwright.reports.table import Column, Figures

# what rows and columns are, by the parameters of the register's address and of the list of registrations
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
NOTHING = {"calls": "none", "registrations": "0", "": ""}
"""What these addresses say for none."""

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
            line[_named(name, cell.across)] = value
    return lines


def crossed_columns(
    figure: Column, across: str, keys: Iterable[str], names: Mapping[str, str], all_label: str, leads_to: str
) -> tuple[Column, ...]:
    """A column for each key, and one for all of them together in front."""
    parameter = PARAMETERS[leads_to].get(across)
    columns = [replace(figure, code=ALL_COLUMNS, label=all_label)]
    for key in keys:
        calls = None
        if figure.calls is not None and parameter is not None and key != OTHERS:
            calls = (*figure.calls, (parameter, key or NOTHING[leads_to]))
        columns.append(
            replace(
                figure, code=f"{across}-{key or 'none'}", label=names.get(key, key), of=_named(figure.of, key),
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
