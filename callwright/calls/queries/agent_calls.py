"""Calls as the employee at the desk meets them: the open ones, one for the card, today's own, the missed ones."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from callwright.calls.models import Leg
from callwright.calls.queries.one_plan import one_plan
from callwright.contacts.queries.contacts import CategoryMark, photo_url
from callwright.kit.identity import uuid7_floor
from callwright.staff.queries.rights import Viewer, account_scope

_OVER_PARTITIONS = frozenset({"agent_missed_calls.sql"})  # hundreds of desks ask
_SQL = Path(__file__).parent
_LONGEST_CALL = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CardLeg:
    """One party of the call; `result` is empty while it rings."""

    key: str
    party: str
    kind: str
    employee_id: int | None
    employee: str
    result: str
    rung_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardCall:
    """All that the register knows of a call that stands on a desk. Durations in seconds."""

    id: UUID
    account_id: int
    pbx_id: int | None
    pbx_key: str
    pbx_simulated: bool
    direction: str
    status: str
    from_name: str
    from_number: str
    to_number: str
    client_number: str
    dialled_number: str
    line: str
    queue: str
    contact_id: int | None
    employee_id: int | None
    employee: str
    extension: str
    answered_by: str
    transferred_to: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    talking_since: datetime | None
    held_since: datetime | None
    talk_s: int
    wait_s: int
    contact: str
    home_country: str
    limit_s: int | None  # of a call that lasts too long: the talk time allowed
    legs: tuple[CardLeg, ...]

    def legs_of(self, user_id: int) -> list[CardLeg]:
        return [leg for leg in self.legs if leg.employee_id == user_id]


def card_call(viewer: Viewer, call_id: UUID) -> CardCall | None:
    """The call, if the viewer may see its account; one query."""
    found = _rows("card_call.sql", call=call_id, **account_scope(viewer))
    if not found:
        return None
    *columns, legs = found[0]
    return CardCall(*(*columns, tuple(_leg(*leg) for leg in json.loads(legs or "[]"))))


_TALKED = """
    SELECT c.account_id FROM calls_call c
    WHERE c.id = %(call)s
        AND (%(all_accounts)s OR c.account_id IN (SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s))
        AND (c.employee_id = %(viewer)s OR EXISTS (
            SELECT FROM calls_leg l
            WHERE l.account_id = c.account_id AND l.call_id = %(call)s AND l.employee_id = %(viewer)s
                AND (l.answered_at IS NOT NULL OR l.ended_at IS NULL)
        ))
"""


def account_of_own_call(viewer: Viewer, call_id: UUID) -> int | None:
    """The account of a call that the viewer may see and talks or talked in, or that rings at them; None for any other.
    One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TALKED, {"call": call_id, **account_scope(viewer)})
        row = cursor.fetchone()
    return row[0] if row else None


def _leg(
    key: str, party: str, kind: str, employee_id: int | None, employee: str, result: str, rung: str,
    answered: str | None, ended: str | None,
) -> CardLeg:  # fmt: skip
    return CardLeg(
        key, party, kind, employee_id, employee, result, datetime.fromisoformat(rung),
        datetime.fromisoformat(answered) if answered else None, datetime.fromisoformat(ended) if ended else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call as a short list shows it. `times`: how often the same caller was missed; `tries`: calls back so far."""

    id: UUID
    account_id: int
    direction: str
    status: str
    client_number: str
    from_name: str
    contact_id: int | None
    started_at: datetime
    talk_s: int
    wait_s: int
    times: int = 1
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """The contact of a listed call; `category` and `photo_url` are told of missed calls only."""

    id: int
    name: str
    account: str
    home_country: str
    category: CategoryMark | None
    photo_url: str


def open_call_ids(user_id: int, *, now: datetime, ended_after: datetime) -> list[UUID]:
    """The calls that ring or talk at the employee's extension, and those they talked in that ended after
    `ended_after`; oldest first.
    """
    rows = _rows("agent_open_calls.sql", user=user_id, floor=uuid7_floor(now - _LONGEST_CALL), ended_after=ended_after)
    return [row[0] for row in rows]


def last_rung_at(user_id: int, call_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these calls rang at the employee's extension the last time; one query."""
    legs = Leg.objects.filter(employee_id=user_id, call_id__in=list(call_ids))
    return dict(legs.values_list("call_id").annotate(at=Max("rung_at")))


def own_calls_since(viewer: Viewer, *, since: datetime, limit: int = 50) -> list[tuple[ListedCall, Caller | None]]:
    """The calls that the viewer made or answered since then with their contacts, newest first; one query."""
    rows = _rows("agent_own_calls.sql", **account_scope(viewer), user=viewer.pk, floor=uuid7_floor(since), limit=limit)
    return [(ListedCall(*row[:10]), _caller(*row[10:])) for row in rows]


def missed_calls_to_return(
    viewer: Viewer, *, since: datetime, of_all: bool = False, limit: int = 30
) -> list[tuple[ListedCall, Caller | None]]:
    """Inbound calls since then that rang at the viewer (`of_all`: at anybody or at nobody), that nobody answered, and
    whose callers have not been spoken to after that; one row a caller with its contact, newest first. One query.
    """
    rows = _rows(
        "all_missed_calls.sql" if of_all else "agent_missed_calls.sql",
        **account_scope(viewer),
        **({} if of_all else {"user": viewer.pk}),
        floor=uuid7_floor(since),
        limit=limit,
    )
    return [(ListedCall(*row[:12]), _caller(*row[12:])) for row in rows]


def calls_of_contact(account_id: int, contact_id: int, *, limit: int = 6) -> list[tuple[ListedCall, str, str]]:
    """The contact's latest calls over all its numbers with employee and note, newest first. Whoever may see the
    account may see them.
    """
    rows = _rows("contact_last_calls.sql", account=account_id, contact=contact_id, limit=limit)
    return [(ListedCall(*row[:10]), row[10] or "", row[11] or "") for row in rows]


def _caller(
    id: int | None, name: str, account: str = "", home_country: str = "", photo: str = "",
    category_id: int | None = None, category: str = "", colour: str = "", icon: str = "",
) -> Caller | None:  # fmt: skip
    if id is None:
        return None
    mark = None if category_id is None else CategoryMark(category_id, category, colour, icon)
    return Caller(id, name, account, home_country, mark, photo_url(id, photo))


@cache
def _statement(file: str) -> str:
    return (_SQL / file).read_text()


def _rows(file: str, **parameters: Any) -> list[Any]:
    with one_plan() if file in _OVER_PARTITIONS else connection.cursor() as cursor:
        cursor.execute(_statement(file), parameters)
        return list(cursor.fetchall())
