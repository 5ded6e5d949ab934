"""Of which contacts and queues the register has calls."""

from collections.abc import Collection

from django.db import connection


def contacts_with_calls(account_id: int, contact_ids: Collection[int]) -> set[int]:
    """Those of an account's contacts that have a call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.id FROM unnest(%s::bigint[]) AS w (id) WHERE EXISTS"
            " (SELECT FROM calls_call c WHERE c.account_id = %s AND c.contact_id = w.id)",
            [list(contact_ids), account_id],
        )
        return {id for (id,) in cursor.fetchall()}


def queues_with_calls(queue_ids: Collection[int]) -> set[int]:
    """Those of the queues through which a call came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.id FROM unnest(%s::bigint[]) AS w (id) WHERE EXISTS"
            " (SELECT FROM calls_call c WHERE c.queue_id = w.id)",
            [list(queue_ids)],
        )
        return {id for (id,) in cursor.fetchall()}
