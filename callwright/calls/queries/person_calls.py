"""Which calls a person's are: those with the contact, and those of their numbers that are nobody else's."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.search import digits_of
from callwright.contacts.queries.person_data import Person
from callwright.kit.phone_numbers import national_number

_CALLS = """
    SELECT id, ended_at IS NULL FROM (
        SELECT id, ended_at FROM calls_call WHERE account_id = %(account)s AND contact_id = %(contact)s
        UNION
        SELECT c.id, c.ended_at FROM unnest(%(numbers)s::text[]) AS n (number)
        JOIN calls_call c ON reverse(c.client_number) = reverse(n.number)
        WHERE c.account_id = %(account)s AND (c.contact_id IS NULL OR c.contact_id = %(contact)s)
    ) AS found ORDER BY id
"""
LAST_DIGITS = 8
"""By so many a number is known that is written with its country or without."""

# Of a number in E.164 (nothing but a plus and digits) the whole is compared: others end in the same digits. What is
# cheap comes first, since this is asked of all calls of an account.
_IS_THEIRS = """({column} <> '' AND ({column} = ANY(%(numbers)s)
    OR length({column}) >= {digits} AND translate({column}, '0123456789', '') <> '+'
        AND regexp_replace({column}, '\\D', '', 'g') LIKE ANY(%(written)s::text[])))"""


def is_theirs(column: str) -> str:
    """A condition: the column is one of %(numbers)s (E.164), or is written otherwise and like one of %(written)s."""
    return _IS_THEIRS.format(column=column, digits=LAST_DIGITS)


# Calls in which one of the numbers was rung or the call went to it. Transfers are kept as the PBX tells them.
_WENT_TO = f"({is_theirs('transferred_to')} OR c.direction = 'inbound' AND {is_theirs('to_number')})"
_TOUCHED = f"""
    SELECT c.id, c.ended_at IS NULL FROM (
        SELECT id FROM calls_call c WHERE account_id = %(account)s AND {_WENT_TO}
        UNION
        SELECT call_id FROM calls_leg WHERE account_id = %(account)s AND {is_theirs("party")}
    ) AS found
    JOIN calls_call c ON c.account_id = %(account)s AND c.id = found.id
    ORDER BY 1
"""  # noqa: S608 (columns)
_LIVE = f"""
    SELECT EXISTS (
        SELECT FROM calls_call c WHERE c.ended_at IS NULL AND c.account_id = %(account)s AND ({_WENT_TO}
            OR EXISTS (SELECT FROM calls_leg l
                WHERE l.account_id = c.account_id AND l.call_id = c.id AND {is_theirs("l.party")}))
    )
"""  # noqa: S608 (columns)


def calls_of_person(person: Person) -> list[tuple[UUID, bool]]:
    """(id, whether it goes on now) of the person's calls over all their numbers, oldest first."""
    return _run(_CALLS, person)


def calls_touching(person: Person) -> list[tuple[UUID, bool]]:
    """(id, whether it goes on now) of calls in which one of the person's numbers was a party; reads all calls of the
    account.
    """
    return _run(_TOUCHED, person) if person.own_numbers else []


def is_in_live_call(person: Person) -> bool:
    """Whether one of the person's numbers is a party in a call that goes on now; reads these calls alone."""
    return bool(person.own_numbers) and bool(_run(_LIVE, person)[0][0])


def written_as(numbers: Iterable[str]) -> list[str]:
    """Patterns (LIKE) of the digits of these numbers (E.164) as they are dialled: with whatever leads out of the house
    or the country before the national number, or without the code of the area.
    """
    found = set()
    for number in numbers:
        whole = national_number(number)
        if len(whole) < LAST_DIGITS:
            whole = digits_of(number)
        if len(whole) >= LAST_DIGITS:
            found |= {f"%{whole}", *(whole[-count:] for count in range(LAST_DIGITS, len(whole)))}
    return sorted(found)


def endings_of(numbers: Iterable[str]) -> list[str]:
    """The last digits of numbers that have as many."""
    return sorted({found[-LAST_DIGITS:] for number in numbers if len(found := digits_of(number)) >= LAST_DIGITS})


def _run(statement: str, person: Person) -> list[Any]:
    numbers: Sequence[str] = person.own_numbers
    values: dict[str, Any] = {
        "account": person.account_id, "contact": person.id, "numbers": list(numbers), "written": written_as(numbers),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
