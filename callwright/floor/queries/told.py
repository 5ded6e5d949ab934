"""What an agent is to know of supervisors: what was done a short while ago, and who takes part in their call now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callwright.floor.models import Told
from callwright.telephony.queries.listening import ListeningNow, listening_now

SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ToldNow:
    acts: list[Told]
    listening: list[ListeningNow]


def told_now(user_id: int, *, now: datetime) -> ToldNow:
    """The newest first; two queries."""
    unread = Told.objects.filter(user_id=user_id, read_at=None, at__gt=now - SHOWN_FOR).order_by("-at")
    listening = [one for one in listening_now(now=now, agent_id=user_id) if one.is_shown and one.began_at is not None]
    return ToldNow(list(unread[:3]), listening)
