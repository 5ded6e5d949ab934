"""Whether calls wait to be looked at: as long as some do, unregistered calls and the quality by agent are not whole."""

from datetime import datetime, timedelta

from django.db import connection

from callwright.registration.queries.lists import scope_of
from callwright.staff.queries.rights import Viewer

LATE = timedelta(minutes=5)
"""The worker looks at what ends and is registered within seconds: it is behind only after so long."""

# The newest are looked at first. Each key's first row is found at once, however long the list is.
_ANY = "SELECT at < %(late)s FROM registration_askagain ORDER BY id LIMIT 1"
_OF_ACCOUNTS = """
    SELECT true FROM unnest(%(accounts)s::bigint[]) AS a (account)
    CROSS JOIN LATERAL (
        SELECT at FROM registration_askagain WHERE account_id = a.account ORDER BY account_id, id LIMIT 1
    ) AS oldest
    WHERE oldest.at < %(late)s LIMIT 1
"""


def is_behind(viewer: Viewer, accounts: tuple[int, ...] = (), *, now: datetime) -> bool:
    """Of the accounts that the viewer sees, or of these among them; one query besides the rights."""
    scope = scope_of(viewer, accounts)
    of = None if scope.accounts is None else sorted(scope.accounts)
    with connection.cursor() as cursor:
        cursor.execute(_ANY if of is None else _OF_ACCOUNTS, {"accounts": of, "late": now - LATE})
        row = cursor.fetchone()
    return row is not None and bool(row[0])
