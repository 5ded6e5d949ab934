"""Changes how a PBX is linked. The link looks at the rows every few seconds and follows."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.telephony.models import Pbx
from callwright.telephony.operations.listen import end_all_at


@transaction.atomic
def save_pbx(*, pbx: Pbx, now: datetime) -> Pbx:
    """Store a PBX. What is known of its link is forgotten, because it was about the settings before; the link is made
    anew, also when nothing changed.
    """
    if pbx.kind == Pbx.Kind.ASTERISK:
        pbx.attempt += 1
        pbx.state, pbx.problem, pbx.problem_detail = "connecting" if pbx.enabled else "down", "", ""
        pbx.state_at = now
    pbx.save()
    if not pbx.enabled:
        end_all_at(pbx.pk, now=now)
    publish([Change("pbx", "settings", str(pbx.pk))], now=now)
    return pbx


@transaction.atomic
def make_token(*, pbx_id: int, now: datetime) -> str:
    """A new bearer token for the HTTP event endpoint; the one before stops working. Only its SHA-256 is kept."""
    token = "cw_" + secrets.token_urlsafe(32)
    pbx = Pbx.objects.select_for_update().get(pk=pbx_id)
    pbx.token_sha256 = hashlib.sha256(token.encode()).hexdigest()
    pbx.save(update_fields=["token_sha256"])
    publish([Change("pbx", "settings", str(pbx_id))], now=now)
    return token
