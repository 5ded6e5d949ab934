"""An exported CSV, byte by byte, beside what its rules say of each call alone (CALL-13)."""

import csv
import io
import random
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from callwright.accounts.models import Line
from callwright.calls.export_shape import Shape
from callwright.calls.models import Call, Export, FollowUp, Marker, RecordingState
from callwright.calls.operations import export_sheets
from callwright.calls.operations.export_calls import ask_export, make_export
from callwright.calls.operations.export_columns import EVERYTHING
from callwright.calls.queries import export_names, export_rows
from callwright.calls.search import parse_search
from callwright.calls.words import COLUMNS, DIRECTIONS, HUNG_UP_BY
from callwright.contacts.models import Category, CategoryPast
from callwright.contacts.operations.create_contact import create_contact
from callwright.kit.statuses import status
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db(transaction=True)
# An hour before the doubled hour of Europe; Lord Howe changes by half an hour, Kathmandu is at +05:45.
BEGIN = datetime(2026, 10, 24, 23, 10, tzinfo=UTC)
TEXTS = [
    "", "J. Vos", "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\u200e=1", "\u00a0=1", "＝1",
    "\n=1", "a\r\nb", "a\rb", "A\x01B\x1fC", 'say "hi", twice; or not', "+31612345678", "+1", "+3161234567890123456789",
    "قسم المبيعات", "Zoë", "é=1", "x\ty", "'quoted", " leading", "trailing ", "0", "#N/A", "😀", "\ufeff-1", "a+b", "*",
    "%1", "~", "_", "\x7f=", "<r>&</r>", "<r><t>x</t></oops></r>", "_x0041_ _x00", "]]>", "long " * 900, "=" * 300,
]  # fmt: skip


