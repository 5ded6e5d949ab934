"""Calls whose employees must register them before the next one (REG-3)."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection, transaction

from callwright.registration.operations.ask_again import ask_again
from callwright.registration.queries.due_now import ROLES, DueNow, due_calls, due_now
from callwright.registration.queries.wrap_ups import asked_places
from callwright.staff.operations.agent_rows import hold_agents
from callwright.staff.operations.registration_due import bring_due_in_step
from callwright.staff.ports import CallPlace, EndedCall

# Of whom it cannot be asked, because they may not register it, it is not.
_DEMAND = """
    INSERT INTO registration_dueregistration (account_id, call_id, user_id, at, settled_at, outcome)
    SELECT w.account_id, w.call_id, w.user_id, w.at, CASE WHEN r.done THEN w.at END,
        CASE WHEN r.done THEN 'registered' ELSE '' END
    FROM jsonb_to_recordset(%(ended)s::jsonb) AS w (user_id bigint, call_id uuid, account_id bigint, at timestamptz)
    JOIN staff_user u ON u.id = w.user_id AND u.role = ANY(%(roles)s)
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM registration_registration
            WHERE account_id = w.account_id AND call_id = w.call_id AND by_id = w.user_id AND cardinality(topics) > 0
        ) AS done
    ) AS r
    WHERE u.all_accounts OR EXISTS (
        SELECT FROM staff_accountright WHERE user_id = u.id AND account_id = w.account_id
    )
    ON CONFLICT (account_id, call_id, user_id) DO NOTHING
    RETURNING user_id, call_id, settled_at
"""


def demand(ended: Sequence[EndedCall]) -> frozenset[tuple[int, UUID]]:
    """Notes that these talks must be registered; returns those (user, call) that are not yet, and so are due. Of the
    others it is kept too, so that what is registered is not emptied again. One statement, in the transaction that ends
    the calls.
    """
    told = msgspec.json.encode([asdict(one) for one in ended]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_DEMAND, {"ended": told, "roles": ROLES})
        return frozenset((user_id, call_id) for user_id, call_id, settled_at in cursor.fetchall() if settled_at is None)


_SETTLE = """
    UPDATE registration_dueregistration SET settled_at = %(now)s, outcome = %(outcome)s
    WHERE account_id = %(account)s AND call_id = %(call)s AND user_id = %(user)s AND settled_at IS NULL
"""


def look_after_due(now: datetime) -> int:
    """Nobody is held for nothing: settles what was registered while the call ended, frees those whose calls are asked
    about no more, or not by them, and has each agent held for just what is due. Returns how many calls were settled.
    Meant to be called every few seconds; agents one after the other, so that phones do not wait for all of them.
    """
    found = due_now()
    asked = asked_places(frozenset(one.place for one in found if one.place is not None))
    settled = 0
    for user_id in dict.fromkeys(one.user_id for one in found):
        theirs = [one for one in found if one.user_id == user_id]
        over = list(_over(theirs, asked))
        if over or not all(one.in_step for one in theirs):
            settled += _settle(user_id, over, now)
    return settled


def _over(due: Sequence[DueNow], asked: frozenset[CallPlace]) -> Iterator[tuple[DueNow, str]]:
    """What is to be settled, and how."""
    for one in due:
        if one.is_registered:
            yield one, "registered"
        elif one.is_due and not (one.may_register and one.place in asked):
            yield one, "not_asked"


@transaction.atomic
def _settle(user_id: int, over: Sequence[tuple[DueNow, str]], now: datetime) -> int:
    hold_agents([user_id])
    settled = 0
    with connection.cursor() as cursor:
        for one, outcome in over:
            values = {"account": one.account_id, "call": one.call_id, "user": user_id, "outcome": outcome, "now": now}
            cursor.execute(_SETTLE, values)
            settled += cursor.rowcount
    ask_again([
        (one.account_id, one.call_id)
        for one, outcome in over if outcome == "not_asked" and one.account_id is not None
    ])  # fmt: skip
    bring_due_in_step(user_id=user_id, due=lambda: due_calls(user_id), now=now)
    return settled
