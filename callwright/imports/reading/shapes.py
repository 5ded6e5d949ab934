"""Which format a file has: told by its columns' names where it has them, else by what stands in them."""

import re
from collections.abc import Callable, Mapping, Sequence

from callwright.imports.reading.records import Record, delimiter_of, records_of
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.text import encoding_of
from callwright.imports.reading.times import date_order_of
from callwright.telephony.asterisk.cel import COLUMNS as CEL_COLUMNS
from callwright.telephony.asterisk.repair import CDR_COLUMNS

_CUSTOM = (
    *("clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end"),
    *("duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield", "sequence"),
)
_FS_HEAD = ("caller_id_name", "caller_id_number", "destination_number", "context")
_FS_TIMES = ("start_stamp", "answer_stamp", "end_stamp", "duration", "billsec", "hangup_cause")
_FS_EXAMPLE = (*_FS_HEAD, *_FS_TIMES, "uuid", "bleg_uuid", "accountcode", "read_codec", "write_codec")
# the templates of mod_cdr_csv
FREESWITCH = {
    "freeswitch": _FS_EXAMPLE,
    "freeswitch_sql": _FS_EXAMPLE[:13],
    "freeswitch_linksys": (*_FS_EXAMPLE, "sip_user_agent", "sip_p_rtp_stat"),
    "freeswitch_snom": (
        *("username", *_FS_EXAMPLE, "sip_user_agent", "call_clientcode", "sip_rtp_rxstat", "sip_rtp_txstat"),
        "sofia_record_file",
    ),
    "freeswitch_asterisk": (
        *("accountcode", "caller_id_number", "destination_number", "context", "caller_id", "channel_name"),
        *("bridge_channel", "last_app", "last_arg", *_FS_TIMES, "amaflags", "uuid", "userfield"),
    ),
    "freeswitch_rate": (
        *("uuid", "signal_bond", "direction", "ani", "destination_number", "answer_stamp", "end_stamp", "billsec"),
        *("accountcode", "userfield", "network_addr", "caller_id_name", "sip_gateway_name"),
    ),
}
# what a column of any other CSV can be, as the own CSV names it
OWN = (
    *("key", "started", "date", "time", "answered", "ended", "duration_s", "ring_s", "wait_s", "talk_s", "direction"),
    *("status", "from", "from_name", "to", "line", "extension", "answered_by", "queue", "transferred_to"),
    *("hangup_by", "cause"),
)
_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?.*|\d{9,16}(\.\d+)?)?$")
_CHANNEL = re.compile(r"^[A-Za-z0-9]+/\S+$")
_DISPOSITIONS = {"ANSWERED", "NO ANSWER", "NOANSWER", "BUSY", "FAILED", "CONGESTION", "CANCEL", "UNKNOWN"}
_EVENT = re.compile(r"^[A-Z][A-Z_]{3,}$")
_CAUSE = re.compile(r"^[A-Z][A-Z0-9_]{3,}$")
_OTHER_NAMES = {
    "src": "src", "source": "src", "dst": "dst", "destination": "dst", "calldate": "start", "starttime": "start",
    "answertime": "answer", "endtime": "end", "eventname": "eventtype", "call date": "start", "lastdst": "dst",
}  # fmt: skip


def recognise(sample: bytes) -> tuple[Settings, list[Record]]:
    """How the file of which these are the first bytes is to be read, and its first records."""
    encoding = encoding_of(sample)
    text = sample.decode(encoding, "replace").lstrip("\ufeff")
    if len(sample) > 100_000:
        text = text[: text.rfind("\n") + 1]
    delimiter = delimiter_of(text)
    records = list(records_of(((line, True) for line in text.splitlines(keepends=True)), delimiter))
    rows = [record.cells for record in records if record.cells]
    shape, columns, header = _shape(rows)
    settings = Settings(shape=shape, encoding=encoding, delimiter=delimiter, header=header, columns=columns)
    settings.date_order = _date_order(settings, rows)
    return settings, records


def _shape(rows: Sequence[Sequence[str]]) -> tuple[str, list[str], bool]:
    if not rows:
        return "free", [], False
    names = [cell.strip().strip("\ufeff").lower().replace(" ", "_") for cell in rows[0]]
    known = [_OTHER_NAMES.get(name.replace("_", " "), _OTHER_NAMES.get(name, name)) for name in names]
    if found := _by_names(set(names), set(known)):
        return found, names if found.startswith(("freeswitch", "own")) else known, True
    body = rows[:200]
    for shape, columns in _positional(body):
        return shape, columns, False
    header = not any(_STAMP.match(cell) and cell for cell in rows[0]) and len(rows) > 1
    return "free", [_guess(name) if header else "" for name in names], header


