"""Orders to a PBX: stored by whoever gives them, carried out once by the link, and finished by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q

from callwright.kit.identity import uuid7_of
from callwright.live.operations.publish import Change, publish
from callwright.telephony.models import Command, Pbx

CHANNEL: Final = "callwright_commands"
EXPIRES_AFTER: Final = timedelta(seconds=15)
# An order that was sent and of which nothing more was heard: the link that sent it is gone.
LOST_AFTER: Final = timedelta(seconds=90)

# What each verb must and may say.
VERBS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "originate": (frozenset({"extension", "number", "account_id"}), frozenset({"caller_id"})),
    "hangup": (frozenset({"call"}), frozenset({"leg"})),
    "hold": (frozenset({"call", "leg"}), frozenset()),
    "unhold": (frozenset({"call", "leg"}), frozenset()),
    "blind_transfer": (frozenset({"call", "leg", "to"}), frozenset()),
    "attended_transfer": (frozenset({"call", "leg", "to"}), frozenset()),
    "complete_transfer": (frozenset({"call", "leg"}), frozenset()),
    "cancel_transfer": (frozenset({"call", "leg"}), frozenset()),
    "queue_pause": (frozenset({"extension", "paused", "reason"}), frozenset({"queue"})),
    "pause_recording": (frozenset({"call"}), frozenset({"rule"})),
    "resume_recording": (frozenset({"call"}), frozenset()),
    "answer": (frozenset({"extension"}), frozenset()),
    "listen": (frozenset({"call", "leg", "extension", "agent", "mode"}), frozenset()),
    "stop_listening": (frozenset({"listening"}), frozenset()),
    "take_over": (frozenset({"call", "leg", "extension"}), frozenset({"agent_id", "call_id"})),
}


class CommandRefused(Exception):
    """The order cannot even be given; `code` is worded by `telephony.problems`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an order. `done`, or why not: the code of a refusal with the PBX's own words."""

    id: UUID
    pbx_id: int
    verb: str
    arguments: Mapping[str, Any]
    by: int | None
    done: bool
    refusal: str
    detail: str
    account_id: int | None = None


_listeners: list[Callable[[Finished, datetime], None]] = []


def when_finished(listener: Callable[[Finished, datetime], None]) -> None:
    """Call `listener` in the transaction that finishes an order; for the layers above telephony."""
    if listener not in _listeners:
        _listeners.append(listener)


@transaction.atomic
def send_command(
    pbx_id: int, verb: str, arguments: Mapping[str, Any], *, by: int | None, account_id: int | None, now: datetime
) -> UUID:
    """Store an order and wake the link; returns its id. Raises CommandRefused, and ValueError for a malformed order."""
    needed, allowed = VERBS.get(verb, (None, frozenset()))
    if needed is None or not needed <= arguments.keys() <= needed | allowed:
        raise ValueError(f"not an order: {verb} {sorted(arguments)}")
    pbx = Pbx.objects.get(pk=pbx_id)
    if pbx.kind != Pbx.Kind.ASTERISK:
        raise CommandRefused("no_commands")
    if not pbx.enabled:
        raise CommandRefused("disabled")
    if verb == "answer" and not pbx.simulated:
        raise CommandRefused("not_simulated")
    key = uuid7_of(now, "command", str(uuid4()))
    Command.objects.create(
        id=key, pbx=pbx, verb=verb, arguments=dict(arguments), by_id=by, account_id=account_id, created_at=now
    )
    _notify(CHANNEL, str(key))
    return key


@transaction.atomic
def finish_command(command_id: UUID, *, done: bool, refusal: str = "", detail: str = "", now: datetime) -> None:
    """Write what became of an order; the one who gave it hears of it. A second outcome of the same order is dropped."""
    command = Command.objects.select_for_update().get(pk=command_id)
    if command.finished_at is not None:
        return
    command.state = Command.State.DONE if done else Command.State.REFUSED
    if refusal == "expired":
        command.state = Command.State.EXPIRED
    command.refusal, command.detail, command.finished_at = refusal[:40], detail[:400], now
    command.save(update_fields=["state", "refusal", "detail", "finished_at"])
    finished = Finished(
        command.id, command.pbx_id, command.verb, command.arguments, command.by_id, done, refusal, detail,
        command.account_id,
    )  # fmt: skip
    for listener in _listeners:
        listener(finished, now)
    if command.by_id:
        data = {"verb": command.verb, "state": command.state, "refusal": command.refusal}
        publish([Change(f"command:{command.by_id}", "finished", str(command.id), data=data)], now=now)


def expire_commands(now: datetime) -> int:
    """Give up orders that no link has taken in time, so that nobody's call starts minutes later, and orders of whose
    outcome nothing was heard; returns how many.
    """
    late = Q(state=Command.State.WAITING, created_at__lt=now - EXPIRES_AFTER)
    lost = Q(state=Command.State.SENT, created_at__lt=now - LOST_AFTER)
    ids = list(Command.objects.filter(late | lost, finished_at=None).values_list("pk", flat=True)[:500])
    for command_id in ids:
        finish_command(command_id, done=False, refusal="expired", now=now)
    return len(ids)


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
