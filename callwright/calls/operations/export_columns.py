"""The columns of an exported file: their heads in the reader's language, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.calls.columns import ALL
from callwright.calls.export_shape import DURATIONS, MORE, Shape
from callwright.calls.export_text import Zone
from callwright.calls.models import FollowUp, RecordingState
from callwright.calls.queries.export_names import Names
from callwright.calls.queries.export_rows import ExportRow
from callwright.calls.words import COLUMNS, DIRECTIONS, HUNG_UP_BY
from callwright.kit.statuses import status

EVERYTHING = ALL + MORE
Kind = Literal["text", "word", "day", "clock", "moment", "duration"]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """`value` gives text for `text` and `word` (one of few), days since 1970 for `day`, (day, second, offset) for
    `clock` and `moment`, seconds for `duration`.
    """

    name: str
    head: str
    kind: Kind
    value: Callable[[ExportRow], Any]
    width: int = 14


def file_columns(shape: Shape, names: Names) -> list[FileColumn]:
    """The columns of `shape` in their order, in the active language."""
    zone = Zone(shape.zone, shape.day_form)
    known = {column.name: column for column in (*_words(names), *_texts(names), *_times(zone), *_durations())}
    wanted = [name for name in shape.columns if name in known]
    if "time" in wanted:
        wanted.insert(wanted.index("time") + 1, "offset")
    return [known[name] for name in wanted]


def _words(names: Names) -> Iterator[FileColumn]:
    """Values of which there are few."""
    yield FileColumn("marker", _head("marker"), "word", lambda r: names.markers.get(r.marker_id, ""))
    yield FileColumn("status", _head("status"), "word", _lookup(_Statuses(), "status"), 18)
    directions = {code: str(word) for code, word in DIRECTIONS.items()}
    yield FileColumn("direction", _head("direction"), "word", _lookup(directions, "direction"), 12)
    yield FileColumn("category", _head("category"), "word", lambda r: names.category(r.category_id, r.started))
    yield FileColumn("account", _head("account"), "word", lambda r: names.accounts.get(r.account_id, ""), 24)
    yield FileColumn("dialled", _head("dialled"), "word", lambda r: names.lines.get(r.line_id) or r.dialled_number, 18)
    yield FileColumn("queue", _head("queue"), "word", lambda r: names.queues.get(r.queue_id, ""))
    employees = names.users
    yield FileColumn("employee", _head("employee"), "word", lambda r: employees.get(r.employee_id, ""), 22)
    yield FileColumn(
        "assigned_to", _("To be called back by"), "word", lambda r: employees.get(r.assigned_to_id, ""), 22
    )
    yield FileColumn(
        "hangup", _head("hangup"), "word", _lookup({c: str(w) for c, w in HUNG_UP_BY.items()}, "hangup_by")
    )
    follow_ups = {code: str(label) for code, label in FollowUp.choices}
    yield FileColumn("follow_up", _("Follow-up"), "word", _lookup(follow_ups, "follow_up"), 20)
    recordings = {code: str(label) for code, label in RecordingState.choices}
    yield FileColumn("recording", _("Recording"), "word", _lookup(recordings, "recording"), 16)
    yes = pgettext("criterion", "yes")
    yield FileColumn("too_long", _("Too long"), "word", lambda r: yes if r.too_long else "", 10)
    yield FileColumn("source", _("Source"), "word", lambda r: r.source, 16)


def _texts(names: Names) -> Iterator[FileColumn]:
    yield FileColumn("contact", _head("contact"), "text", lambda r: names.contacts.get(r.contact_id, ""), 26)
    yield FileColumn("number", _head("number"), "text", lambda r: r.client_number, 18)
    yield FileColumn("extension", _head("extension"), "text", lambda r: r.extension, 10)
    yield FileColumn("transferred", _head("transferred"), "text", lambda r: r.transferred_to, 18)
    yield FileColumn("comment", _head("comment"), "text", lambda r: r.comment, 40)
    yield FileColumn("caller_name", _("Caller name"), "text", lambda r: r.from_name, 24)
    yield FileColumn("line_number", _("Number called"), "text", lambda r: r.dialled_number, 18)
    yield FileColumn("id", _("Key of the call"), "text", lambda r: str(r.id), 38)


def _times(zone: Zone) -> Iterator[FileColumn]:
    local = zone.local
    yield FileColumn("date", _head("date"), "day", lambda r: local(r.started)[0], 12)
    yield FileColumn("time", _head("time"), "clock", lambda r: local(r.started), 10)
    yield FileColumn("offset", _("Offset from UTC"), "word", lambda r: local(r.started)[2], 10)
    answered, ended = _("Answered at"), _("Ended at")
    yield FileColumn("answered", answered, "moment", lambda r: None if r.answered is None else local(r.answered), 20)
    yield FileColumn("ended", ended, "moment", lambda r: None if r.ended is None else local(r.ended), 20)


def _durations() -> Iterator[FileColumn]:
    for name in DURATIONS:
        place = ExportRow._fields.index(f"{name}_s")
        yield FileColumn(name, _head(name), "duration", _at(place), 10)


class _Statuses(dict[str, str]):
    def __missing__(self, code: str) -> str:
        word = self[code] = str(status(code).label)
        return word


def _lookup(words: dict[str, str], field: str) -> Callable[[ExportRow], str]:
    value: Callable[[ExportRow], str] = attrgetter(field)
    if isinstance(words, _Statuses):
        return lambda row: words[value(row)]
    return lambda row: words.get(value(row), "")


def _at(place: int) -> Callable[[ExportRow], Any]:
    return lambda row: row[place]


def _head(name: str) -> str:
    return str(COLUMNS[name])


def known_columns(wanted: Iterable[object]) -> tuple[str, ...]:
    """Those of `wanted` that a file can have, each once."""
    return tuple(dict.fromkeys(one for one in wanted if isinstance(one, str) and one in EVERYTHING))
