"""An agent takes more time for writing up the last call (DESK-8)."""

from datetime import datetime

from django.db import transaction

from callwright.staff.agent_rules import after_more_time, after_tick
from callwright.staff.operations.agent_rows import lock_agents, store


class NoWrapUp(Exception):
    """The agent is in no wrap-up that has an end: it is over, or does not end before a call is registered."""


class OftenEnough(Exception):
    """This wrap-up was extended as often as the organisation allows."""


@transaction.atomic
def take_more_time(*, user_id: int, seconds: int, times: int, now: datetime) -> datetime:
    """Wrap-up lasts `seconds` longer, at most `times` times; returns its end. Raises NoWrapUp, OftenEnough."""
    [agent] = lock_agents([user_id], now=now)
    standing = after_tick(agent.standing, now=now)
    if standing.wrap_up_until is None or standing.due or standing.state != "wrap_up":
        raise NoWrapUp
    if standing.extended >= times:
        raise OftenEnough
    agent.standing = after_more_time(standing, seconds)
    store([agent], now=now)
    assert agent.standing.wrap_up_until is not None
    return agent.standing.wrap_up_until
