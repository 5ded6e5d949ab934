"""A supervisor listens in on an agent's call, whispers to the agent, or joins in; the link carries it out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.telephony.events import ListeningBegan, ListeningEnded
from callwright.telephony.models import Listening, Pbx
from callwright.telephony.operations.send_command import Finished, send_command
from callwright.telephony.queries.listening import LONGEST
from callwright.telephony.queries.orders import order_under_way

# What goes on is read, and may be applied, a moment before it is noted that the link is up.
_REACHED: Final = ("connecting", "up")


@dataclass(frozen=True, slots=True)
class Begun:
    """Whose phone (`by`) listens to a call of which agent (their name) from now on."""

    id: UUID
    by: int | None
    agent: str
    account_id: int | None
    call_id: UUID
    mode: str


_when_begun: list[Callable[[Begun, datetime], None]] = []


def when_begun(listener: Callable[[Begun, datetime], None]) -> None:
    """Call `listener` in the transaction that notes that somebody listens; for the layers above telephony."""
    if listener not in _when_begun:
        _when_begun.append(listener)


class AlreadyListening(Exception):
    """The supervisor's phone listens already, or is about to: there is only one."""


@transaction.atomic
def listen(
    *,
    pbx_id: int,
    call_key: str,
    leg: str,
    agent_extension: str,
    extension: str,
    mode: str,
    by: int,
    agent_id: int | None,
    account_id: int,
    call_id: UUID,
    is_shown: bool,
    now: datetime,
) -> UUID:
    """Rings the supervisor's `extension`, then connects it to the agent's leg; returns the order's id, which is also
    that of the listening. `is_shown`: the agent is told of it. Raises AlreadyListening, CommandRefused.
    """
    own = Listening.objects.filter(by_id=by, ended_at=None, asked_at__gt=now - LONGEST, command__pbx_id=pbx_id)
    if own.exists():
        raise AlreadyListening
    arguments = {"call": call_key, "leg": leg, "extension": extension, "agent": agent_extension, "mode": mode}
    order = send_command(pbx_id, "listen", arguments, by=by, account_id=account_id, now=now)
    row = Listening.objects.create(
        command_id=order, by_id=by, agent_id=agent_id, account_id=account_id, call_id=call_id, mode=mode,
        is_shown=is_shown, asked_at=now,
    )  # fmt: skip
    _tell([row], now)
    return order


def note_order(command: Finished, now: datetime) -> None:
    """The phone was picked up, and listening has begun; or it was not, and is over."""
    if command.verb != "listen":
        return
    row = Listening.objects.select_for_update().filter(pk=command.id, began_at=None).first()
    if row is None:
        return
    if command.done:
        _begin(row, now, now)
    elif row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        _tell([row], now)


@transaction.atomic(savepoint=False)
def note_beginnings(events: Sequence[ListeningBegan], *, now: datetime) -> None:
    """Phones listen, as the PBX says: also those of whose order nothing more was heard, or that were thought over."""
    begins = {event.listening: event.at for event in events}
    if not begins:
        return
    for row in Listening.objects.select_for_update().filter(pk__in=list(map(UUID, begins))).order_by("pk"):
        at = max(begins[str(row.pk)], row.asked_at)
        # told again, what began does not begin anew
        if row.began_at is None or (row.ended_at is not None and at > row.ended_at):
            _begin(row, at, now)


def _begin(row: Listening, at: datetime, now: datetime) -> None:
    is_first = row.began_at is None
    row.began_at, row.ended_at = row.began_at or at, None
    row.save(update_fields=["began_at", "ended_at"])
    if is_first:
        begun = Begun(row.pk, row.by_id, row.agent.name if row.agent else "", row.account_id, row.call_id, row.mode)
        for listener in _when_begun:
            listener(begun, now)
    if row.stop_asked_at is not None:
        stop_listenings([row.pk], by=None, now=now)
    _tell([row], now)


@transaction.atomic(savepoint=False)
def note_endings(events: Sequence[ListeningEnded], *, now: datetime) -> None:
    """Phones that listened have hung up, or whom they heard has."""
    ends = {event.listening: event.at for event in events}
    if not ends:
        return
    rows = list(Listening.objects.select_for_update().filter(pk__in=list(map(UUID, ends)), ended_at=None))
    for row in rows:
        row.ended_at = max(ends[str(row.pk)], row.asked_at)
    Listening.objects.bulk_update(rows, ["ended_at"])
    _tell(rows, now)


@transaction.atomic
def stop_listenings(ids: Collection[UUID], *, by: int | None, now: datetime) -> list[UUID]:
    """Hangs up the phones that listen, or ring to do so, wherever they hang; `by` None: a rule wants it. Returns the
    orders' ids. At a PBX that is not connected they count as over; should one be found listening when it is connected
    again, it is hung up then.
    """
    open_rows = Listening.objects.select_related("command__pbx").filter(pk__in=ids, ended_at=None).order_by("pk")
    rows = list(open_rows.select_for_update(of=("self",)))
    orders = []
    for row in rows:
        row.stop_asked_at = row.stop_asked_at or now
        pbx = row.command.pbx
        if pbx.enabled and pbx.state in _REACHED:
            orders.append(_stop_order(row, pbx, by, now))
        else:
            row.ended_at = now
        row.save(update_fields=["stop_asked_at", "ended_at"])
    _tell([row for row in rows if row.ended_at is not None], now)
    return orders


def _stop_order(row: Listening, pbx: Pbx, by: int | None, now: datetime) -> UUID:
    arguments = {"listening": str(row.pk)}
    given = order_under_way(pbx.pk, "stop_listening", arguments, by=by)
    return given or send_command(pbx.pk, "stop_listening", arguments, by=by, account_id=row.account_id, now=now)


@transaction.atomic(savepoint=False)
def end_all_at(pbx_id: int, *, now: datetime) -> None:
    """A PBX is not linked any more, so that no end of listening will ever be heard from it."""
    rows = list(Listening.objects.select_for_update(of=("self",)).filter(command__pbx_id=pbx_id, ended_at=None))
    Listening.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now)
    _tell(rows, now)


def forget_listenings(*, before: datetime) -> int:
    """Deletes what ended before this moment: who listened when stands in the audit log. Returns how many."""
    return Listening.objects.filter(ended_at__lt=before).delete()[0]


def _tell(rows: Sequence[Listening], now: datetime) -> None:
    changes = [Change("listening", "changed", str(row.pk), row.account_id) for row in rows]
    # Where the agent is not to know, nothing travels to their desk.
    told = [row for row in rows if row.is_shown and row.began_at is not None]
    changes += [Change(f"agent:{row.agent_id}", "told") for row in told if row.agent_id is not None]
    publish(changes, now=now)
