"""Makes what a schedule sends: a report or a list, as a file in a folder, with what its owner may see."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from callwright.reports.labels import days_label
from callwright.reports.lists import list_asked, list_of, may_fetch
from callwright.reports.models import Schedule
from callwright.reports.operations.make_file import Writing, make_file
from callwright.reports.operations.make_list import make_list
from callwright.reports.queries.of_lists import days_in_words
from callwright.reports.queries.saved import asked_of
from callwright.staff.queries.rights import Viewer, may

LIST_S = 300.0
"""How long the worker takes for a list, which may hold a year."""

LARGEST = 15_000_000
"""Bytes that mail servers take as an attachment, which becomes a third larger on the way."""


class Stopped(Exception):
    """The schedule may not go on; `reason` is a code: no_owner, no_right, not_shared, deleted, unknown_report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLarge(Exception):
    """The file is larger than a message may be: no later try will help."""


@dataclass(frozen=True, slots=True)
class ScheduledFile:
    """A file in the folder that was given; `days` are those it tells of, in words; `is_old`: some of them are still
    being counted.
    """

    path: Path
    name: str
    content_type: str
    rows: int
    begins_on: date | None
    ends_on: date
    days: str
    is_old: bool = False


def scheduled_file(
    viewer: Viewer, schedule: Schedule, folder: Path, *, due_at: datetime, now: datetime
) -> ScheduledFile:
    """What is sent, in the active language; its period is that of `due_at`, also when it is made up for later. Raises
    Stopped, TooLarge, SearchTooLong, OSError.
    """
    made = _list(viewer, schedule, folder, due_at, now) or _report(viewer, schedule, folder, due_at, now)
    if made.path.stat().st_size > LARGEST:
        raise TooLarge
    return made


def _list(viewer: Viewer, schedule: Schedule, folder: Path, due_at: datetime, now: datetime) -> ScheduledFile | None:
    kind = list_of(schedule.saved.report)
    if kind is None:
        return None
    if not may_fetch(viewer, kind):
        raise Stopped("no_right")
    made = make_list(
        viewer, kind, list_asked(kind, schedule.saved.query, zone=schedule.zone), Writing(schedule.format), folder,
        title=schedule.saved.name, now=due_at, made_at=now, longest_s=LIST_S,
    )  # fmt: skip
    days = days_in_words((made.begins_on, made.ends_on))
    return ScheduledFile(
        made.path, made.name, made.content_type, made.rows, made.begins_on, made.ends_on, days, made.is_old
    )


def _report(viewer: Viewer, schedule: Schedule, folder: Path, due_at: datetime, now: datetime) -> ScheduledFile:
    report, asked, _problems = asked_of(schedule.saved)
    if report is None:
        raise Stopped("unknown_report")
    if not may(viewer, report.right):
        raise Stopped("no_right")
    made = make_file(
        viewer, report, asked, Writing(schedule.format), zone=schedule.zone, title=schedule.saved.name, now=due_at,
        made_at=now,
    )  # fmt: skip
    path, ask = folder / "report", made.answer.ask
    path.write_bytes(made.content)
    days = days_label(ask.begins_on, ask.ends_on)
    return ScheduledFile(
        path, made.name, made.content_type, made.rows, ask.begins_on, ask.ends_on, days, made.answer.is_old
    )
