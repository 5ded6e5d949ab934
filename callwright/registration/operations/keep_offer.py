"""Since when each category is offered where: by this it is decided, once a call has ended, who was asked (REG-1)."""

from datetime import datetime

from django.db import connection

from callwright.registration.queries.named import sql_beside

_BEGIN = """
    INSERT INTO registration_offerspell (category_id, since, directions, accounts, queues)
    VALUES (%s, %s, %s::varchar[], %s::bigint[], %s::bigint[])
"""


def keep_offer(*, now: datetime) -> None:
    """Notes what changed in what is offered for calls; nothing where it is as it was. For whoever changes it
    (`change_offer`), in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql_beside(__file__, "keep_offer.sql"), {"now": now})
        begun = cursor.fetchall()
        cursor.executemany(_BEGIN, [(category, now, *places) for category, *places in begun])
