"""All calls of one PBX with their legs, as plain values: for support and tests."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts
from callwright.calls.projection import LegView, project
from callwright.kit.identity import uuid7_floor


def calls_of_pbx(slug: str) -> list[dict[str, Any]]:
    """The calls in order of their start. Numbers are as the PBX gave them, None when withheld; times are ISO 8601."""
    calls = Call.objects.filter(pbx__slug=slug).select_related("queue").order_by("id")
    facts = dict(CallFacts.objects.filter(call__pbx__slug=slug).values_list("call_id", "facts"))
    return [_row(call, project(decode_facts(facts[call.id])).legs) for call in calls]


def ends_known(slug: str, keys: Collection[str], since: datetime, until: datetime) -> dict[str, bool]:
    """By the PBX's key, for the calls of these keys that lie between the times: whether their true end is known."""
    low, high = uuid7_floor(since - timedelta(days=1)), uuid7_floor(until + timedelta(days=1))
    rows = Call.objects.filter(pbx__slug=slug, pbx_key__in=list(keys), id__gte=low, id__lt=high)
    return {
        key: ended_at is not None and complete
        for key, ended_at, complete in rows.values_list("pbx_key", "ended_at", "complete")
    }


def still_open(slug: str, now: datetime) -> list[str]:
    """The PBX's keys of calls of the last two days whose end nobody has told."""
    rows = Call.objects.filter(pbx__slug=slug, ended_at=None, id__gte=uuid7_floor(now - timedelta(days=2)))
    return list(rows.values_list("pbx_key", flat=True))


def _row(call: Call, legs: tuple[LegView, ...]) -> dict[str, Any]:
    return {
        "direction": call.direction,
        "from_number": call.from_received or None,
        "to_number": call.to_received or None,
        "dialled_number": call.dialled_received or None,
        "status": call.status,
        "queue": call.queue.name if call.queue else None,
        "answered_by": call.answered_by or None,
        "transferred_to": call.transferred_to or None,
        "ring_s": call.ring_s,
        "wait_s": call.wait_s,
        "talk_s": call.talk_s,
        "hold_s": call.hold_s,
        "hangup_by": call.hangup_by or None,
        "started_at": _iso(call.started_at),
        "ended_at": _iso(call.ended_at),
        "legs": [
            {
                "party": leg.party,
                "result": leg.result,
                "rung_at": _iso(leg.rung_at),
                "answered_at": _iso(leg.answered_at),
                "ended_at": _iso(leg.ended_at),
            }
            for leg in legs
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
