"""The columns of an exported file: their heads in the reader's language, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.calls.columns import ALL
from callwright.calls.export_shape import DURATIONS, MORE, Shape
from callwright.calls.export_text import Local, Words, Zone
from callwright.calls.models import FollowUp, RecordingState
from callwright.calls.queries.export_names import Names
from callwright.calls.queries.export_rows import Chunk
from callwright.calls.words import COLUMNS, DIRECTIONS, HUNG_UP_BY
from callwright.kit.statuses import status

EVERYTHING = ALL + MORE
Kind = Literal["text", "word", "key", "day", "clock", "moment", "duration", "count", "share"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the rows of a sheet, and nowhere in a CSV file, which programs read. `about` are pairs of what
    it is of and the value, `made` is who made it and when.
    """

    title: str
    about: Sequence[tuple[str, str]] = ()
    made: str = ""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """`values` gives of each call, from `fields` of the calls: text for `text`, `word` (one of few) and `key` (letters
    and digits), days since 1970 for `day`, a `Local` for `clock` and `moment` (there perhaps None), seconds for
    `duration`, whole numbers for `count`, parts of one for `share` (both perhaps None).
    """

    name: str
    head: str
    kind: Kind
    fields: tuple[str, ...]
    values: Callable[[Chunk], Sequence[Any]]
    width: int = 14


def file_columns(shape: Shape, names: Names) -> list[FileColumn]:
    """The columns of `shape` in their order, in the active language."""
    known = {column.name: column for column in (*_words(names), *_texts(names), *_times(shape.zone), *_durations())}
    wanted = [name for name in shape.columns if name in known]
    if "time" in wanted:
        wanted.insert(wanted.index("time") + 1, "offset")
    return [known[name] for name in wanted]


def fields_of(columns: Iterable[FileColumn]) -> tuple[str, ...]:
    """What has to be read of the calls for these columns."""
    return tuple(dict.fromkeys(field for column in columns for field in column.fields))


def _words(names: Names) -> Iterator[FileColumn]:
    """Values of which there are few."""
    users = names.users
    yield _word("marker", _head("marker"), "marker_id", _known(names.markers))
    yield _word("status", _head("status"), "status", lambda code: str(status(code).label), 18)
    yield _word("direction", _head("direction"), "direction", _known(DIRECTIONS), 12)
    category = ("category_id", "started")
    yield FileColumn("category", _head("category"), "word", category, lambda c: names.categories_at(*_of(c, category)))
    yield _word("account", _head("account"), "account_id", _known(names.accounts), 24)
    yield _word("queue", _head("queue"), "queue_id", _known(names.queues))
    yield _word("employee", _head("employee"), "employee_id", _known(users), 22)
    yield _word("assigned_to", _("To be called back by"), "assigned_to_id", _known(users), 22)
    yield _word("hangup", _head("hangup"), "hangup_by", _known(HUNG_UP_BY))
    yield _word("follow_up", _("Follow-up"), "follow_up", _known(dict(FollowUp.choices)), 20)
    yield _word("recording", _("Recording"), "recording", _known(dict(RecordingState.choices)), 16)
    yes = pgettext("criterion", "yes")
    yield _word("too_long", _("Too long"), "too_long", lambda is_too_long: yes if is_too_long else "", 10)
    yield _word("source", _("Source"), "source", str, 16)


def _word(name: str, head: str, field: str, word: Callable[[Any], str], width: int = 14) -> FileColumn:
    words = Words(word)
    return FileColumn(name, head, "word", (field,), lambda chunk: words.of(chunk[field]), width)


def _known(words: Mapping[Any, Any]) -> Callable[[Any], str]:
    return lambda value: str(words.get(value, ""))


def _of(chunk: Chunk, fields: Iterable[str]) -> list[Sequence[Any]]:
    return [chunk[field] for field in fields]


def _texts(names: Names) -> Iterator[FileColumn]:
    lines, dialled = names.lines, ("line_id", "dialled_number")
    yield FileColumn(
        "dialled", _head("dialled"), "text", dialled,
        lambda chunk: [lines.get(line) or number for line, number in zip(*_of(chunk, dialled), strict=True)], 18,
    )  # fmt: skip
    contact = ("contact_id", "account_id")  # `Names.with_contacts` adds what they are called
    yield FileColumn("contact", _head("contact"), "text", contact, lambda chunk: chunk["contact"], 26)
    yield _text("number", _head("number"), "client_number", 18)
    yield _text("extension", _head("extension"), "extension", 10)
    yield _text("transferred", _head("transferred"), "transferred_to", 18)
    yield _text("comment", _head("comment"), "comment", 40)
    yield _text("caller_name", _("Caller name"), "from_name", 24)
    yield _text("line_number", _("Number called"), "dialled_number", 18)
    yield FileColumn("id", _("Key of the call"), "key", ("id",), lambda chunk: chunk["id"], 38)


def _text(name: str, head: str, field: str, width: int) -> FileColumn:
    return FileColumn(name, head, "text", (field,), lambda chunk: chunk[field], width)


def _times(zone_name: str) -> Iterator[FileColumn]:
    zone, field = Zone(zone_name), ("started",)
    started = _once(lambda chunk: zone.local(chunk["started"]))
    yield FileColumn("date", _head("date"), "day", field, lambda chunk: [at[0] for at in started(chunk)], 12)
    yield FileColumn("time", _head("time"), "clock", field, started, 10)
    offset = _("Offset from UTC")
    yield FileColumn("offset", offset, "word", field, lambda chunk: [at[2] for at in started(chunk)], 10)
    for name, head in (("answered", _("Answered at")), ("ended", _("Ended at"))):
        yield _moment(name, head, zone)


def _moment(name: str, head: str, zone: Zone) -> FileColumn:
    return FileColumn(name, head, "moment", (name,), lambda chunk: zone.local(chunk[name]), 20)


def _once(work: Callable[[Chunk], list[Any]]) -> Callable[[Chunk], list[Local]]:
    """Works out once what several columns show of the same calls."""
    last: list[Any] = [None, []]

    def found(chunk: Chunk) -> list[Local]:
        if last[0] is not chunk:
            last[:] = [chunk, work(chunk)]
        values: list[Local] = last[1]
        return values

    return found


def _durations() -> Iterator[FileColumn]:
    for name in DURATIONS:
        yield _duration(name, f"{name}_s")


def _duration(name: str, field: str) -> FileColumn:
    return FileColumn(name, _head(name), "duration", (field,), lambda chunk: chunk[field], 10)


def _head(name: str) -> str:
    return str(COLUMNS[name])
