"""What earlier calls were about, in the words of then: for the card and other short lists."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Words:
    """The topics ticked in a call by whomever, each once ("above: topic" where it is nested), and the comments."""

    topics: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


NO_WORDS = Words()

_WORDS = """
    SELECT call_id, words::text, comment FROM registration_registration
    WHERE account_id = %s AND call_id = ANY(%s) ORDER BY call_id, id
"""


def words_of(account_id: int, call_ids: Iterable[UUID]) -> dict[UUID, Words]:
    """What was registered of these calls of an account, by call; those without are left out. One query."""
    ids = list(call_ids)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [account_id, ids])
        rows: list[tuple[UUID, str, str]] = cursor.fetchall()
    topics: dict[UUID, dict[str, None]] = {}
    comments: dict[UUID, list[str]] = {}
    for call_id, words, comment in rows:
        shown = topics.setdefault(call_id, {})
        shown |= dict.fromkeys(f"{above}: {topic}" if above else topic for _, above, topic in json.loads(words))
        if comment:
            comments.setdefault(call_id, []).append(comment)
    return {id: Words(tuple(topics[id]), tuple(comments.get(id, ()))) for id in topics}
