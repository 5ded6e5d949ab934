"""Calls for the tests of every capability: whole rows of the register, made without a PBX."""

from datetime import datetime, timedelta
from typing import Any

from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.kit.identity import uuid7_of


def add_call(account: Any, started_at: datetime, **fields: Any) -> Any:
    """A finished inbound call of two minutes, answered after eight seconds, unless `fields` say otherwise."""
    from callwright.calls.models import Call

    add_call.made += 1  # type: ignore[attr-defined]
    key = fields.pop("pbx_key", f"made-{add_call.made}")  # type: ignore[attr-defined]
    status = fields.get("status", "answered")
    talk_s = fields.pop("talk_s", 120 if status == "answered" else 0)
    wait_s = fields.pop("wait_s", 8)
    answered_at = started_at + timedelta(seconds=wait_s) if status in ("answered", "talking") else None
    ended_at = None if status in ("ringing", "talking") else started_at + timedelta(seconds=wait_s + talk_s)
    number = fields.pop("client_number", "+31612345678")
    ensure_partitions({month_of(started_at)})
    values = {
        "direction": "inbound", "status": status, "from_number": number, "from_received": number,
        "client_number": number, "started_at": started_at, "answered_at": answered_at, "ended_at": ended_at,
        "talk_s": talk_s, "wait_s": wait_s, "local_day": started_at.date(), "updated_at": started_at, "source": "test",
    }  # fmt: skip
    return Call.objects.create(account=account, id=uuid7_of(started_at, key), pbx_key=key, **{**values, **fields})


add_call.made = 0  # type: ignore[attr-defined]
