"""Legs and facts whose call is gone: there are none unless something deleted calls past `delete_rows`."""

from datetime import UTC, date, datetime, time

from django.db import connection, transaction

from callwright.calls.tables import PARTS
from callwright.kit.identity import uuid7_floor

ALONE = "NOT EXISTS (SELECT FROM calls_call c WHERE c.account_id = o.account_id AND c.id = o.call_id)"
# Said of both, or all months of the calls are read.
_ALONE_SINCE = """
    o.call_id >= %(low)s AND NOT EXISTS (
        SELECT FROM calls_call c WHERE c.account_id = o.account_id AND c.id = o.call_id AND c.id >= %(low)s
    )
"""


def count_orphans(*, since: date | None = None) -> int:
    """How many there are, of calls from the (UTC) day `since` on. Without it the keys of all calls are read: seconds
    where there are ten millions.
    """
    alone, low = (ALONE, None) if since is None else (_ALONE_SINCE, uuid7_floor(datetime.combine(since, time(), UTC)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_partitionwise_join = on")  # month by month, each in little memory
        found = 0
        for table in PARTS:
            cursor.execute(f"SELECT count(*) FROM {table} o WHERE {alone}", {"low": low})  # noqa: S608 (texts from above)
            found += int(cursor.fetchone()[0])
    return found
