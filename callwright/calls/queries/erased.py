"""Whether a number that is told belongs to a person who was erased after that call."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.erased_numbers import digest_key, digest_of
from callwright.calls.models import ErasedNumber

Caller = tuple[int, str, datetime]
"""(account, number, when the call started)"""


def erased_callers(callers: Iterable[Caller]) -> frozenset[Caller]:
    """Those of `callers` who were erased since; one query, and none without callers."""
    asked = list(callers)
    if not asked:
        return frozenset()
    rows = ErasedNumber.objects.filter(account_id__in={account for account, _, _ in asked})
    erased = {
        (account, bytes(digest)): at for account, digest, at in rows.values_list("account_id", "digest", "erased_at")
    }
    if not erased:
        return frozenset()
    key = digest_key()
    return frozenset(
        one for one in asked if (at := erased.get((one[0], digest_of(key, one[0], one[1])))) is not None and one[2] < at
    )


def anonymous_among(keys: Iterable[tuple[int, UUID]]) -> frozenset[UUID]:
    """Which of these calls (account, id) are in the register without the one they were with; one query."""
    asked = list(keys)
    if not asked:
        return frozenset()
    ids = [id for _, id in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM calls_call c JOIN unnest(%s::bigint[], %s::uuid[]) AS w (account_id, id)"
            " ON c.account_id = w.account_id AND c.id = w.id"
            " WHERE c.anonymous AND c.id >= %s AND c.id <= %s",  # of these months alone
            [[account for account, _ in asked], ids, min(ids), max(ids)],
        )
        return frozenset(row[0] for row in cursor.fetchall())
