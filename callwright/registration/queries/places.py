"""Where categories can be offered: the queues that a viewer may name."""

from django.db import connection

from callwright.staff.queries.rights import Viewer, visible_account_ids

_QUEUES = """
    SELECT id, coalesce(nullif(label, ''), name) FROM telephony_queue
    WHERE %(all)s OR account_id IS NULL OR account_id = ANY(%(accounts)s::bigint[])
    ORDER BY lower(coalesce(nullif(label, ''), name)), id
"""


def queue_choices(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, name) of the queues of all accounts and of those that the viewer sees, by name."""
    allowed = visible_account_ids(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, {"all": allowed is None, "accounts": sorted(allowed or ())})
        return list(cursor.fetchall())
