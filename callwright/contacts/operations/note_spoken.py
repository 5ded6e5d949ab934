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


_ARGUMENTS = (
    "unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) AS s (account_id, contact_id, number, at)"
)
_CONTACTS = f"""
    UPDATE contacts_contact c SET last_call_at = greatest(c.last_call_at, s.at)
    FROM (SELECT account_id, contact_id, max(at) AS at FROM {_ARGUMENTS} GROUP BY 1, 2) AS s
    WHERE c.account_id = s.account_id AND c.id = s.contact_id
"""  # noqa: S608
_NUMBERS = f"""
    UPDATE contacts_contactnumber n SET last_spoken_at = greatest(n.last_spoken_at, s.at)
    FROM (SELECT account_id, contact_id, number, max(at) AS at FROM {_ARGUMENTS} GROUP BY 1, 2, 3) AS s
    WHERE n.account_id = s.account_id AND n.contact_id = s.contact_id AND n.number = s.number
"""  # noqa: S608


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
        cursor.execute(_CONTACTS, arguments)
        cursor.execute(_NUMBERS, arguments)
