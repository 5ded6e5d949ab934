"""Who is known under the numbers of callers: one indexed look-up for many calls."""

from collections.abc import Sequence

import msgspec
from django.db import connection

# One number after the other: whatever the statistics say (none yet, after an import), no plan joins all with all. Given
# as JSON: the length of an array decides on the plan, which is then made anew each time.
_SQL = """
    SELECT w.account_id, w.number, f.contact_id, f.category_id
    FROM (
        SELECT DISTINCT * FROM jsonb_to_recordset(%s::jsonb) AS r (account_id bigint, number text)
    ) AS w
    CROSS JOIN LATERAL (
        SELECT n.contact_id, c.category_id
        FROM contacts_contactnumber n
        JOIN contacts_contact c ON c.account_id = n.account_id AND c.id = n.contact_id
        WHERE n.account_id = w.account_id AND n.number = w.number
        ORDER BY n.last_spoken_at DESC NULLS LAST, n.id
        LIMIT 1
    ) AS f
"""


def contacts_of_callers(callers: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, int | None]]:
    """For each (account id, number): (contact id, category id) of the contact last spoken to under it."""
    if not callers:
        return {}
    with connection.cursor() as cursor:
        rows = [{"account_id": account_id, "number": number} for account_id, number in callers]
        cursor.execute(_SQL, [msgspec.json.encode(rows).decode()])
        return {(account_id, number): (contact, category) for account_id, number, contact, category in cursor}


_ACCOUNTS = """
    SELECT w.number, array_agg(DISTINCT n.account_id)
    FROM unnest(%s::text[]) AS w (number)
    CROSS JOIN accounts_account a
    JOIN contacts_contactnumber n ON n.account_id = a.id AND n.number = w.number
    GROUP BY w.number
"""


def accounts_knowing(numbers: Sequence[str]) -> dict[str, list[int]]:
    """For each number (E.164): the ids of the accounts that have a contact under it."""
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [list(set(numbers))])
        return dict(cursor.fetchall())
