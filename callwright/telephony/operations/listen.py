"""A supervisor listens in on an agent's call, whispers to the agent, or joins in; the link carries it out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.telephony.events import ListeningEnded
from callwright.telephony.models import Listening
from callwright.telephony.operations.send_command import Finished, send_command
from callwright.telephony.queries.listening import LONGEST


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
    if Listening.objects.filter(by_id=by, ended_at=None, asked_at__gt=now - LONGEST).exists():
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
        row.began_at = now
    elif row.ended_at is None:
        row.ended_at = now
    row.save(update_fields=["began_at", "ended_at"])
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


def _tell(rows: Sequence[Listening], now: datetime) -> None:
    changes = [Change("listening", "changed", str(row.pk), row.account_id) for row in rows]
    # Where the agent is not to know, nothing travels to their desk.
    told = [row for row in rows if row.is_shown and row.began_at is not None]
    changes += [Change(f"agent:{row.agent_id}", "told") for row in told if row.agent_id is not None]
    publish(changes, now=now)
