"""Looks into watched record tables: calls of which rows are new there are imported every few minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from callwright.imports.models import Import, State, WatchedTable
from callwright.imports.operations.prepare import prepare_table
from callwright.imports.operations.start_import import add_table_import
from callwright.imports.queries.grounds import ground_of
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.table import Newest, newest_of_table
from callwright.imports.reading.text import Unreadable
from callwright.kit.identity import uuid7_now
from callwright.messaging.operations.notify import notify

_REPEATED = 60
"""Minutes by which times without a zone go back when summer time ends."""


class Mark(msgspec.Struct):
    """Up to where the table was written at a moment (seconds since 1970; 0: nothing of before is read any more)."""

    looked: float
    id: int = 0
    at: str = ""


class Position(msgspec.Struct):
    """`marks` of the last rounds, the oldest first: what was written before the first of them was read when rows that
    come late had come. `next`: how far the round reads that is under way.
    """

    marks: list[Mark] = []
    next: Mark | None = None


def watch_tables(now: datetime) -> list[Import]:
    """Returns the imports that are to run. Several workers may do it at once."""
    due: list[Import] = []
    for id in WatchedTable.objects.filter(enabled=True).values_list("pk", flat=True):
        if (table := _take_turn(id, now)) is not None and (row := _look(table, now)) is not None:
            due.append(row)
    return due


@transaction.atomic
def _take_turn(id: int, now: datetime) -> WatchedTable | None:
    """The table if this worker is to look at it now; nobody is while its last round is under way."""
    table = WatchedTable.objects.select_for_update(skip_locked=True).filter(pk=id, enabled=True).first()
    if table is None or not _is_due(table, now):
        return None
    last = _last(table)
    if last is not None and last.state in (State.WAITING, State.RUNNING, State.UNDOING):
        return None
    table.looked_at = now
    table.save(update_fields=["looked_at"])
    return table


def _is_due(table: WatchedTable, now: datetime) -> bool:
    return table.looked_at is None or table.looked_at <= now - timedelta(minutes=table.every_minutes)


def _last(table: WatchedTable) -> Import | None:
    return Import.objects.filter(table=table).order_by("-created_at").first()


def _look(table: WatchedTable, now: datetime) -> Import | None:
    """One round. The PBX's database is asked while nothing is held in ours: it may take its time."""
    position, last = msgspec.convert(table.position, type=Position), _last(table)
    if last is not None:
        _advance(position, last)
    new, problem = None, Unreadable("")
    try:
        new = _what_is_new(table, position, now)
    except Unreadable as error:
        problem = error
    except LookupError:
        problem = Unreadable("no_pbx")
    return _begin(table, position, last, new, problem, now)


def _advance(position: Position, last: Import) -> None:
    """After a round that came to its end. What somebody has undone is not read again."""
    if last.state in (State.FINISHED, State.UNDONE) and position.next is not None:
        position.marks, position.next = [*position.marks, position.next], None
    if last.state == State.UNDONE and position.marks:
        position.marks = [msgspec.structs.replace(position.marks[-1], looked=0.0)]


def _what_is_new(table: WatchedTable, position: Position, now: datetime) -> tuple[Settings, Mark] | None:
    """How to read it, and up to where that is. Raises Unreadable."""
    newest = newest_of_table(ground_of(table.pbx_id), table.shape)
    late = now - timedelta(minutes=table.late_minutes)
    _drop_old(position, late)
    if newest.id and position.marks and newest.id < position.marks[-1].id:  # another table, numbered from 1 again
        position.marks = [msgspec.structs.replace(one, id=0) for one in position.marks if not one.looked]
    if not _has_more(newest, position, late):
        return None
    settings = prepare_table(pbx_id=table.pbx_id, shape=table.shape, since=_first(table).isoformat())
    if position.marks:
        oldest = position.marks[0]
        if newest.id and oldest.id and oldest.looked <= late.timestamp():
            settings.newer_than = oldest.id
        elif oldest.at:
            settings.newer_at = _earlier(oldest, table.late_minutes + (_REPEATED if newest.is_local else 0))
    return settings, Mark(now.timestamp(), newest.id, newest.at.isoformat() if newest.at else "")


@transaction.atomic
def _begin(
    table: WatchedTable,
    position: Position,
    last: Import | None,
    new: tuple[Settings, Mark] | None,
    problem: Unreadable,
    now: datetime,
) -> Import | None:
    """None also where somebody changed the table or had its import undone meanwhile: the next round looks anew."""
    names = ("pk", "pbx_id", "shape", "first_day", "account_id", "enabled")
    same = WatchedTable.objects.select_for_update().filter(**{name: getattr(table, name) for name in names})
    if not same.exists():
        return None
    row = _import(table, new[0], last, now) if new is not None else None
    if new is not None and row is not None:
        position.next = new[1]
    if problem.reason:
        _tell(table, now)
    table.position = msgspec.to_builtins(position)
    table.problem, table.detail = problem.reason, problem.detail[:200]
    table.save(update_fields=["position", "problem", "detail"])
    return row


def _first(table: WatchedTable) -> datetime:
    return datetime(table.first_day.year, table.first_day.month, table.first_day.day, tzinfo=UTC)


def _drop_old(position: Position, late: datetime) -> None:
    """Of the marks stay those since, and the last one that is old enough for nothing to come before it any more."""
    while len(position.marks) > 1 and position.marks[1].looked <= late.timestamp():
        position.marks.pop(0)


def _has_more(newest: Newest, position: Position, late: datetime) -> bool:
    if not position.marks:
        return bool(newest.id or newest.at)
    at = newest.at.isoformat() if newest.at else ""
    has_grown = any((mark.id, mark.at) != (newest.id, at) for mark in position.marks)
    return has_grown or position.marks[0].looked > late.timestamp()


def _earlier(mark: Mark, minutes: int) -> str:
    at = datetime.fromisoformat(mark.at)
    return (at - timedelta(minutes=minutes) if mark.looked else at).isoformat()


def _import(table: WatchedTable, settings: Settings, last: Import | None, now: datetime) -> Import | None:
    """One import a day: what its rounds bring is counted together, and undone together. None where `last` is not over
    any more.
    """
    over = (State.FINISHED, State.FAILED)
    if last is None or last.state not in over or not _goes_on(table, last, now):
        return add_table_import(
            settings=settings, pbx_id=table.pbx_id, account_id=table.account_id, by=None, now=now, table_id=table.pk
        )
    kept: dict[str, Any] = msgspec.to_builtins(settings)
    begun = Import.objects.filter(pk=last.pk, state__in=over).update(
        settings=kept, state=State.WAITING, problem="", detail="", beat_at=None
    )
    return Import.objects.get(pk=last.pk) if begun else None


def _goes_on(table: WatchedTable, last: Import, now: datetime) -> bool:
    same = (last.pbx_id, last.account_id, last.settings.get("shape")) == (table.pbx_id, table.account_id, table.shape)
    return same and last.created_at.date() == now.date()


def _tell(table: WatchedTable, now: datetime) -> None:
    """Once, until it can be read again."""
    if table.problem:
        return
    notify(
        event="import_failed",
        key=f"table:{table.pk}:{uuid7_now(now)}",
        path="/imports/tables/",
        values={"file": str(table), "added": 0, "merged": 0, "bad": 0},
        now=now,
    )
