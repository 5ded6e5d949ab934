"""Orders to PBXs that are on their way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from callwright.kit.identity import uuid7_floor
from callwright.telephony.models import Command

# An order that was refused or lost is not repeated at once: the cause has hardly gone away.
_NOT_SOONER = timedelta(seconds=10)


_UNDER_WAY = (Command.State.WAITING, Command.State.SENT)


def order_under_way(pbx_id: int, verb: str, arguments: Mapping[str, Any], *, by: int | None) -> UUID | None:
    """The order of just this kind that waits or is being carried out; `by` None: given by no employee, but a rule."""
    same = Command.objects.filter(pbx_id=pbx_id, verb=verb, by_id=by, state__in=_UNDER_WAY, arguments=dict(arguments))
    return same.order_by("-created_at").values_list("id", flat=True).first()


@dataclass(frozen=True, slots=True)
class Given:
    """How many times an order was given, and when the last one was."""

    times: int
    last_at: datetime


def orders_given(verb: str, argument: str, values: Iterable[str], *, since: datetime) -> dict[str, Given]:
    """Of this kind since then, whatever became of them, by the value of their argument; one query."""
    of_these = {f"arguments__{argument}__in": list(values)}
    rows = Command.objects.filter(pk__gte=uuid7_floor(since), verb=verb, **of_these)
    found: dict[str, Given] = {}
    for arguments, at in rows.order_by("pk").values_list("arguments", "created_at"):
        value = arguments[argument]
        found[value] = Given(found[value].times + 1 if value in found else 1, at)
    return found


def users_with_orders_under_way(user_ids: Iterable[int], *, verb: str, now: datetime) -> set[int]:
    """Those of the users for whom an order of this kind waits, is being carried out, or was given just now."""
    recent = Command.objects.filter(by_id__in=list(user_ids), verb=verb, created_at__gt=now - timedelta(minutes=5))
    rows = recent.values_list("by_id", "state", "created_at")
    return {
        user_id
        for user_id, state, created_at in rows
        if user_id is not None and (state in _UNDER_WAY or created_at > now - _NOT_SOONER)
    }