@pytest.fixture(autouse=True)
def small(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few calls are many chunks, and the names of contacts are forgotten again and again."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(export_rows, "CHUNK", 7)
    monkeypatch.setattr(export_names, "_MOST_CONTACTS", 3)
    return tmp_path


@pytest.fixture
def calls(made: Any, account: Any, other_account: Any, pbx: Any, owner: Any, colleague: Any) -> list[Any]:
    chance = random.Random(7)
    contacts = {
        one.pk: [
            create_contact(account_id=one.pk, kind="person", values={"surname": name}, numbers=[], by=None, now=BEGIN)
            for name in ("Vos", "=Evil", "Öz, Ä", "+1 of them")
        ]
        for one in (account, other_account)
    }
    renamed, plain = Category.objects.create(name="Now"), Category.objects.create(name="@Plain")
    for name, hours in (("Then", 1), ("Later", 2)):
        until = BEGIN + timedelta(hours=hours)
        CategoryPast.objects.create(category=renamed, name=name, colour="grey", icon="user", until=until)
    queues = [Queue.objects.create(pbx=pbx, name="orders", label="=Orders"), Queue.objects.create(pbx=pbx, name="-x")]
    lines = [
        Line.objects.create(account=account, number="+31201234567", label="Sales, 1"),
        Line.objects.create(account=account, number="+31207654321"),
    ]
    markers = [Marker.objects.create(name=name, icon="star") for name in ("+Star", "Ring")]
    colleague.name = "=Colleague"
    colleague.save()
    whom = (None, owner, colleague)
    given = {
        "line": (None, *lines), "queue": (None, *queues), "category": (None, renamed, plain), "employee": whom,
        "assigned_to": whom, "marker": (None, *markers), "comment": TEXTS, "transferred_to": [t[:60] for t in TEXTS],
        "direction": ("inbound", "outbound", "internal"), "talk_s": (0, 5, 3725, 400_000), "extension": ("", "201"),
        "client_number": ("", "+31612345678", "201", "=1"), "dialled_number": ("", "+31201234567", "-1"),
        "hangup_by": ("", *HUNG_UP_BY), "follow_up": ("", *FollowUp.values), "too_long": (False, False, True),
        "recording": ("", *RecordingState.values),
    }  # fmt: skip
    return [_some_call(made, n, contacts, given, chance, (account, other_account)) for n in range(90)]


def _some_call(made: Any, n: int, contacts: Any, given: Any, chance: random.Random, accounts: Any) -> Any:
    of = chance.choice(accounts)
    code = chance.choice(("answered", "missed", "busy", "abandoned", "voicemail", "failed", "talking"))
    return made(
        BEGIN + timedelta(minutes=4 * n, microseconds=chance.randrange(10**6)), of=of, status=code, wait_s=n,
        ring_s=n % 7, hold_s=n % 3, from_name=TEXTS[n % len(TEXTS)][:100],
        contact_id=chance.choice((None, *contacts[of.pk])),
        held_since=BEGIN if code == "talking" and n % 2 else None,
        **{name: chance.choice(values) for name, values in given.items()},
    )  # fmt: skip


def written(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_written(code: int) -> bool:
    is_control = code < 32 or 127 <= code < 160
    return not (is_control or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF))


def guarded(text: str) -> str:
    """A text as its rule says it: no formula, no control character."""
    text = "".join(c for c in written(text) if c in "\t\n" or is_written(ord(c)))
    marks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    begin = text
    while begin and (begin[0].isspace() or begin[0] in marks):
        begin = begin[1:]
    is_risky = text.startswith("\t") or (begin[:1] != "" and begin[0] in "=+-@＝＋－＠")
    return "'" + text if is_risky and not re.fullmatch(r"\+[0-9]{2,20}", text) else text


def offset_of(at: datetime) -> str:
    text = at.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def moment_of(at: datetime | None, zone: ZoneInfo, form: str) -> str:
    if at is None:
        return ""
    there = at.astimezone(zone)
    if form == "iso":
        return there.strftime("%Y-%m-%dT%H:%M:%S") + offset_of(there)
    return f"{there.strftime(form)} {there:%H:%M:%S} {offset_of(there)}"


def words_of(call: Any) -> dict[str, str]:
    code = "no_answer" if call.status == "missed" and call.direction == "outbound" else call.status
    category = call.category.name if call.category else ""
    if category == "Now":
        hours = (call.started_at - BEGIN) / timedelta(hours=1)
        category = "Then" if hours < 1 else "Later" if hours < 2 else "Now"
    return {
        "marker": call.marker.name if call.marker else "",
        "status": str(status("on_hold" if call.held_since else code).label),
        "direction": str(DIRECTIONS[call.direction]), "contact": call.contact.name if call.contact_id else "",
        "category": category, "number": call.client_number, "account": call.account.name,
        "dialled": (call.line.label or call.line.number) if call.line else call.dialled_number,
        "queue": (call.queue.label or call.queue.name) if call.queue else "",
        "employee": call.employee.name if call.employee else "", "extension": call.extension,
        "too_long": "yes" if call.too_long else "", "transferred": call.transferred_to,
        "hangup": str(HUNG_UP_BY.get(call.hangup_by, "")), "comment": call.comment,
        "follow_up": str(FollowUp(call.follow_up).label) if call.follow_up else "",
        "recording": str(RecordingState(call.recording).label) if call.recording else "",
        "caller_name": call.from_name, "line_number": call.dialled_number,
        "assigned_to": call.assigned_to.name if call.assigned_to else "", "source": call.source, "id": str(call.id),
    }  # fmt: skip


def expected(call: Any, column: str, zone: ZoneInfo, form: str) -> list[str]:
    """The cells of one column of one call."""
    local, words = call.started_at.astimezone(zone), words_of(call)
    match column:
        case _ if column in words:
            return [guarded(words[column])]
        case "date":
            return [local.strftime("%Y-%m-%d" if form == "iso" else form)]
        case "time":
            clock = f"{local:%H:%M:%S}"
            return [clock + offset_of(local)] if form == "iso" else [clock, offset_of(local)]
        case "answered" | "ended":
            return [moment_of(getattr(call, f"{column}_at"), zone, form)]
        case _:
            seconds = getattr(call, f"{column}_s")
            return [str(seconds), f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"]


def rows_expected(calls: list[Any], columns: Any, shape: Shape, form: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=shape.separator, lineterminator="\r\n")
    for call in Call.objects.filter(pk__in=[one.pk for one in calls]).order_by("-id"):
        writer.writerow([cell for one in columns for cell in expected(call, one, ZoneInfo(shape.zone), form)])
    return text.getvalue().encode()


SHAPES = [
    (Shape(columns=EVERYTHING, zone="Europe/Amsterdam"), "iso"),
    (Shape(columns=EVERYTHING, zone="Australia/Lord_Howe", delimiter="semicolon", bom=False), "iso"),
    (Shape(columns=EVERYTHING, zone="Asia/Kathmandu", delimiter="tab", dates="local"), "%d/%m/%Y"),
    (Shape(columns=("ended", "talk", "contact", "time"), zone="America/St_Johns", dates="local"), "%d/%m/%Y"),
    (Shape(columns=("comment",)), "iso"),
]


def exported(viewer: Any, shape: Shape, folder: Path, *, in_background: bool) -> bytes:
    search, now = parse_search({"period": ["all"]})[0], timezone.now()
    asked = ask_export(viewer=viewer, search=search, shape=shape, total=None, now=now)
    assert make_export(asked, clock=timezone.now, in_background=in_background) == "ready"
    return (folder / Export.objects.get(pk=asked).file).read_bytes()


@pytest.mark.parametrize("in_background", [False, True])
@pytest.mark.parametrize(("shape", "form"), SHAPES)
def test_each_cell_is_what_its_rule_says(
    calls: list[Any], administrator: Any, small: Path, shape: Shape, form: str, in_background: bool
) -> None:
    data = exported(administrator, shape, small, in_background=in_background)
    bom = b"\xef\xbb\xbf" if shape.bom else b""
    head, _, rows = data.removeprefix(bom).partition(b"\r\n")
    assert data.startswith(bom) and (shape.bom or not data.startswith(b"\xef\xbb\xbf"))
    assert rows == rows_expected(calls, shape.columns, shape, form)
    assert len(set(head.split(shape.separator.encode()))) == head.count(shape.separator.encode()) + 1  # none twice


def test_whoever_sees_one_account_gets_its_calls_alone(
    calls: list[Any], supervisor: Any, account: Any, small: Path
) -> None:
    shape, mine = SHAPES[0][0], [call for call in calls if call.account_id == account.pk]
    data = exported(supervisor, shape, small, in_background=True)
    assert data.partition(b"\r\n")[2] == rows_expected(mine, shape.columns, shape, "iso") and len(mine) < len(calls)


def test_words_of_codes_are_in_the_language_of_the_reader(calls: list[Any], administrator: Any, small: Path) -> None:
    shape = Shape(columns=("status", "direction", "hangup", "date", "follow_up"), language="nl", dates="local")
    data = exported(administrator, shape, small, in_background=False).removeprefix(b"\xef\xbb\xbf")
    with override("nl"):
        assert data.decode().startswith(f"{COLUMNS['status']},{COLUMNS['direction']},")
        assert data.partition(b"\r\n")[2] == rows_expected(calls, shape.columns, shape, "%d-%m-%Y")


def test_a_sheet_holds_the_same_and_no_text_is_markup(
    calls: list[Any], administrator: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets end in the middle of what is read at a time."""
    monkeypatch.setattr(export_sheets.XlsxFile.__init__, "__kwdefaults__", {"most": 41})
    shape = Shape(format="xlsx", columns=EVERYTHING, zone="Europe/Amsterdam")
    exported(administrator, shape, small, in_background=True)
    book = CalamineWorkbook.from_path(str(small / Export.objects.get().file))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [len(rows) for rows in sheets] == [41, 41, 11]
    found = [row for rows in sheets for row in rows[1:]]
    columns = [name for one in EVERYTHING for name in ((one, "offset") if one == "time" else (one,))]
    for call, row in zip(Call.objects.order_by("-id"), found, strict=True):
        words, local = words_of(call), call.started_at.astimezone(ZoneInfo(shape.zone))
        for column, cell in zip(columns, row, strict=True):
            assert as_read(cell) == in_sheet(call, column, words, local), column


def as_read(cell: Any) -> Any:
    """Calamine gives durations of less than a day as times of day."""
    return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second) if isinstance(cell, time) else cell


def in_sheet(call: Any, column: str, words: dict[str, str], local: datetime) -> Any:
    match column:
        case _ if column in words:
            return "".join(c for c in written(words[column]) if c in "\t\n" or is_written(ord(c)))
        case "date":
            return local.date()
        case "time":
            return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        case "offset":
            return offset_of(local)
        case "answered" | "ended":
            at = getattr(call, f"{column}_at")
            return at.astimezone(local.tzinfo).replace(tzinfo=None, microsecond=0) if at else ""
        case _:
            return timedelta(seconds=getattr(call, f"{column}_s"))
