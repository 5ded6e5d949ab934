"""How an export is written: format, columns, separators, zone and language. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMATS = ("csv", "xlsx")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DATE_FORMS = ("iso", "local")
DURATIONS = ("ring", "wait", "hold", "talk")
MORE = ("caller_name", "answered", "ended", "line_number", "assigned_to", "source", "id")
"""Columns that only a file has, beside those of the register's list."""

# How days are written by people who read a language; digits are Latin, so that spreadsheets know them as days.
_DAYS = {"en": "%d/%m/%Y", "nl": "%d-%m-%Y", "hu": "%Y.%m.%d.", "ar": "%d/%m/%Y"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`columns` in order; `zone` places moments, `country` (ISO code) tells what a searched number means."""

    format: str = "csv"
    columns: tuple[str, ...] = ()
    delimiter: str = "comma"
    bom: bool = True
    dates: str = "iso"
    zone: str = "UTC"
    language: str = "en"
    country: str = ""

    @property
    def separator(self) -> str:
        return DELIMITERS[self.delimiter]

    @property
    def day_form(self) -> str:
        """How `strftime` writes a day."""
        return "%Y-%m-%d" if self.dates == "iso" else _DAYS.get(self.language.split("-")[0], "%d/%m/%Y")

    def kept(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**asdict(self), "columns": list(self.columns)}


def shape_of(kept: Mapping[str, Any]) -> Shape:
    """The shape that was kept as JSON; what this program does not know is as usual."""
    known = {name: kept[name] for name in Shape.__dataclass_fields__ if name in kept}
    return Shape(**{**known, "columns": tuple(kept.get("columns", ()))})


def usual_delimiter(language: str) -> str:
    """What a spreadsheet set to a language takes for the separator: where the comma writes decimals, the semicolon."""
    return "comma" if language.split("-")[0] in ("", "en") else "semicolon"
