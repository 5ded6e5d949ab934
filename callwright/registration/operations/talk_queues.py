"""Whoever talked in one queue of a call is asked what that queue asks, also when the call went on into another one."""

from django.db import connection

from callwright.calls.phases import queues_of_talks
from callwright.calls.ports import CallChange

_KEEP = """
    INSERT INTO registration_talkqueue (account_id, call_id, user_id, queue_id)
    SELECT DISTINCT ON (w.user_id) %(account)s, %(call)s, w.user_id, q.id
    FROM (
        SELECT l.employee_id, t.queue, l.position
        FROM unnest(%(parties)s::text[], %(queues)s::text[]) AS t (party, queue)
        JOIN calls_leg l ON l.account_id = %(account)s AND l.call_id = %(call)s AND l.party = t.party
            AND l.kind = 'extension' AND l.employee_id IS NOT NULL
        UNION ALL
        SELECT %(dialled_by)s::bigint, '', -1 WHERE %(dialled_by)s::bigint IS NOT NULL
    ) AS w (user_id, queue, position)
    LEFT JOIN telephony_queue q ON q.pbx_id = %(pbx)s AND q.name = w.queue
    ORDER BY w.user_id, w.position
    ON CONFLICT (account_id, call_id, user_id) DO UPDATE SET queue_id = excluded.queue_id
"""


def keep_queues_of_talks(one: CallChange) -> None:
    """Keeps, of a call that went on into another queue, in which one each employee talked before. Of others it asks
    the database nothing.
    """
    assert one.after is not None and one.row is not None
    if not one.after.queue_visits or (one.before is not None and one.before.queue_visits == one.after.queue_visits):
        return
    talks, dialled = queues_of_talks(one.after)
    if not talks and not dialled:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "account": one.account_id, "call": one.id, "pbx": one.row["pbx_id"], "parties": list(talks),
                "queues": list(talks.values()), "dialled_by": one.row["employee_id"] if dialled else None,
            },
        )  # fmt: skip
