"""Lines whose call may go on in the next file: kept by the names of their columns, and fed to the reader before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from callwright.imports.reading.cdr import Cdr
from callwright.imports.reading.found import Part
from callwright.imports.reading.plain import Plain
from callwright.telephony.asterisk.cel import CelRow

MOST = 20_000
"""Lines of one import that wait; what is more than that is told as bad lines."""


def family_of(shape: str) -> str:
    """Files of one family go on in one another; "" for formats of which each line is a call."""
    if shape in ("cdr", "freepbx"):
        return "cdr"
    if shape.startswith("freeswitch"):
        return "freeswitch"
    return "cel" if shape == "cel" else ""


def part_of(
    row: Any, line: int, raw: str, record: Mapping[str, str], reason: str = "", calls: Sequence[str] = ()
) -> Part:
    """The line with its times as moments, so that it means the same in a file of another time zone."""
    kept = {name: cell for name, cell in record.items() if cell}
    if isinstance(row, CelRow):
        kept["eventtime"] = repr(row.at)
    elif isinstance(row, Cdr):
        kept |= _told(record, {"start": row.start, "answer": row.answer, "end": row.end})
    elif isinstance(row, Plain):
        kept |= _told(record, {"start_stamp": row.start, "answer_stamp": row.answer, "end_stamp": row.end})
    return Part(kept, raw, line, reason, calls=list(calls))


def _told(record: Mapping[str, str], times: Mapping[str, datetime | None]) -> dict[str, str]:
    return {
        name: at.isoformat(" ") if at else ""
        for name, at in times.items()
        if name in record and (at is None or record[name].strip())
    }


def parts_in(rows: Sequence[tuple[int, Any]]) -> list[int]:
    """The numbers of the lines among `rows` that an earlier file left."""
    return [-line for line, _ in rows if line < 0]
