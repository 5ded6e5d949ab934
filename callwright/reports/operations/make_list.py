"""Makes the file of a list: all rows as CSV or XLSX, written to the disk while they are read; the first ones as PDF."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callwright.calls.export_shape import Shape, usual_delimiter
from callwright.calls.operations.export_columns import Heading
from callwright.calls.operations.export_files import CallFile, call_file
from callwright.calls.periods import Period
from callwright.calls.queries.export_rows import size_of
from callwright.registration.operations.list_files import ListRows
from callwright.registration.queries.behind import is_behind
from callwright.reports.lists import ListAsked, ListKind, title_of
from callwright.reports.operations.make_file import FORMATS, Writing, made_by
from callwright.reports.operations.typeset import Made
from callwright.reports.operations.write_list import Paper, list_pdf, paper_cells
from callwright.reports.queries.of_lists import Days, about_list, days_of_list
from callwright.reports.queries.reading import reading
from callwright.staff.queries.rights import Viewer

MOST_ON_PAPER = 1_000
"""Rows of a PDF; one that has more says so. The other formats have them all."""

LONGEST_S = 90.0
"""How long somebody waits for the file of a list."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A finished file in the folder that was given; `name` is what it is called where it is saved. `begins_on` is None
    where it goes back to the beginning. `is_old`: calls that may belong into it are still to be looked at.
    """

    path: Path
    name: str
    content_type: str
    rows: int
    begins_on: date | None
    ends_on: date
    is_old: bool


def make_list(
    viewer: Viewer,
    kind: ListKind,
    wish: ListAsked,
    writing: Writing,
    folder: Path,
    *,
    title: str = "",
    now: datetime,
    made_at: datetime | None = None,
    longest_s: float = LONGEST_S,
) -> ListFile:
    """The list as a file in `folder`, in the active language, with what the viewer may see now; `now` is the moment of
    which it tells, `made_at` that of its making: it ends with the day of the former. All rows are read as they are at
    one moment. Raises SearchTooLong after `longest_s`, OSError.
    """
    title = title or title_of(kind, wish)
    path = folder / f"list.{writing.format}"
    its_days = days_of_list(wish, now=now)
    asked = replace(wish.asked, period=Period.CUSTOM, first=its_days[0], last=its_days[1])
    with reading(longest_s):
        found = kind.rows(viewer, asked, now=now, step=wish.step, on_paper=writing.format == "pdf")
        days: Days = found.days or its_days
        made = made_by(viewer, wish.asked.zone, made_at or now)
        tells_who_did = kind.of_asked and not wish.asked.registered
        is_old = tells_who_did and is_behind(viewer, wish.asked.account, now=made_at or now)
        heading = Heading(title, about_list(viewer, kind, wish, days, is_old=is_old), "")
        if writing.format == "pdf":
            rows = _on_paper(found, path, heading, made)
        else:
            rows = _all(found, path, Heading(title, heading.about, made.line), _shape(writing, wish))
    first, last = days
    name = f"{slugify(title, allow_unicode=True) or kind.code}-{f'{first}-' if first else ''}{last}.{writing.format}"
    return ListFile(path, name, FORMATS[writing.format], rows, first, last, is_old)


def _shape(writing: Writing, wish: ListAsked) -> Shape:
    language = get_language() or "en"
    return Shape(
        format=writing.format, delimiter=writing.delimiter or usual_delimiter(language), bom=writing.bom,
        zone=wish.asked.zone, language=language,
    )  # fmt: skip


def _all(found: ListRows, path: Path, heading: Heading, shape: Shape) -> int:
    rows = 0
    with _closed(call_file(path, shape, found.columns, heading)) as file:
        for chunk in found.chunks:
            file.add(chunk)
            rows += size_of(chunk)
    return rows


@contextmanager
def _closed(file: CallFile) -> Iterator[CallFile]:
    """Finishes the file, or lets go of it where something fails."""
    try:
        yield file
        file.close()
    except BaseException:
        file.abandon()
        raise


def _on_paper(found: ListRows, path: Path, heading: Heading, made: Made) -> int:
    cells: list[list[str]] = [[] for _column in found.columns]
    rows, is_cut = 0, False
    for chunk in found.chunks:
        room = MOST_ON_PAPER - rows
        for column, into in zip(found.columns, cells, strict=True):
            into += paper_cells(column, column.values(chunk)[:room])
        is_cut = size_of(chunk) > room
        rows += min(size_of(chunk), room)
        if is_cut:
            break
    about = list(heading.about)
    if is_cut:
        words = _("The first %(n)s. All of them stand in the other formats.")
        about.append((_("Rows"), words % {"n": rows}))
    path.write_bytes(list_pdf(Paper(found.columns, cells, found.has_total), Heading(heading.title, about), made))
    return rows
