"""The register beside the truth: every call that the PBX made, once, with its true end."""

from collections import Counter
from datetime import datetime
from typing import Any

from callwright.telephony.fake.ledger import TrueCall
from tests.faults.ground import Installation

_CALLS = """
    SELECT c.pbx_key, c.direction, c.status, c.from_received, c.to_received, c.dialled_received, coalesce(q.name, ''),
           c.answered_by, c.transferred_to, c.hangup_by, c.talk_s, c.hold_s, c.started_at, c.ended_at, c.complete,
           ARRAY(SELECT l.party || ' ' || l.result FROM calls_leg l WHERE l.account_id = c.account_id
                 AND l.call_id = c.id ORDER BY 1) AS legs
    FROM calls_call c LEFT JOIN telephony_queue q ON q.id = c.queue_id
"""
Row = dict[str, Any]
_NAMES = (
    "key", "direction", "status", "from_number", "to_number", "dialled_number", "queue", "answered_by",
    "transferred_to", "hangup_by", "talk_s", "hold_s", "started_at", "ended_at", "complete", "legs",
)  # fmt: skip


def register(house: Installation) -> list[Row]:
    """All calls of the register, read by a query of its own."""
    return [dict(zip(_NAMES, row, strict=True)) for row in house.rows(_CALLS)]


def truth_of(call: TrueCall) -> Row:
    return {
        "direction": call.direction,
        "status": call.status,
        "from_number": call.from_number or "",
        "to_number": call.to_number or "",
        "dialled_number": call.dialled_number or "",
        "queue": call.queue,
        "answered_by": call.answered_by or "",
        "transferred_to": call.transferred_to or "",
        "hangup_by": call.hangup_by or "",
        "legs": sorted(f"{leg.party} {leg.result}" for leg in call.legs),
    }


def differences(rows: list[Row], ledger: list[TrueCall], *, tolerance_s: float = 1.0) -> list[str]:
    """Where the register is not the truth, in words: calls missing, doubled, or with another course or end."""
    found = Counter(row["key"] for row in rows)
    true = {call.call: call for call in ledger}
    said = [f"{key}: stands {count} times" for key, count in found.items() if count > 1]
    said += [f"{key}: is not in the register ({true[key].status})" for key in true.keys() - found.keys()]
    said += [f"{key}: was never made" for key in found.keys() - true.keys()]
    for row in rows:
        if row["key"] in true:
            said += [f"{row['key']}: {text}" for text in _differences(row, true[row["key"]], tolerance_s)]
    return sorted(said)


def _differences(row: Row, call: TrueCall, tolerance_s: float) -> list[str]:
    if row["ended_at"] is None:
        return ["has no end"]
    row = row | {"legs": sorted(leg.lstrip("+") for leg in row["legs"])}
    said = [f"{name} is {row[name]!r}, was {value!r}" for name, value in truth_of(call).items() if row[name] != value]
    if not row["complete"]:
        said.append("its end is not known")
    said += _apart("started", row["started_at"], call.started_at, tolerance_s)
    said += _apart("ended", row["ended_at"], call.ended_at or 0, tolerance_s)
    said += [
        f"{name} is {row[name]}, was {value:.2f}"
        for name, value in (("talk_s", call.talk_s), ("hold_s", call.hold_s))
        if abs(row[name] - value) > tolerance_s
    ]
    return said


def _apart(what: str, told: datetime, real: float, tolerance_s: float) -> list[str]:
    apart = told.timestamp() - real
    return [f"{what} {apart:+.2f} s from the truth"] if abs(apart) > tolerance_s else []
