"""The lists as columns of a file (REG-3, REG-4, REG-5): what stands in them of each row, in the active language. Rows
are read a page after the other, by their keys, so that memory does not grow with their number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.calls.export_text import Local, Zone
from callwright.calls.operations.export_columns import FileColumn
from callwright.calls.queries.export_rows import Chunk
from callwright.kit.templatetags.kit import written_day
from callwright.registration.asked import Asked
from callwright.registration.operations.list_words import DUE, state_in_words, topics_in_words
from callwright.registration.queries import lists
from callwright.registration.queries.findings import WrongRegistration, wrong_registrations
from callwright.registration.queries.quality_agents import STEPS, AgentQuality, Figures, QualityTable, quality_by_agent
from callwright.registration.queries.quality_rules import custom_labels
from callwright.registration.words import DIRECTIONS
from callwright.registration.words_quality import finding_in_words
from callwright.staff.queries.rights import Viewer

PAGE = 1_000
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class ListRows:
    """`chunks` has "rows", which the columns draw; `days` are those that it tells of, where the list says so itself.
    `has_total`: the last row counts all.
    """

    columns: list[FileColumn]
    chunks: Iterable[Chunk]
    days: tuple[date, date] | None = None
    has_total: bool = False


Read = Callable[..., "lists.ListPage[Any]"]


def registrations(viewer: Viewer, asked: Asked, *, now: datetime, step: str = "", on_paper: bool = False) -> ListRows:
    """The registrations that the viewer may see, newest calls first."""
    zone = Zone(asked.zone)
    columns = [
        *_of_call(zone),
        _text(_("Topics"), lambda row: topics_in_words(row.words), 36),
        _text(_("Comment"), lambda row: row.comment, 40),
        *([] if on_paper else _times(zone)),
        _count(_("To be corrected"), lambda row: row.findings or None),
        *_keys(),
    ]
    return ListRows(_shown(columns, on_paper), _pages(lists.registrations, viewer, asked, now))


def _times(zone: Zone) -> Iterator[FileColumn]:
    yield _moment(_("Registered at"), zone, lambda row: row.created_at)
    yield _moment(_("Changed at"), zone, lambda row: row.updated_at if row.changes > 1 else None)


def missing(viewer: Viewer, asked: Asked, *, now: datetime, step: str = "", on_paper: bool = False) -> ListRows:
    """The calls of which nothing was registered, newest first."""

    def state(row: lists.Missing) -> str:
        if row.due == "released" and row.released_by:
            return _("Released by %(who)s") % {"who": row.released_by}
        return str(DUE.get(row.due, DUE[""]))

    columns = [
        *_of_call(Zone(asked.zone)),
        _text(_("Registration"), state, 24),
        *_keys(),
    ]
    return ListRows(_shown(columns, on_paper), _pages(lists.missing, viewer, asked, now))


def findings(viewer: Viewer, asked: Asked, *, now: datetime, step: str = "", on_paper: bool = False) -> ListRows:
    """Registrations with what was found against them, each finding on a line of its cell."""
    labels = custom_labels()

    def found(row: WrongRegistration) -> str:
        return "\n".join(finding_in_words(one, labels) for one in row.findings)

    columns = [
        *_of_call(Zone(asked.zone)),
        _text(_("Topics"), lambda row: topics_in_words(row.words), 36),
        _text(_("Comment"), lambda row: row.comment, 40),
        _text(_("What was found"), found, 50),
        _text(_("State"), lambda row: "\n".join(map(state_in_words, row.findings)), 24),
        *_keys(),
    ]
    return ListRows(_shown(columns, on_paper), _pages(wrong_registrations, viewer, asked, now))


def quality(viewer: Viewer, asked: Asked, *, now: datetime, step: str = "", on_paper: bool = False) -> ListRows:
    """Wrong and missing registrations by agent, the team last; each step of the trend beside them, but on paper."""
    table = quality_by_agent(viewer, asked, step=step if step in STEPS else "week", now=now)
    team = table.team.now
    columns = [
        _text(_("Agent"), lambda row: _("Team") if row.is_team else row.agent or _("Nobody known"), 26),
        _count(pgettext("number of calls", "Registered"), lambda row: row.now.registered),
        *_figures("wrong", pgettext("registrations", "Wrong"), team),
        *_figures("missing", pgettext("registrations", "Missing"), team),
        *([] if on_paper else _trend(table)),
    ]
    rows = (*table.rows, table.team)
    return ListRows(columns, [{"rows": rows}], (table.first, table.last), has_total=True)


def _figures(name: str, word: str, team: Figures) -> Iterator[FileColumn]:
    """How many there are; their share, how it changed since the time before, and how it differs from the team's, in
    parts of one.
    """

    def share(figures: Figures) -> float | None:
        found: float | None = getattr(figures, f"{name}_share")
        return found

    def less(now: float | None, then: float | None) -> float | None:
        return None if now is None or then is None else now - then

    def head(part: str) -> str:
        return _("%(what)s: %(part)s") % {"what": word, "part": part}

    yield _count(word, lambda row: int(getattr(row.now, name)))
    yield _share(head(_("Share")), lambda row: share(row.now))
    yield _share(head(_("Change of the share")), lambda row: less(share(row.now), share(row.before)))
    yield _share(head(_("Difference to the team")), lambda row: less(share(row.now), share(team)))


def _trend(table: QualityTable) -> Iterator[FileColumn]:
    for place, day in enumerate(table.days):
        from_day = {"day": written_day(day)}
        yield _count(_("Wrong, from %(day)s") % from_day, partial(_at_step, place, "wrong"))
        yield _count(_("Missing, from %(day)s") % from_day, partial(_at_step, place, "missing"))


def _at_step(place: int, name: str, row: AgentQuality) -> int:
    return int(getattr(row.trend[place], name))


# ── pages and columns ────────────────────────────────────────────────────────────────────────────────────────────────


def _pages(read: Read, viewer: Viewer, asked: Asked, now: datetime) -> Iterator[Chunk]:
    after = ""
    while True:
        page = read(viewer, asked, now=now, after=after, limit=PAGE)
        if page.rows:
            yield {"rows": page.rows}
        if not page.next:
            return
        after = page.next


def _of_call(zone: Zone) -> Iterator[FileColumn]:
    yield _moment(_("Began at"), zone, lambda row: row.call.started_at)
    yield _text(_("Direction"), lambda row: str(DIRECTIONS.get(row.call.direction, "")), 12)
    yield _text(_("Caller"), lambda row: row.call.caller, 24)
    yield _text(_("Number"), lambda row: row.call.client_number, 22)
    yield _text(_("Account"), lambda row: row.call.account, 24)
    yield _text(_("Queue"), lambda row: row.call.queue, 16)
    yield _text(_("Agent"), lambda row: row.call.agent or _("Nobody known"), 22)
    yield _column(_("Talk time"), "duration", lambda row: row.call.talk_s or 0, 10)


def _keys() -> Iterator[FileColumn]:
    yield _column(_("Key of the call"), "key", lambda row: str(row.call.call_id), 38)


def _shown(columns: Sequence[FileColumn], on_paper: bool) -> list[FileColumn]:
    """Keys are for programs."""
    return [one for one in columns if not (on_paper and one.kind == "key")]


def _column(head: str, kind: Any, value: Callable[[Any], Any], width: int) -> FileColumn:
    return FileColumn(head, head, kind, ("rows",), lambda chunk: [value(row) for row in chunk["rows"]], width)


def _text(head: str, value: Callable[[Any], str], width: int) -> FileColumn:
    return _column(head, "text", value, width)


def _count(head: str, value: Callable[[Any], int | None]) -> FileColumn:
    return _column(head, "count", value, 12)


def _share(head: str, value: Callable[[Any], float | None]) -> FileColumn:
    return _column(head, "share", value, 12)


def _moment(head: str, zone: Zone, value: Callable[[Any], datetime | None]) -> FileColumn:
    def moments(chunk: Chunk) -> Sequence[Local | None]:
        found = [value(row) for row in chunk["rows"]]
        return zone.local(None if at is None else int(at.timestamp()) for at in found)

    return FileColumn(head, head, "moment", ("rows",), moments, 20)
