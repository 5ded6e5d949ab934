"""What an agent is asked about a call or request (REG-1). Read for each card, so it is one statement."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.db import connection

from callwright.registration.rules import CHANNELS, DIRECTIONS, Subject
from callwright.registration.rules_panel import Offer

_OFFER = Path(__file__).with_name("offer.sql").read_text()


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic that can be ticked, with those that stand `under` it, in order."""

    id: int
    name: str
    wants_comment: bool
    under: tuple["OfferedTopic", ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedCategory:
    """A question with its topics in order: one of them is ticked, or `several`. Never without topics."""

    id: int
    name: str
    several: bool
    topics: tuple[OfferedTopic, ...]

    def all_topics(self) -> tuple[OfferedTopic, ...]:
        """Those of both levels, in order."""
        return tuple(one for top in self.topics for one in (top, *top.under))


def offered_for(subject: Subject) -> tuple[OfferedCategory, ...]:
    """What is offered now, in order; one query. What it returns is frozen, so that it can be a key of what is drawn."""
    return _read(_asked(subject))


def offers(subject: Subject) -> Mapping[int, Offer]:
    """Each topic that can be ticked now, by id, in order; one query."""
    return _offers(_asked(subject))


def _asked(subject: Subject) -> str:
    if subject.direction not in DIRECTIONS or subject.channel not in CHANNELS:
        return "[]"  # whatever the limits are
    with connection.cursor() as cursor:
        cursor.execute(
            _OFFER,
            {
                "account": subject.account_id, "queue": subject.queue_id, "direction": subject.direction,
                "channel": subject.channel, "of_campaign": subject.of_campaign,
            },
        )  # fmt: skip
        [text] = cursor.fetchone()
    return str(text)


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[OfferedCategory, ...]:
    """The answer of the database as objects. Kept by its whole text, so nothing old is ever shown."""
    read = (_category(*one) for one in json.loads(text))
    return tuple(one for one in read if one.topics)


@lru_cache(maxsize=512)
def _offers(text: str) -> Mapping[int, Offer]:
    return MappingProxyType({
        topic.id: Offer(category.id, category.several, (category.name, above, topic.name))
        for category in _read(text)
        for top in category.topics
        for topic, above in ((top, ""), *((one, top.name) for one in top.under))
    })  # fmt: skip


def _category(id: int, name: str, several: bool, rows: list[tuple[int, int | None, str, bool]]) -> OfferedCategory:
    under: dict[int, list[OfferedTopic]] = {}
    for topic, above, word, wants_comment in rows:
        if above is not None:
            under.setdefault(above, []).append(OfferedTopic(topic, word, wants_comment))
    topics = (
        OfferedTopic(topic, word, wants_comment, tuple(under.get(topic, ())))
        for topic, above, word, wants_comment in rows
        if above is None
    )
    return OfferedCategory(id, name, several, tuple(topics))