def _by_names(names: set[str], known: set[str]) -> str:
    if {"eventtype", "eventtime", "uniqueid"} <= known:
        return "cel"
    if {"start", "src", "dst", "channel", "disposition"} <= known:
        return "freepbx" if names & {"did", "cnum", "outbound_cnum"} else "cdr"
    if {"caller_id_number", "destination_number", "end_stamp"} <= names:
        return "freeswitch"
    if "started" in names and names & {"from", "to"}:
        return "own"
    return ""


def _positional(rows: Sequence[Sequence[str]]) -> list[tuple[str, list[str]]]:
    wide = [row for row in rows if len(row) >= 12]
    if not wide or len(wide) < len(rows) / 2:
        return []
    tests = [
        ("cel", list(CEL_COLUMNS), _share(wide, 19, 21, {0: _is_cel, 1: _is_stamp})),
        ("cdr", list(CDR_COLUMNS), _share(wide, 16, 22, {5: _is_channel, 9: _is_stamp, 11: _is_stamp, 14: _is_end})),
        ("cdr", list(_CUSTOM), _share(wide, 17, 20, {4: _is_channel, 8: _is_stamp, 10: _is_stamp, 13: _is_end})),
    ]
    for shape, columns in FREESWITCH.items():
        places = {n: _is_stamp for n, name in enumerate(columns) if name.endswith("_stamp")}
        places |= {n: _is_cause for n, name in enumerate(columns) if name == "hangup_cause"}
        tests.append((shape, list(columns), _share(wide, len(columns), len(columns) + 1, places)))
    best = max(tests, key=lambda test: test[2])
    return [(best[0], best[1])] if best[2] >= 0.6 else []


def _share(rows: Sequence[Sequence[str]], least: int, most: int, places: Mapping[int, Callable[[str], bool]]) -> float:
    """The part of the rows in which every test holds, and a little more for the shape that asks for more."""
    fits = [
        row for row in rows
        if least <= len(row) <= most and all(test(row[place].strip()) for place, test in places.items())
    ]  # fmt: skip
    return len(fits) / len(rows) + (len(places) / 100 if fits else 0)


def _is_stamp(cell: str) -> bool:
    return _STAMP.match(cell) is not None


def _is_channel(cell: str) -> bool:
    return _CHANNEL.match(cell) is not None


def _is_end(cell: str) -> bool:
    return cell.upper() in _DISPOSITIONS


def _is_cel(cell: str) -> bool:
    return _EVENT.match(cell) is not None


def _is_cause(cell: str) -> bool:
    return _CAUSE.match(cell) is not None


_HINTS = {
    "key": ("id", "uuid", "uniqueid", "call_id", "callid"),
    "started": ("start", "start_time", "started_at", "datetime", "date_time", "timestamp", "kezdet", "begintijd"),
    "date": ("date", "datum", "dátum"),
    "time": ("time", "tijd", "idő", "zeit"),
    "answered": ("answer", "answered_at", "answer_time"),
    "ended": ("end", "end_time", "ended_at"),
    "duration_s": ("duration", "duur", "dauer", "időtartam"),
    "talk_s": ("billsec", "talk", "talk_time", "gespreksduur"),
    "wait_s": ("wait", "wait_time", "wachttijd"),
    "direction": ("richting", "type", "call_type", "irány"),
    "from": ("caller", "source", "src", "caller_number", "van", "from_number", "anrufer", "hívó"),
    "from_name": ("caller_name", "name", "naam", "név"),
    "to": ("called", "destination", "dst", "naar", "to_number", "hívott"),
    "line": ("did", "line_called", "dialled", "dialled_number"),
    "extension": ("ext", "toestel", "mellék"),
    "queue": ("wachtrij", "group", "sor"),
    "status": ("disposition", "result", "resultaat", "állapot"),
}


def _guess(name: str) -> str:
    return next((field for field, words in _HINTS.items() if name == field or name in words), "")


def _date_order(settings: Settings, rows: Sequence[Sequence[str]]) -> str:
    """From the column of the start, or of the date."""
    place = next((n for n, name in enumerate(settings.columns) if name in ("started", "date", "start")), None)
    if place is None:
        return "ymd"
    return date_order_of([row[place] for row in rows[1 if settings.header else 0 : 400] if len(row) > place])
