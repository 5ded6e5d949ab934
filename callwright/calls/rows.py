"""The columns of calls and legs that follow from what the PBX said alone; and rows as text for COPY. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.calls.projection import CallView, LegView
from callwright.kit.identity import uuid7_of
from callwright.kit.phone_numbers import ParsedNumber
from callwright.telephony.events import Direction

TOLD = (
    *("id", "pbx_key", "direction", "status", "from_number", "from_received", "from_name", "to_number", "to_received"),
    *("dialled_number", "dialled_received", "client_number", "extension", "answered_by", "transferred_to", "rung"),
    *("started_at", "answered_at", "ended_at", "talking_since", "held_since", "ring_s", "wait_s", "hold_s", "talk_s"),
    *("hangup_by", "cause", "cause_text", "complete"),
)
LEG_TOLD = (
    *("call_id", "id", "pbx_key", "position", "kind", "party", "result", "rung_at", "answered_at", "ended_at", "cause"),
)


def told_columns(
    view: CallView, *, id: UUID, key: str, caller: ParsedNumber, called: ParsedNumber, dialled: ParsedNumber
) -> dict[str, Any]:
    """All columns of a call but those for which the database must be asked."""
    outbound = view.direction == Direction.OUTBOUND
    from_number, to_number = shown_number(caller, view.from_number), shown_number(called, view.to_number)
    return {
        "id": id,
        "pbx_key": key,
        "direction": view.direction,
        "status": view.status,
        "from_number": from_number,
        "from_received": view.from_number or "",
        "from_name": view.from_name,
        "to_number": to_number,
        "to_received": view.to_number or "",
        "dialled_number": shown_number(dialled, view.dialled_number),
        "dialled_received": view.dialled_number or "",
        # the client's side; of an internal call the extension that called
        "client_number": to_number if outbound else from_number,
        "extension": view.extension,
        "answered_by": view.answered_by,
        "transferred_to": view.transferred_to,
        "rung": view.rung,
        "started_at": view.started_at,
        "answered_at": view.answered_at,
        "ended_at": view.ended_at,
        "talking_since": view.talking_since,
        "held_since": view.held_since,
        "ring_s": view.ring_s,
        "wait_s": view.wait_s,
        "hold_s": view.hold_s,
        "talk_s": view.talk_s,
        "hangup_by": view.hangup_by or "",
        "cause": view.cause,
        "cause_text": view.cause_text,
        "complete": view.complete,
    }


def leg_columns(
    view: CallView, leg: LegView, *, id: UUID, slug: str, key: str, number: ParsedNumber | None
) -> dict[str, Any]:
    """All columns of a leg but account and employee. `number`: what its party means where that is none of ours."""
    ours = number is None or leg.party in view.rung
    return {
        "call_id": id,
        "id": uuid7_of(view.started_at, slug, key, leg.key),
        "pbx_key": leg.key,
        "position": leg.position,
        "kind": leg.kind,
        "party": leg.party if ours or number is None else shown_number(number, leg.party),
        "result": leg.result or "",
        "rung_at": leg.rung_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "cause": leg.cause,
    }


def shown_number(parsed: ParsedNumber, received: str | None) -> str:
    return (parsed.e164 or parsed.as_received or received or "")[:64]


def text_array(values: Iterable[object]) -> str:
    """Values as the text of an array: the driver looks at each element of a long list several times."""
    return "{" + ",".join([f'"{_in_array(str(one))}"' for one in values]) + "}"


def call_line(
    view: CallView, *, id: str, key: str, caller: ParsedNumber, called: ParsedNumber, dialled: ParsedNumber
) -> str:
    """The columns TOLD of a call, tab-separated, without the end of the line: what `told_columns` says."""
    from_number, to_number = shown_number(caller, view.from_number), shown_number(called, view.to_number)
    texts = (
        *(key, view.direction, view.status, from_number, view.from_number or "", view.from_name, to_number),
        *(view.to_number or "", shown_number(dialled, view.dialled_number), view.dialled_number or ""),
        *(to_number if view.direction == Direction.OUTBOUND else from_number, view.extension, view.answered_by),
        view.transferred_to,
    )
    return "\t".join(
        (
            *(id, *_clean(texts), _array(view.rung), _time(view.started_at), _time(view.answered_at)),
            *(_time(view.ended_at), _time(view.talking_since), _time(view.held_since)),
            f"{view.ring_s}\t{view.wait_s}\t{view.hold_s}\t{view.talk_s}\t{view.hangup_by or ''}",
            *(copy_number(view.cause), copy_text(view.cause_text), "t" if view.complete else "f"),
        )
    )


def leg_line(leg: LegView, *, call_id: str, id: str, number: ParsedNumber | None) -> str:
    """The columns LEG_TOLD, as `leg_columns` says. `number`: None for a party that is ours."""
    party = leg.party if number is None else shown_number(number, leg.party)
    key, kind, party, result = _clean((leg.key, leg.kind, party, leg.result or ""))
    return (
        f"{call_id}\t{id}\t{key}\t{leg.position}\t{kind}\t{party}\t{result}\t{_time(leg.rung_at)}"
        f"\t{_time(leg.answered_at)}\t{_time(leg.ended_at)}\t{copy_number(leg.cause)}"
    )


def _clean(texts: Sequence[str]) -> Sequence[str]:
    joined = "".join(texts)
    return texts if joined.isprintable() and "\\" not in joined else [copy_text(text) for text in texts]


def _time(at: datetime | None) -> str:
    return "\\N" if at is None else at.isoformat()


def _array(values: Sequence[str]) -> str:
    return copy_text(text_array(values)) if values else "{}"


def copy_number(value: int | None) -> str:
    return "\\N" if value is None else str(value)


def copy_text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _in_array(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
