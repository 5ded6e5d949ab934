"""Reviews of calls over their limit (CALL-7): the list, one of a call, and the totals."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.models import TooLongOutcome
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.calls.too_long import talked_s
from callwright.kit.identity import uuid7_floor
from callwright.staff.queries.rights import Viewer, may

PAGE = 50
STATES = ("open", "reviewed", "all")


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """`code` names one that came with the program; without a `name` it has that code's words."""

    id: int
    code: str
    name: str
    retired: bool = False


def outcomes(*, retired: bool | None = False, also: int | None = None) -> list[OutcomeChoice]:
    """The outcomes offered, in order; `also` keeps a retired one that a review has, `retired=None` all."""
    rows = TooLongOutcome.objects.values_list("id", "code", "name", "retired")
    return [OutcomeChoice(*row) for row in rows if retired is None or row[3] is retired or row[0] == also]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A call over its limit; durations in seconds, `conditions` those of its rule as they were."""

    account_id: int
    call_id: UUID
    account: str
    account_zone: str
    home_country: str
    direction: str
    status: str
    client_number: str
    from_name: str
    contact_id: int | None
    contact: str
    queue: str
    employee_id: int | None
    employee: str
    extension: str
    started_at: datetime
    ended_at: datetime | None
    talking_since: datetime | None
    talk_s: int
    limit_s: int
    passed_at: datetime
    rule_id: int | None
    conditions: dict[str, Any]
    outcome: OutcomeChoice | None
    comment: str
    reviewer: str
    reviewed_at: datetime | None
    version: int
    corrected_s: int | None

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def over_s(self) -> int:
        return max(0, self.talk_s - self.limit_s)

    def talked_until(self, now: datetime) -> int:
        return talked_s(self.talk_s, self.talking_since, now) if self.is_live else self.talk_s


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews: of a time of calls, and what else is set. `state`: open, reviewed or all."""

    state: str = "open"
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    account: int | None = None
    employee: int | None = None
    rule: int | None = None
    outcome: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after this call, which was reviewed or not."""

    is_reviewed: bool
    call_id: UUID

    def __str__(self) -> str:
        return f"{int(self.is_reviewed)}.{self.call_id}"


def place_in(text: str) -> Place | None:
    """The place that an address names; None for what is none."""
    state, _, id = text.partition(".")
    try:
        return Place(state == "1", UUID(id))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    rows: tuple[ReviewRow, ...]
    next: Place | None


def reviews(viewer: Viewer, wish: ReviewFilter, *, after: Place | None = None, limit: int = PAGE) -> ReviewPage:
    """The reviews that the viewer may see, open ones first, then the newest calls; one query besides the rights."""
    where = _conditions(viewer, wish)
    if where is None:
        return ReviewPage((), None)
    texts, values = where
    if after is not None:
        texts.append(
            "((v.outcome_id IS NOT NULL) > %(after_state)s"
            " OR (v.outcome_id IS NOT NULL) = %(after_state)s AND v.call_id < %(after_id)s)"
        )
        values |= {"after_state": after.is_reviewed, "after_id": after.call_id}
    rows = _rows(texts, {**values, "limit": limit + 1})
    last = rows[limit - 1] if len(rows) > limit else None
    place = Place(last.outcome is not None, last.call_id) if last else None
    return ReviewPage(tuple(rows[:limit]), place)


def review_of(viewer: Viewer, call_id: UUID) -> ReviewRow | None:
    """The review of a call, for whoever may see the call; one query besides the rights."""
    allowed = call_accounts(viewer)
    texts = ["v.call_id = %(call)s", "c.id = %(call)s"]
    if allowed is not None:
        texts.append("v.account_id = ANY(%(accounts)s)")
    return next(iter(_rows(texts, {"call": call_id, "accounts": sorted(allowed or ()), "limit": 1})), None)


def _conditions(viewer: Viewer, wish: ReviewFilter) -> tuple[list[str], dict[str, Any]] | None:
    """None when the viewer reviews nothing."""
    allowed = call_accounts(viewer) if may(viewer, "review_too_long") else frozenset()
    if wish.account is not None:
        allowed = frozenset({wish.account}) if allowed is None else allowed & {wish.account}
    texts: list[str] = []
    values: dict[str, Any] = {}
    if allowed is not None:
        if not allowed:
            return None
        texts, values = ["v.account_id = ANY(%(accounts)s)"], {"accounts": sorted(allowed)}
    if wish.state != "all":
        texts.append(f"v.outcome_id IS {'NOT ' * (wish.state == 'reviewed')}NULL")
    for text, name, value in (
        ("v.call_id >= {0} AND c.id >= {0}", "begins", wish.begins_at and uuid7_floor(wish.begins_at)),
        ("v.call_id < {0} AND c.id < {0}", "ends", wish.ends_at and uuid7_floor(wish.ends_at)),
        ("c.employee_id = {0}", "employee", wish.employee),
        ("v.rule_id = {0}", "rule", wish.rule),
        ("v.outcome_id = {0}", "outcome", wish.outcome),
    ):
        if value is not None:
            texts.append(text.format(f"%({name})s"))
            values[name] = value
    return texts, values


def _rows(texts: list[str], values: dict[str, Any]) -> list[ReviewRow]:
    statement = named_sql("too_long_reviews.sql").format(where=" AND ".join(texts) or "true")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_row(*row) for row in cursor.fetchall()]


def _row(*columns: Any) -> ReviewRow:
    plain, conditions, (outcome_id, code, name, *review) = columns[:22], columns[22], columns[23:]
    outcome = OutcomeChoice(outcome_id, code, name) if outcome_id is not None else None
    values: list[Any] = [*plain, json.loads(conditions), outcome, *review]
    return ReviewRow(*values)


@dataclass(frozen=True, slots=True)
class PastReview:
    outcome: OutcomeChoice
    comment: str
    by: str
    at: datetime


_PAST = """
    SELECT p.outcome_id, o.code, o.name, p.comment, coalesce(u.name, ''), p.at
    FROM calls_toolongreviewpast p
    JOIN calls_toolongoutcome o ON o.id = p.outcome_id
    LEFT JOIN staff_user u ON u.id = p.by_id
    WHERE p.account_id = %s AND p.call_id = %s ORDER BY p.at DESC, p.id DESC LIMIT 50
"""


def past_reviews(account_id: int, call_id: UUID) -> list[PastReview]:
    """Every review of a call as it was written, the latest first. For whoever may see the call."""
    with connection.cursor() as cursor:
        cursor.execute(_PAST, [account_id, call_id])
        return [PastReview(OutcomeChoice(*row[:3]), *row[3:]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one employee (0: nobody known): calls over their limit by outcome (None: open), and seconds over it."""

    employee_id: int
    employee: str
    by_outcome: dict[int | None, int]
    over_s: int

    @property
    def calls(self) -> int:
        return sum(self.by_outcome.values())


def totals(viewer: Viewer, wish: ReviewFilter) -> list[Totals]:
    """Reviews by employee and outcome, the employees with the most calls first; one query besides the rights."""
    where = _conditions(viewer, wish)
    if where is None:
        return []
    texts, values = where
    statement = named_sql("too_long_totals.sql").format(where=" AND ".join(texts) or "true")
    found: dict[int, Totals] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for employee_id, employee, outcome_id, calls, over_s in cursor.fetchall():
            one = found.get(employee_id) or Totals(employee_id, employee, {}, 0)
            counted = {**one.by_outcome, outcome_id: calls}
            found[employee_id] = Totals(employee_id, employee, counted, one.over_s + int(over_s))
    return sorted(found.values(), key=lambda one: (-one.calls, one.employee))
