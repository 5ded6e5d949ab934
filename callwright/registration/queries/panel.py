"""The panel on which an employee registers a call (REG-2). Read for each card: two statements."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection

from callwright.registration.queries.offer import OfferedCategory, offered_for
from callwright.registration.rules import DIRECTIONS, Subject
from callwright.registration.rules_panel import Words, correctable_until, is_correctable

_PANEL = Path(__file__).with_name("panel.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class OtherRegistration:
    """What a colleague registered of the same call."""

    name: str
    words: tuple[Words, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class GoneTopic:
    """A topic that is ticked and offered no more."""

    id: int
    words: Words


@dataclass(frozen=True, slots=True)
class Panel:
    """`is_due`: the employee cannot finish before this call is registered; `is_forced`: they will have to; `released`:
    they need not any more, `released_by` whom. `until`: when it can be corrected last; None while the call goes on.
    """

    call_id: UUID
    user_id: int
    offered: tuple[OfferedCategory, ...]
    ticked: frozenset[int]
    gone: tuple[GoneTopic, ...]
    comment: str
    revision: int
    others: tuple[OtherRegistration, ...]
    is_due: bool
    is_forced: bool
    released: bool
    released_by: str
    until: datetime | None
    is_closed: bool
    comment_limit: int
    form: str

    @property
    def has_anything(self) -> bool:
        return bool(self.offered or self.gone or self.comment or self.others or self.is_due)


def panel_of(user_id: int, *, account_id: int, call_id: UUID, now: datetime) -> Panel | None:
    """The employee's panel of a call; None where nothing is asked about it and nothing was registered. The caller has
    checked that they may see the call.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PANEL, {"user": user_id, "account": account_id, "call": call_id})
        row = cursor.fetchone()
    if row is None:
        return None
    account, direction, queue, ended_at, topics, words, comment, revision, others, *told = row
    was_due, outcome, released_by, limit, within_s, form, forced = told
    offered: tuple[OfferedCategory, ...] = ()
    if direction in DIRECTIONS:
        offered = offered_for(Subject(account_id=account, direction=direction, queue_id=queue))
    known = {topic.id for category in offered for topic in category.all_topics()}
    ticked = dict(zip(topics or (), map(tuple, json.loads(words or "[]")), strict=True))
    is_due = was_due and not outcome
    panel = Panel(
        call_id=call_id, user_id=user_id, offered=offered, ticked=frozenset(ticked),
        gone=tuple(GoneTopic(id, said) for id, said in ticked.items() if id not in known),
        comment=comment, revision=revision, others=_others(others), is_due=is_due,
        is_forced=forced and bool(offered), released=outcome in ("released", "not_asked"), released_by=released_by,
        until=correctable_until(ended_at, within_s) if ended_at else None,
        is_closed=not is_correctable(ended_at=ended_at, within_s=within_s, is_due=is_due, now=now),
        comment_limit=limit, form=form,
    )  # fmt: skip
    return panel if panel.has_anything else None


def _others(text: str | None) -> tuple[OtherRegistration, ...]:
    return tuple(
        OtherRegistration(name, tuple((one[0], one[1], one[2]) for one in words), comment)
        for name, words, comment in json.loads(text or "[]")
    )
