"""The register beside the truth: every call that the PBX made, once, with its true end."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from callwright.telephony.fake.ledger import TrueCall
from tests.faults.ground import Installation

_CALLS = """
    SELECT c.id::text, c.pbx_key, c.direction, c.status, c.from_received, c.to_received, c.dialled_received,
           coalesce(q.name, ''), c.answered_by, c.transferred_to, c.hangup_by, c.talk_s, c.hold_s, c.started_at,
           c.ended_at, c.complete,
           ARRAY(SELECT l.party || ' ' || l.result FROM calls_leg l WHERE l.account_id = c.account_id
                 AND l.call_id = c.id ORDER BY 1) AS legs
    FROM calls_call c LEFT JOIN telephony_queue q ON q.id = c.queue_id
"""
Row = dict[str, Any]
_NAMES = (
    "id", "key", "direction", "status", "from_number", "to_number", "dialled_number", "queue", "answered_by",
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


_UNKNOWABLE = ("complete", "status", "legs", "transferred_to")


def differences(
    rows: list[Row],
    ledger: list[TrueCall],
    *,
    tolerance_s: float = 1.0,
    only: Collection[str] = (),
    from_records: bool = False,
    unknown_ends: Collection[str] = (),
    ahead_s: float = 0.0,
) -> list[str]:
    """Where the register is not the truth, in words: calls missing, doubled, or with another course or end.

    `only`: what is compared beside that each call is there once (default: everything). `from_records`: some calls were
    told by the PBX's records, which do not know holds, nor why a phone stopped ringing when the caller gave up at about
    that time.
    `unknown_ends`: calls whose end nobody can know, which must be marked so. `ahead_s`: the PBX's clock beside ours.
    """
    found = Counter(row["key"] for row in rows)
    true = {call.call: call for call in ledger}
    said = [f"{key}: stands {count} times" for key, count in found.items() if count > 1]
    said += [f"{key}: is not in the register ({true[key].status})" for key in true.keys() - found.keys()]
    said += [f"{key}: was never made" for key in found.keys() - true.keys()]
    for row in rows:
        if row["key"] not in true:
            continue
        if row["ended_at"] is None:
            said.append(f"{row['key']}: has no end")
            continue
        unknown = row["key"] in unknown_ends
        if unknown and row["complete"]:
            said.append(f"{row['key']}: its end cannot be known, but is told as if it were")
        for name, text in _differences(row, true[row["key"]], tolerance_s, from_records, ahead_s):
            if (not only or name in only) and not (unknown and name in _UNKNOWABLE):
                said.append(f"{row['key']}: {text}")
    return sorted(said)


def _differences(
    row: Row, call: TrueCall, tolerance_s: float, from_records: bool, ahead_s: float
) -> Iterator[tuple[str, str]]:
    told, real = row | {"legs": sorted(leg.lstrip("+") for leg in row["legs"])}, truth_of(call)
    if from_records:
        for one in (told, real):
            one["legs"] = sorted(leg.replace("no_answer", "cancelled") for leg in one["legs"])
    for name, value in real.items():
        if told[name] != value:
            yield name, f"{name} is {told[name]!r}, was {value!r}"
    if not row["complete"]:
        yield "complete", "its end is not known"
    for name, moment, true_at in (
        ("started", row["started_at"], call.started_at),
        ("ended", row["ended_at"], call.ended_at),
    ):
        apart = moment.timestamp() - (true_at or 0) + ahead_s
        if abs(apart) > tolerance_s:
            yield name, f"{name} {apart:+.2f} s from the truth"
    for name, true_s in (("talk_s", call.talk_s), ("hold_s", call.hold_s)):
        if abs(row[name] - true_s) > tolerance_s and not (from_records and name == "hold_s"):
            yield name, f"{name} is {row[name]}, was {true_s:.2f}"
