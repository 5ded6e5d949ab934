"""How the parts of a card are drawn; their templates are in `drawn`."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from callwright.accounts.shown_until import until
from callwright.accounts.written import written
from callwright.calls.note_words import standing_of
from callwright.calls.queries.notes import Note
from callwright.desk.queries.card import Card, Strip, Work
from callwright.desk.queries.look_up import LookedUp
from callwright.desk.templatetags.desk import clock_time, mark, money, runs
from callwright.kit.drawing import draw, drawing
from callwright.registration.drawing_panel import draw_panel

TEMPLATES = drawing(Path(__file__).parent / "drawn", runs=runs, registration=draw_panel)
TEMPLATES.globals["standing_of"] = standing_of
TEMPLATES.filters |= {"mark": mark, "money": money, "clock_time": clock_time, "until": until, "written": written}


def draw_call(card: Card, work: Work, *, may_edit: bool, now: datetime) -> SafeString:
    """The card, its slim form and its work side."""
    return _drawn("call", card=card, work=work, may_edit=may_edit, now=now)


def draw_card(card: Card, *, may_edit: bool, now: datetime) -> SafeString:
    return _drawn("card", card=card, may_edit=may_edit, now=now)


def draw_body(card: Card, *, may_edit: bool) -> SafeString:
    """The inside of the card: what follows from its contact."""
    return _drawn("card_body", card=card, may_edit=may_edit)


def draw_history(card: Card) -> SafeString:
    """The earlier calls of the contact."""
    return _drawn("history", card=card)


def draw_work(card: Card, work: Work) -> SafeString:
    return _drawn("work", card=card, work=work)


def draw_looked_up(found: LookedUp, text: str) -> SafeString:
    """What was found for what an agent typed."""
    return _drawn("looked_up", card=found, q=text, first=False)


def draw_note_state(note: Note | None) -> SafeString:
    """How the employee's own note stands: sent or not, to whom, and what can be done."""
    return _drawn("note_state", note=note)


def draw_slim(strip: Strip) -> SafeString:
    return _drawn("slim", strip=strip)


def draw_state(strip: Strip, *, now: datetime) -> SafeString:
    """What changes while the call goes on: state, clock and controls, of the card and of its slim form."""
    return _drawn("state", strip=strip, now=now)


def _drawn(template: str, **values: Any) -> SafeString:
    return draw(TEMPLATES, f"{template}.html", group=pgettext("one call", "Call"), **values)
