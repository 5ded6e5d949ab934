"""The parts of the desk that travel with the changes of its calls (see `live.parts`)."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone, translation

from callwright.desk.drawing import draw_call, draw_state
from callwright.desk.queries.card import Card, card_of, strip_of, work_of
from callwright.desk.queries.desk import put_away
from callwright.staff.queries.rights import may


def call_part(user: Any, key: str, data: dict[str, Any], is_known: bool) -> str | None:
    """What a desk shows of a call: card, slim form and work side; where the desk has them, only what changes."""
    if data.get("gone") or not user.language or user.password_is_temporary or not may(user, "use_desk"):
        return None
    try:
        zone = ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
    with translation.override(user.language), timezone.override(zone):
        now, call_id = timezone.now(), UUID(key)
        if is_known:
            strip = strip_of(user, call_id, now=now)
            return draw_state(strip, now=now) if strip else None
        card = card_of(user, call_id, language=user.language, now=now)
        if card is None or not stands_on_desk(user, card):
            return None
        return draw_call(card, work_of(user.pk, card), may_edit=may(user, "edit_contacts"), now=now)


def stands_on_desk(user: Any, card: Card) -> bool:
    """Whether the card is to be seen: the call is not another's by now, nor put away."""
    strip = card.strip
    return not strip.closes and (strip.is_live or strip.is_due or not put_away(user.pk, [card.call.id]))
