"""A report: its name, what may be asked of it, its columns, and who reads its figures. The catalogue of all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from callwright.reports.asked import Shape
from callwright.reports.table import Ask, Column, Figures, LeadsTo
from callwright.staff.queries.rights import Viewer
from callwright.staff.rules import Right

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one value of what the rows are ("" for none)."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Figured:
    """What a reader found. `total` is told where it is not the sum of the lines; `columns` where they depend on what
    was found (the pause reasons there were, the queues across).
    """

    lines: Sequence[Line]
    total: Mapping[str, int] | None = None
    columns: tuple[Column, ...] = ()


Read = Callable[[Viewer, Ask, datetime], Figured]


@dataclass(frozen=True, slots=True)
class Report:
    """`columns` are its figures, the first one also drawn, unless its reader tells them. `leads_to` is where a figure
    leads: the register of calls or the list of registrations.
    """

    code: str
    label: "_StrPromise"
    about: "_StrPromise"
    icon: str
    shape: Shape
    read: Read
    columns: tuple[Column, ...] = ()
    right: Right = "see_reports"
    chart: Literal["", "heat"] = ""
    leads_to: LeadsTo = "calls"
    notes: tuple["_StrPromise", ...] = field(default=())
    has_interval: bool = True
    has_within: bool = False
    has_again: bool = False


_reports: dict[str, Report] = {}


def declare_report(*reports: Report) -> None:
    """Adds reports in the order in which they are listed. Raises ValueError when a code is declared twice."""
    for report in reports:
        if _reports.get(report.code, report) is not report:
            raise ValueError(f"report {report.code!r} is declared twice")
        _reports[report.code] = report


def report_of(code: str) -> Report | None:
    return _reports.get(code)


def all_reports() -> list[Report]:
    return list(_reports.values())
