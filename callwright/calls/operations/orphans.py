"""Legs and facts whose call is gone: there are none unless something deleted calls past `delete_rows`."""

from django.db import connection, transaction

_ALONE = "NOT EXISTS (SELECT FROM calls_call c WHERE c.account_id = o.account_id AND c.id = o.call_id)"
_TABLES = ("calls_leg", "calls_callfacts")


def count_orphans() -> int:
    """How many there are. Reads the keys of all calls: seconds where there are ten millions."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_partitionwise_join = on")  # month by month, each in little memory
        found = 0
        for table in _TABLES:
            cursor.execute(f"SELECT count(*) FROM {table} o WHERE {_ALONE}")  # noqa: S608 (a name from above)
            found += int(cursor.fetchone()[0])
    return found


def remove_orphans() -> int:
    """Deletes them; returns how many. What is being written is seen with its call, or not at all."""
    with transaction.atomic(), connection.cursor() as cursor:
        gone = 0
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table} o WHERE {_ALONE}")  # noqa: S608 (a name from above)
            gone += cursor.rowcount
    return gone
