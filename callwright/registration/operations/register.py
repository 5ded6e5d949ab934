"""An employee registers what a call was about; saved as they tick (REG-2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.kit.identity import uuid7_now
from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.quality_recheck import recheck
from callwright.registration.queries.offer import offers
from callwright.registration.rules import Subject
from callwright.registration.rules_panel import (
    MOST_TOPICS,
    NotOffered,
    OneTopicOnly,
    Words,
    correctable_until,
    is_correctable,
    next_revision,
    tick,
    without,
)
from callwright.staff.operations.registration_due import hold_due, settle


class Refused(Exception):
    """`reason` is a code: missing, closed (`until` says when it could be corrected), comment_too_long (`limit`),
    not_offered, one_topic, needs_topic.
    """

    def __init__(self, reason: str, *, until: datetime | None = None, limit: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.until, self.limit = reason, until, limit


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands now. `changed`: this save made it so; `overtaken`: a newer one stands. `settled`: the employee had to
    register the call and has.
    """

    revision: int
    topics: tuple[int, ...]
    comment: str
    changed: bool = False
    overtaken: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class _Standing:
    """The locked registration with its call."""

    queue_id: int | None
    direction: str
    started_at: datetime
    ended_at: datetime | None
    local_day: date
    id: UUID | None
    words: Mapping[int, Words]
    comment: str
    revision: int
    comment_limit: int
    correct_within_s: int
    due: str | None  # "open", or how it was settled
    at_the_call: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """Whether it was, whether something due was settled by it, and the registrations of the call with open findings."""

    written: bool
    settled: bool
    found: tuple[UUID, ...]


@transaction.atomic
def register(
    *,
    call_id: UUID,
    account_id: int,
    by: int,
    topics: Sequence[int],
    comment: str,
    now: datetime,
    revision: int | None = None,
    corrected_by: int | None = None,
) -> Saved:
    """Keeps the topics (ids) and the comment as what `by` registered of the call; the same again changes nothing.

    `revision` orders the saves of one employee: what is older than what stands comes too late and changes nothing
    (None: the newest). `corrected_by`: somebody who may correct it at any time does so for the employee. The caller has
    checked that they may see the call. Raises Refused.
    """
    stands = _lock(account_id, call_id, by)
    comment, wanted = clean_lines(comment), list(dict.fromkeys(topics))
    number = next_revision(revision, stands=stands.revision, now=now)
    is_same = set(wanted) == set(stands.words) and comment == stands.comment
    is_late = number < stands.revision
    if is_late or (is_same and (stands.id is None or number == stands.revision)):
        return Saved(stands.revision, tuple(stands.words), stands.comment, overtaken=is_late)
    chosen = dict(stands.words)
    if not is_same:
        chosen = _checked(stands, account_id, wanted, comment, corrected=corrected_by is not None, now=now)
    done = _write(
        stands, account_id=account_id, call_id=call_id, by=by, changed_by=corrected_by or by, chosen=chosen,
        comment=comment, revision=number, is_change=not is_same, now=now,
    )  # fmt: skip
    if not done.written:  # somebody's first save came between, a newer one
        return Saved(number, tuple(chosen), comment, overtaken=True)
    if not is_same:
        recheck(account_id, call_id, done.found, now)
        _publish(stands, account_id, call_id, by, number, now)
    if done.settled:
        settle(user_id=by, call_id=call_id, now=now)
    return Saved(number, tuple(chosen), comment, changed=not is_same, settled=done.settled)


def _lock(account_id: int, call_id: UUID, by: int) -> _Standing:
    hold_due(user_id=by, call_id=call_id)
    with connection.cursor() as cursor:
        cursor.execute(_sql("standing.sql"), {"account": account_id, "call": call_id, "by": by})
        row = cursor.fetchone()
    if row is None:
        raise Refused("missing")
    queue, direction, started, ended, day, id, topics, words, comment, revision, limit, within_s, due, employees = row
    known: dict[int, Words] = dict(zip(topics or (), map(tuple, json.loads(words or "[]")), strict=True))
    return _Standing(
        queue, direction, started, ended, day, id, known, comment or "", revision or 0, limit, within_s, due,
        tuple(employees or ()),
    )  # fmt: skip


def _checked(
    stands: _Standing, account_id: int, wanted: Sequence[int], comment: str, *, corrected: bool, now: datetime
) -> dict[int, Words]:
    """The topics with their words, as they may stand from now on."""
    is_due = stands.due == "open"
    if not corrected and not is_correctable(
        ended_at=stands.ended_at, within_s=stands.correct_within_s, is_due=is_due, now=now
    ):
        assert stands.ended_at is not None
        raise Refused("closed", until=correctable_until(stands.ended_at, stands.correct_within_s))
    if comment != stands.comment and len(comment) > stands.comment_limit:
        raise Refused("comment_too_long", limit=stands.comment_limit)
    chosen = _choose(stands, account_id, wanted)
    if stands.due == "registered" and not chosen and not corrected:
        raise Refused("needs_topic")
    return chosen


def _choose(stands: _Standing, account_id: int, wanted: Sequence[int]) -> dict[int, Words]:
    before = stands.words
    if set(wanted) <= before.keys():
        return without(before, wanted)
    if len(wanted) > MOST_TOPICS:
        raise Refused("not_offered")
    subject = Subject(account_id=account_id, direction=stands.direction, queue_id=stands.queue_id)
    offered = offers(subject)
    kept = [one for one in before if one in wanted and one not in offered]
    try:
        return tick(wanted, before=before, offered=offered, retired=_single(kept) if kept else {})
    except NotOffered:
        raise Refused("not_offered") from None
    except OneTopicOnly:
        raise Refused("one_topic") from None


_SINGLE = """
    SELECT t.id, c.id FROM registration_topic t JOIN registration_category c ON c.id = t.category_id
    WHERE t.id = ANY(%s) AND NOT c.several
"""


def _single(topics: Sequence[int]) -> dict[int, int | None]:
    """The categories of these topics that admit one only."""
    with connection.cursor() as cursor:
        cursor.execute(_SINGLE, [list(topics)])
        return dict(cursor.fetchall())


def _write(
    stands: _Standing, *, account_id: int, call_id: UUID, by: int, changed_by: int, chosen: Mapping[int, Words],
    comment: str, revision: int, is_change: bool, now: datetime,
) -> _Written:  # fmt: skip
    values: dict[str, Any] = {
        "id": stands.id or uuid7_now(stands.started_at), "change": uuid7_now(now),
        "account": account_id, "call": call_id, "by": by, "changed_by": changed_by, "queue": stands.queue_id,
        "direction": stands.direction, "started_at": stands.started_at, "local_day": stands.local_day,
        "topics": list(chosen), "words": json.dumps(list(chosen.values())), "comment": comment, "revision": revision,
        "is_change": is_change, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_sql("register.sql"), values)
        written, settled, found = cursor.fetchone()
    return _Written(bool(written), bool(settled), tuple(found or ()))


def _publish(stands: _Standing, account_id: int, call_id: UUID, by: int, revision: int, now: datetime) -> None:
    """Neither topics nor comment: who may hear of the call asks for them."""
    listening = ["calls", *(f"desk:{one}" for one in sorted({*stands.at_the_call, by}))]
    data = {"by": by, "revision": revision}
    publish([Change(topic, "registration", str(call_id), account_id, data) for topic in listening], now=now)


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
