"""Whether a call that was dialled at the phone has been given to somebody else."""

from uuid import UUID

from django.db import connection

from callwright.calls.facts import decode_facts
from callwright.calls.phases import handed_over_at
from callwright.calls.projection import project


def is_handed_over(account_id: int, call_id: UUID) -> bool:
    """By whoever dialled it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT facts::text FROM calls_callfacts WHERE account_id = %s AND call_id = %s", [account_id, call_id]
        )
        row = cursor.fetchone()
    return row is not None and handed_over_at(project(decode_facts(row[0]))) is not None
