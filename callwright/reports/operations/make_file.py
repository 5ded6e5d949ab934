"""Makes the file of a report: what the screen shows, with its period, filters, who made it and when."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callwright.calls.export_shape import usual_delimiter
from callwright.calls.queries.patience import SearchTooLong
from callwright.kit.templatetags.kit import written_day
from callwright.reports.asked import FILTERS, Asked
from callwright.reports.grid import Grid, grid_of
from callwright.reports.labels import days_label
from callwright.reports.operations.typeset import Made
from callwright.reports.operations.write_csv import csv_of
from callwright.reports.operations.write_pdf import pdf_of
from callwright.reports.operations.write_xlsx import xlsx_of
from callwright.reports.queries.names import name_for
from callwright.reports.queries.reading import reading
from callwright.reports.queries.tables import Answer, answer
from callwright.reports.report import Report
from callwright.reports.words import BY, DIRECTIONS, FIELDS, FIGURES
from callwright.staff.queries.rights import Viewer

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_ROWS = {"pdf": 1_000, "xlsx": 20_000, "csv": 20_000}
"""Rows of a file; one that has more says so."""

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written, where there is a choice: of CSV the separator and the mark of UTF-8."""

    format: str = "pdf"
    delimiter: str = ""
    bom: bool = True


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A finished file; `name` is what it is called where it is saved."""

    name: str
    content: bytes
    content_type: str
    rows: int
    answer: Answer


def make_file(
    viewer: Viewer,
    report: Report,
    asked: Asked,
    writing: Writing,
    *,
    zone: str,
    title: str = "",
    now: datetime,
    made_at: datetime | None = None,
) -> ReportFile:
    """The report as a file in the active language, with what the viewer may see now; `zone` holds where the report
    names none. `now` is the moment of which it tells, `made_at` that of its making. Raises SearchTooLong.
    """
    with reading(PATIENCE_S):
        found = answer(viewer, report, asked, zone=zone, now=now, most=MOST_ROWS[writing.format])
    title = title or str(report.label)
    about = about_of(viewer, report, asked, found)
    grid = grid_of(found, title=title, about=about, first=str(BY[found.ask.by]))
    content = _WRITERS[writing.format](grid, found, report, writing, made_by(viewer, found.ask.zone, made_at or now))
    ask = found.ask
    name = f"{slugify(title, allow_unicode=True) or report.code}-{ask.begins_on}-{ask.ends_on}.{writing.format}"
    return ReportFile(name, content, FORMATS[writing.format], len(found.table.rows), found)


def about_of(viewer: Viewer, report: Report, asked: Asked, found: Answer) -> list[tuple[str, str]]:
    """What a report is of, in words: period, zone, filters."""
    ask, before = found.ask, found.ask_before
    about = [(str(FIELDS["period"]), days_label(ask.begins_on, ask.ends_on))]
    if before:
        about.append((_("Compared with"), days_label(before.begins_on, before.ends_on)))
    about.append((str(FIELDS["zone"]), ask.zone))
    if report.shape.figures:
        about.append((str(FIELDS["figure"]), str(FIGURES[asked.figure])))
    for name in FILTERS:
        if (value := getattr(asked, name)) is not None:
            about.append((str(FIELDS[name]), name_for(viewer, name, value)))
    if "direction" in report.shape.filters and asked.directions:
        about.append((str(FIELDS["direction"]), ", ".join(str(DIRECTIONS[one]) for one in asked.directions)))
    if report.has_within:
        about.append(
            (str(FIELDS["within"]), ngettext("%(n)s second", "%(n)s seconds", ask.within_s) % {"n": ask.within_s})
        )
    if report.has_again:
        about.append(
            (str(FIELDS["again"]), ngettext("%(n)s day", "%(n)s days", ask.within_days) % {"n": ask.within_days})
        )
    if found.is_old:
        about.append((_("Figures"), _("Some of these days are still being added up.")))
    if found.table.is_cut:
        about.append((_("Rows"), _("The first %(n)s; the last one counts all.") % {"n": len(found.table.rows)}))
    return about


def made_by(viewer: Viewer, zone: str, now: datetime) -> Made:
    """Who made a file and when, in the active language and in `zone`."""
    here = now.astimezone(ZoneInfo(zone))
    by = str(getattr(viewer, "name", ""))
    line = _("Made by %(name)s on %(day)s at %(time)s") % {
        "name": by, "day": written_day(here.date()), "time": f"{here:%H:%M}",
    }  # fmt: skip
    return Made(by, line, int(now.timestamp()))


def _pdf(grid: Grid, found: Answer, report: Report, writing: Writing, made: Made) -> bytes:
    before, ask = found.ask_before, found.ask
    legend = None
    if before:
        legend = (days_label(ask.begins_on, ask.ends_on), days_label(before.begins_on, before.ends_on))
    return pdf_of(grid, found, is_heat=report.chart == "heat", legend=legend, made=made)


def _xlsx(grid: Grid, found: Answer, report: Report, writing: Writing, made: Made) -> bytes:
    return xlsx_of(grid, made=made.line)


def _csv(grid: Grid, found: Answer, report: Report, writing: Writing, made: Made) -> bytes:
    delimiter = writing.delimiter or usual_delimiter(get_language() or "en")
    return csv_of(grid, delimiter=delimiter, bom=writing.bom, decimal="," if delimiter == "semicolon" else ".")


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def problem_of(error: Exception) -> str:
    """Why no file could be made, as a code: too_long, disk_full, error."""
    if isinstance(error, SearchTooLong):
        return "too_long"
    return "disk_full" if getattr(error, "errno", None) in _FULL else "error"


_WRITERS: dict[str, Callable[[Grid, Answer, Report, Writing, Made], bytes]] = {
    "pdf": _pdf, "xlsx": _xlsx, "csv": _csv,
}  # fmt: skip
