"""Keeps how the link to a PBX stands, for the administration and for every screen's quiet bar."""

from datetime import datetime

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.telephony.models import Pbx


def set_link_state(
    *, pbx_id: int, state: str, problem: str = "", detail: str = "", version: str = "", now: datetime
) -> None:
    """Notes the state ("up", "connecting", "down", "refused") with the code of a problem, and tells open pages."""
    with transaction.atomic():
        row = Pbx.objects.select_for_update().filter(id=pbx_id).first()
        if row is None or (row.state, row.problem, row.problem_detail) == (state, problem, detail[:400]):
            return
        row.state, row.problem, row.problem_detail, row.state_at = state, problem, detail[:400], now
        row.version = version[:80] or row.version
        row.save(update_fields=["state", "problem", "problem_detail", "state_at", "version"])
        publish([Change(topic="pbx", name="link", key=str(pbx_id), data={"state": state, "problem": problem})], now=now)
