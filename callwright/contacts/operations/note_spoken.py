"""Remembers when a contact was last spoken to, and under which number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Spoken:
    account_id: int
    contact_id: int
    number: str
    at: datetime


_SPOKEN = """
    WITH spoken AS (
        SELECT account_id, contact_id, number, max(at) AS at
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS s (account_id, contact_id, number, at)
        GROUP BY 1, 2, 3
    ), contacts AS (
        UPDATE contacts_contact c SET last_call_at = greatest(c.last_call_at, s.at)
        FROM (SELECT account_id, contact_id, max(at) AS at FROM spoken GROUP BY 1, 2) AS s
        WHERE c.account_id = s.account_id AND c.id = s.contact_id
    )
    UPDATE contacts_contactnumber n SET last_spoken_at = greatest(n.last_spoken_at, s.at)
    FROM spoken s
    WHERE n.account_id = s.account_id AND n.contact_id = s.contact_id AND n.number = s.number
"""


def note_spoken(spoken: Sequence[Spoken]) -> None:
    """Sets the time of the last conversation of contacts and their numbers; an earlier time changes nothing."""
    if not spoken:
        return
    arguments: list[Any] = [
        [one.account_id for one in spoken],
        [one.contact_id for one in spoken],
        [one.number for one in spoken],
        [one.at for one in spoken],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN, arguments)
