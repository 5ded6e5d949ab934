"""Who may write which calls: one writer of each call at a time.

The link holds the key of every call that it writes. Records bring more calls at once than the database has locks: they
hold the hours in which these calls began, and so does whoever tells the beginning of a call that began a while ago.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.db import connection

LATE = timedelta(minutes=1)
"""Whoever tells the beginning of a call later than this after it holds its hour."""

_EDGE = timedelta(seconds=2)  # the records of one call may differ so much in when it began
_HOURS = 256  # so many locks a PBX at most: hours that are as far apart share one
_LOCK = """
    SELECT pg_advisory_xact_lock(k) FROM (
        SELECT hashtextextended(n, 7) AS k FROM jsonb_array_elements_text(%s::jsonb) AS t (n) ORDER BY k
    ) AS ordered
"""


def lock_calls(keys: Iterable[tuple[int, str]], *, hours: Iterable[tuple[int, datetime]] = ()) -> None:
    """Holds calls by PBX and key, and those of a PBX that began about some moments, until the transaction ends; calls
    should be read by a statement after this one, which sees what was committed while a lock was waited for.

    The hours come first: who has them may take keys of their calls later, and nobody waits for an hour who has a key.
    """
    names = {name for pbx_id, began in hours for name in hour_names(pbx_id, began)}
    if names:
        _hold(names)
    _hold({call_name(pbx_id, key) for pbx_id, key in keys})


def call_name(pbx_id: int, key: str) -> str:
    return f"{pbx_id}:{key}"


def hour_names(pbx_id: int, began: datetime) -> tuple[str, str]:
    """The same name twice, but for a call that began where another record of it may say another hour."""
    return _hour_name(pbx_id, began - _EDGE), _hour_name(pbx_id, began + _EDGE)


def _hour_name(pbx_id: int, began: datetime) -> str:
    return f"{pbx_id}@{int(began.timestamp()) // 3600 % _HOURS}"


def _hold(names: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [msgspec.json.encode(names).decode()])
