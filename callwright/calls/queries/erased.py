"""Whether a number that is told belongs to a person who was erased after that call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.erased_numbers import digest_key, digest_of
from callwright.calls.models import ErasedNumber
from callwright.calls.rules import ONE_KEY
from callwright.kit.identity import uuid7_floor

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


_SEALED = """
    SELECT w.pbx_id, w.pbx_key
    FROM unnest(%(pbxs)s::bigint[], %(keys)s::text[], %(ids)s::uuid[]) AS w (pbx_id, pbx_key, id)
    WHERE EXISTS (
        SELECT FROM calls_call c WHERE c.id = w.id AND c.id >= %(low)s AND c.id < %(high)s AND (c.anonymous OR c.sealed)
    ) OR EXISTS (
        SELECT FROM calls_call c WHERE c.pbx_key = w.pbx_key AND c.pbx_id = w.pbx_id
            AND c.id >= %(low)s AND c.id < %(high)s AND (c.anonymous OR c.sealed)
    )
"""


@dataclass(frozen=True, slots=True)
class ToldCall:
    """A call by its PBX and the PBX's key, with the id that follows from these and its start."""

    pbx_id: int
    key: str
    id: UUID
    started_at: datetime


def sealed_calls(told: Iterable[ToldCall]) -> frozenset[tuple[int, str]]:
    """Those (pbx id, key) that are in the register without whom they were with: they are never written again. One
    query, and none without calls. A call whose key was made of a number is known by its id alone.
    """
    asked = list(told)
    if not asked:
        return frozenset()
    starts = [one.started_at for one in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            _SEALED,
            {
                "pbxs": [one.pbx_id for one in asked],
                "keys": [one.key for one in asked],
                "ids": [one.id for one in asked],
                "low": uuid7_floor(min(starts) - ONE_KEY),
                "high": uuid7_floor(max(starts) + ONE_KEY),
            },
        )
        return frozenset(cursor.fetchall())
