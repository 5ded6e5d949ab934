"""Which calls a person's are: those with the contact, and those of their numbers that are nobody else's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.contacts.queries.person_data import Person

_CALLS = """
    SELECT id, ended_at IS NULL FROM (
        SELECT id, ended_at FROM calls_call WHERE account_id = %(account)s AND contact_id = %(contact)s
        UNION
        SELECT c.id, c.ended_at FROM unnest(%(numbers)s::text[]) AS n (number)
        JOIN calls_call c ON reverse(c.client_number) = reverse(n.number)
        WHERE c.account_id = %(account)s AND (c.contact_id IS NULL OR c.contact_id = %(contact)s)
    ) AS found ORDER BY id
"""
# Calls of others in which one of the numbers was rung or the call went to it.
_TOUCHED = """
    SELECT id FROM calls_call WHERE account_id = %(account)s AND transferred_to = ANY(%(numbers)s)
    UNION
    SELECT call_id FROM calls_leg WHERE account_id = %(account)s AND party = ANY(%(numbers)s)
    ORDER BY 1
"""


def calls_of_person(person: Person) -> list[tuple[UUID, bool]]:
    """(id, whether it goes on now) of the person's calls over all their numbers, oldest first."""
    return _run(_CALLS, person)


def calls_touching(person: Person) -> list[UUID]:
    """Calls in which one of the person's numbers was a party; reads all calls of the account."""
    return [row[0] for row in _run(_TOUCHED, person)]


def _run(statement: str, person: Person) -> list[tuple[UUID, bool]]:
    numbers: Sequence[str] = person.own_numbers
    values: dict[str, Any] = {"account": person.account_id, "contact": person.id, "numbers": list(numbers)}
    with connection.cursor() as cursor:
        cursor.execute(statement, {name: values[name] for name in values if f"%({name})s" in statement})
        return list(cursor.fetchall())
