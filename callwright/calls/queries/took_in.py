"""Which call took in another that is not there any more: a consultation becomes part of the call that it was about."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from callwright.calls.facts import decode_facts
from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import time_of, uuid7_floor, uuid7_of

_LONGEST_CALL: Final = timedelta(hours=12)


def took_in(user_id: int, call_id: UUID) -> UUID | None:
    """The call of the employee that this one became part of, as long as that one is kept; None where there is none."""
    try:
        begun = time_of(call_id)
        reach = {"first": uuid7_floor(begun - _LONGEST_CALL), "last": uuid7_floor(begun + _LONGEST_CALL)}
    except (ValueError, OverflowError):  # no id of a call
        return None
    with connection.cursor() as cursor:
        cursor.execute(named_sql("took_in.sql"), {"user": user_id, **reach})
        found = [(id, decode_facts(facts)) for id, facts in cursor.fetchall()]
    named = ((id, facts.pbx, key) for id, facts in found for key in facts.took_in)
    return next((id for id, pbx, key in named if uuid7_of(begun, pbx, key) == call_id), None)
