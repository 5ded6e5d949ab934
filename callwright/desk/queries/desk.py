"""What stands on the desk around the card: the agent, the queues, today's own calls and the missed ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from callwright.calls.queries.agent_calls import (
    Caller,
    ListedCall,
    last_rung_at,
    missed_calls_to_return,
    open_call_ids,
    own_calls_since,
)
from callwright.desk.models import Dismissal
from callwright.desk.queries.card import WRAP_UP_KEPT
from callwright.staff.queries.agents import due_calls
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class Listed:
    """A call of a list with the name of its contact."""

    call: ListedCall
    contact: Caller | None

    @property
    def name(self) -> str:
        return (self.contact.name if self.contact else "") or self.call.from_name


def open_calls(user_id: int, *, now: datetime) -> list[UUID]:
    """The calls whose cards stand on the desk, oldest first: what must be registered however old. Three queries."""
    due = due_calls(user_id)
    found = open_call_ids(user_id, now=now, ended_after=now - WRAP_UP_KEPT)
    away = put_away(user_id, found)
    return sorted({call_id for call_id in found if call_id not in away} | set(due))


def put_away(user_id: int, call_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the calls whose cards the employee is done with; one that rang at them again since is not. Two
    queries, one when nothing was put away.
    """
    done = dict(Dismissal.objects.filter(user_id=user_id, call_id__in=call_ids).values_list("call_id", "at"))
    rung = last_rung_at(user_id, done) if done else {}
    return {call_id for call_id, at in done.items() if call_id not in rung or rung[call_id] <= at}


def own_calls_today(viewer: Viewer, *, zone: str, now: datetime) -> list[Listed]:
    """What the viewer answered or dialled today (in their zone), newest first."""
    return [Listed(*one) for one in own_calls_since(viewer, since=midnight(zone, now))]


def missed_today(viewer: Viewer, *, zone: str, now: datetime, of_all: bool = False) -> list[Listed]:
    """Today's missed calls that the viewer should return, or `of_all` those that anybody should; newest first."""
    missed = missed_calls_to_return(viewer, since=midnight(zone, now), of_all=of_all)
    return [Listed(*one) for one in missed]


def midnight(zone: str, now: datetime) -> datetime:
    """When today began in `zone`."""
    here = now.astimezone(ZoneInfo(zone))
    return datetime.combine(here.date(), time(), here.tzinfo)
