"""How the day goes so far, for all accounts and queues at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from callwright.calls.queries.follow_up import WAITS
from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import uuid7_floor


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """Inbound calls of an account in a queue (0: none); there may be two rows of one. `offered`: all that are over or
    talked in. `not_called_back`: of all days. `within`: how many were answered within each of the limits that were
    asked for, in their order.
    """

    account_id: int
    queue_id: int
    offered: int
    answered: int
    missed: int
    abandoned: int
    not_called_back: int
    within: tuple[int, ...]


_ANSWERED = "(c.status = 'answered' OR c.ended_at IS NULL AND c.answered_at IS NOT NULL)"
_WITHIN = f"count(*) FILTER (WHERE {_ANSWERED} AND c.wait_s <= {{seconds:d}})"


def calls_since(since: datetime, *, limits_s: Sequence[int]) -> list[DaySoFar]:
    """Of calls that began at `since` or later; `limits_s`: within how many seconds an answer counts as in time. One
    query, over the calls of that time and those that wait to be called back.
    """
    counts = ", ".join(_WITHIN.format(seconds=seconds) for seconds in limits_s)
    values: dict[str, Any] = {"floor": uuid7_floor(since), "since": since, "limits": len(limits_s)}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("today_now.sql").format(within=counts, answered=_ANSWERED, waits=WAITS), values)
        return [DaySoFar(*(*columns, tuple(within))) for *columns, within in cursor.fetchall()]
