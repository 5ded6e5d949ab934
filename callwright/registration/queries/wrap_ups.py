"""What the end of a call brings to whoever talked: wrap-up by queue and account, and forced registration (REG-3)."""

from dataclasses import asdict
from pathlib import Path

import msgspec
from django.db import connection

from callwright.registration.rules import DIRECTIONS
from callwright.staff.ports import AfterCall, CallPlace

_WRAP_UPS = Path(__file__).with_name("wrap_ups.sql").read_text(encoding="utf-8")


def wrap_ups(places: frozenset[CallPlace]) -> dict[CallPlace, AfterCall]:
    """By place; one query. The account's own limit goes before the queue's."""
    return {place: after for place, (after, _) in _told(places).items()}


def asked_places(places: frozenset[CallPlace]) -> frozenset[CallPlace]:
    """Those where something is offered; one query."""
    return frozenset(place for place, (_, offered) in _told(places).items() if offered) if places else frozenset()


def _told(places: frozenset[CallPlace]) -> dict[CallPlace, tuple[AfterCall, bool]]:
    asked = msgspec.json.encode([asdict(one) for one in places]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_WRAP_UPS, {"places": asked, "directions": DIRECTIONS})
        return {
            CallPlace(queue, account, direction): (AfterCall(seconds, forced), offered)
            for queue, account, direction, seconds, forced, offered in cursor.fetchall()
        }


def must_register(place: CallPlace) -> bool:
    """Whether the employee cannot finish such a call before having registered it."""
    return wrap_ups(frozenset({place}))[place].forced
