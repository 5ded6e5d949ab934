"""Takes calls away, or makes them anonymous: what totals and bills need stays, whom it was with goes (CALL-16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.ports import tell_removed

_NOTES = "DELETE FROM calls_callnote WHERE account_id = %(account)s AND call_id = ANY(%(ids)s)"
_FACTS = "DELETE FROM calls_callfacts WHERE account_id = %(account)s AND call_id = ANY(%(ids)s)"

# Our own lines and extensions stay; of an internal call both sides are ours.
_ANONYMOUS = """
    UPDATE calls_call c SET
        from_number = CASE direction WHEN 'inbound' THEN '' ELSE from_number END,
        from_received = CASE direction WHEN 'inbound' THEN '' ELSE from_number END,
        from_name = '',
        to_number = CASE direction WHEN 'outbound' THEN '' ELSE to_number END,
        to_received = CASE direction WHEN 'outbound' THEN '' ELSE to_number END,
        dialled_number = CASE direction WHEN 'outbound' THEN '' ELSE dialled_number END,
        dialled_received = CASE direction WHEN 'outbound' THEN '' ELSE dialled_number END,
        client_number = CASE direction WHEN 'internal' THEN client_number ELSE '' END,
        transferred_to = CASE WHEN transferred_to ~ '^[0-9*#]{1,6}$' THEN transferred_to ELSE '' END,
        pbx_key = CASE WHEN length(d.digits) > 5 AND strpos(regexp_replace(pbx_key, '\\D', '', 'g'), d.digits) > 0
            THEN 'anonymous-' || c.id ELSE pbx_key END,
        contact_id = NULL, comment = '', anonymous = true, updated_at = %(now)s,
        recording = CASE recording WHEN '' THEN '' ELSE 'erased' END,
        assigned_to_id = CASE follow_up WHEN 'not_called_back' THEN NULL ELSE assigned_to_id END
    FROM (
        -- A number is written with its country or without, so its last digits are what is looked for.
        SELECT account_id, id, right(regexp_replace(client_number, '\\D', '', 'g'), 8) AS digits FROM calls_call
        WHERE account_id = %(account)s AND id = ANY(%(ids)s)
    ) AS d
    WHERE c.account_id = %(account)s AND c.id = d.id
"""
# Records name legs after their call, whose key may be made of the number.
_ANONYMOUS_LEGS = """
    UPDATE calls_leg l SET
        party = CASE WHEN l.kind = 'number' OR length(regexp_replace(l.party, '\\D', '', 'g')) > 6 THEN ''
            ELSE l.party END,
        pbx_key = CASE WHEN length(d.digits) > 5 AND strpos(regexp_replace(l.pbx_key, '\\D', '', 'g'), d.digits) > 0
            THEN 'anonymous-' || l.id ELSE l.pbx_key END
    FROM (
        SELECT id, right(regexp_replace(client_number, '\\D', '', 'g'), 8) AS digits FROM calls_call
        WHERE account_id = %(account)s AND id = ANY(%(ids)s)
    ) AS d
    WHERE l.account_id = %(account)s AND l.call_id = ANY(%(ids)s) AND l.call_id = d.id
"""


def remove_calls(*, account_id: int, ids: Sequence[UUID]) -> None:
    """Removes calls with everything that is kept of them, in the caller's transaction."""
    hold_calls(account_id, ids)
    tell_removed(account_id, ids)
    _run({"account": account_id, "ids": list(ids)}, _NOTES)
    delete_rows(account_id=account_id, ids=ids)


def anonymise_calls(*, account_id: int, ids: Sequence[UUID], now: datetime) -> None:
    """Takes out of calls whom they were with: numbers, names, contact, words, facts; in the caller's transaction. Day,
    durations, status, employee, queue and line stay, and nothing that is told of the call later brings the rest back.
    """
    hold_calls(account_id, ids)  # before what is kept beside them, as whoever writes them does
    tell_removed(account_id, ids)
    values = {"account": account_id, "ids": list(ids), "now": now}
    _run(values, _NOTES, _FACTS, _ANONYMOUS_LEGS, _ANONYMOUS)


def _run(values: dict[str, Any], *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
