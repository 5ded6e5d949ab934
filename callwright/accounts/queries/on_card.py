"""What the card of a call says of the account called."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from callwright.accounts.availability import LOOKED_AHEAD_DAYS, Presence
from callwright.accounts.models import UnknownCallers
from callwright.accounts.queries.accounts import Recipient
from callwright.accounts.queries.people_now import Calendar, ForwardingNow, PersonNow, calendar_of, people_now
from callwright.accounts.rules import fill_screen_pop

PINNED = 8
PINNED_LENGTH = 600
"""Longer entries are shown whole only when they are looked up."""

_BETWEEN_WORDS = re.compile(r"(?<![\d+(/.-])\s|\s(?![\d(/.-])")  # numbers are written with blanks
_TAIL = re.compile(r"[!-~]*[\d/@:][!-~]*$")


@dataclass(frozen=True, slots=True)
class Pinned:
    """An entry that stands on the card; `is_whole`: its text is not cut."""

    id: int
    title: str
    text: str
    is_whole: bool

    @property
    def is_short(self) -> bool:
        """Whether it is folded out: it takes no more than a few lines."""
        return self.is_whole and len(self.text) <= 200


@dataclass(frozen=True, slots=True)
class AccountOnCard:
    """`greeting` is the line's own where it has one; `line_instructions` stand beside those of the account. `open` is
    None for accounts that set no hours. `forwarding`: the rules that count at this moment.
    """

    id: int
    name: str
    greeting: str
    instructions: str
    home_country: str
    language: str
    time_zone: str
    screen_pop_url: str
    line_label: str
    line_instructions: str
    card_layout: tuple[object, ...]
    unknown_callers: UnknownCallers
    recipients: tuple[Recipient, ...]
    open: Presence | None
    people: tuple[PersonNow, ...]
    forwarding: tuple[ForwardingNow, ...]
    pinned: tuple[Pinned, ...]
    knowledge: int

    @property
    def first_way(self) -> ForwardingNow | None:
        """The rule whose person the keys of the card reach."""
        return next((way for way in self.forwarding if way.next is not None), None)

    @property
    def can_be_looked_up(self) -> bool:
        """Whether there is anything to look up: entries or people."""
        return bool(self.knowledge or self.people)

    def screen_pop(self, values: Mapping[str, str]) -> str:
        """The address to open for a call; empty when the account has none."""
        return fill_screen_pop(self.screen_pop_url, values) if self.screen_pop_url else ""


@cache
def _statement() -> str:
    return Path(__file__).with_name("on_card.sql").read_text(encoding="utf-8")


def account_on_card(account_id: int, *, line_number: str = "", now: datetime) -> AccountOnCard | None:
    """The account of a call as it is now; one query. For whoever may see the call."""
    given: dict[str, Any] = {
        "account": account_id,
        "number": line_number,
        "since": (now - timedelta(days=2)).date(),  # a day that has begun anywhere is not past
        "until": (now + timedelta(days=LOOKED_AHEAD_DAYS)).date(),
        "pinned": PINNED,
        "length": PINNED_LENGTH + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), given)
        row = cursor.fetchone()
    return _account(row, now) if row else None


def _account(row: Any, now: datetime) -> AccountOnCard:
    plain, own_layout, layout, policy = row[:10], row[10], row[11], row[12]
    country, subdivision, recipients, spans, closed, pinned, knowledge, people, rules = row[13:]
    calendar: Calendar = calendar_of(row[6], spans, closed, country, subdivision)
    persons, forwarding = people_now(people or "", rules or "", calendar, now=now)
    more = (
        tuple(json.loads(own_layout or "[]") or json.loads(layout or "[]")),
        UnknownCallers(policy or UnknownCallers.OFFER),
        tuple(Recipient(*one) for one in json.loads(recipients or "[]")),
        calendar.presence(now) if calendar.is_set else None,
        persons,
        forwarding,
        tuple(_pinned(*one) for one in json.loads(pinned or "[]")),
        knowledge,
    )
    return AccountOnCard(*(*plain, *more))


def _pinned(id: int, title: str, text: str) -> Pinned:
    return Pinned(id, title, _cut(text), len(text) <= PINNED_LENGTH)


def _cut(text: str) -> str:
    """The beginning of a longer text up to the end of a line, else of a word: half a number could be called."""
    if len(text) <= PINNED_LENGTH:
        return text
    line = text.rfind("\n", PINNED_LENGTH // 2, PINNED_LENGTH)
    ends = [found.start() for found in _BETWEEN_WORDS.finditer(text) if found.start() < PINNED_LENGTH]
    if line < 0 and not ends:  # one word, or a script without blanks
        return _TAIL.sub("", text[:PINNED_LENGTH])
    return text[: line if line >= 0 else ends[-1]].rstrip()
