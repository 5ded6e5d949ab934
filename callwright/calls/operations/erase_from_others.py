"""Takes an erased person out of calls of others, in which one of their numbers was a party (CALL-16)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.queries.person_calls import endings_of, is_theirs, written_as

_HAS_THEIRS = """EXISTS (SELECT FROM unnest(%(endings)s::text[]) AS t (ending)
    WHERE strpos(regexp_replace({column}, '\\D', '', 'g'), t.ending) > 0)"""


# The facts name the number wherever the PBX did.
_FACTS = "DELETE FROM calls_callfacts WHERE account_id = %(account)s AND call_id = ANY(%(ids)s)"
_LEGS = f"""
    UPDATE calls_leg SET
        party = CASE WHEN {is_theirs("party")} THEN '' ELSE party END,
        pbx_key = CASE WHEN {_HAS_THEIRS.format(column="pbx_key")} THEN 'anonymous-' || id ELSE pbx_key END
    WHERE account_id = %(account)s AND call_id = ANY(%(ids)s)
"""  # noqa: S608 (columns)
_CALLS = f"""
    UPDATE calls_call SET
        transferred_to = CASE WHEN {is_theirs("transferred_to")} THEN '' ELSE transferred_to END,
        to_number = CASE WHEN direction = 'inbound' AND {is_theirs("to_number")} THEN '' ELSE to_number END,
        to_received = CASE WHEN direction = 'inbound' AND {is_theirs("to_received")}
            THEN '' ELSE to_received END,
        pbx_key = CASE WHEN {_HAS_THEIRS.format(column="pbx_key")} THEN 'anonymous-' || id ELSE pbx_key END,
        sealed = true
    WHERE account_id = %(account)s AND id = ANY(%(ids)s)
"""  # noqa: S608 (columns)


def erase_from_others(*, account_id: int, ids: Sequence[UUID], numbers: Sequence[str]) -> None:
    """Takes `numbers` (E.164) out of calls that have ended; nothing that is told of them later is written any more."""
    if not ids:
        return
    values: dict[str, Any] = {
        "account": account_id, "ids": list(ids), "numbers": list(numbers), "endings": endings_of(numbers),
        "written": written_as(numbers),
    }  # fmt: skip
    hold_calls(account_id, ids)  # before their facts and legs, as whoever writes them does
    with connection.cursor() as cursor:
        for statement in (_FACTS, _LEGS, _CALLS):
            cursor.execute(statement, values)
