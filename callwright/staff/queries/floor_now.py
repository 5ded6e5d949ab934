"""Everybody who works now, in one query: for the floor, which works out once what many may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class AgentOnFloor:
    """`reason`: the pause's, with `no_desk` the product's own, to be worded for the reader. `due`: how many calls must
    be registered first. `accounts`: for whom they work, None for all.
    """

    user_id: int
    name: str
    pbx_id: int | None
    extension: str
    state: str
    since: datetime | None
    until: datetime | None
    reason: str
    no_desk: bool
    call_id: UUID | None
    due: int
    accounts: frozenset[int] | None

    def works_for(self, accounts: frozenset[int] | None) -> bool:
        """Whether somebody who sees these accounts (None: all) may know of the agent."""
        return accounts is None or self.accounts is None or not self.accounts.isdisjoint(accounts)


_AGENTS = """
    SELECT u.id, u.name, e.pbx_id, coalesce(e.number, ''), coalesce(s.state, 'logged_out'), s.since, s.until,
        coalesce(r.label, ''), coalesce(r.code = 'no-desk-open', false), s.call_id,
        coalesce(jsonb_array_length(s.due), 0),
        CASE WHEN NOT u.all_accounts THEN ARRAY(
            SELECT account_id FROM staff_accountright WHERE user_id = u.id
        ) END
    FROM staff_user u
    LEFT JOIN staff_extension e ON e.employee_id = u.id
    LEFT JOIN staff_agentstate s ON s.user_id = u.id
    LEFT JOIN staff_pausereason r ON r.id = s.reason_id
    WHERE u.is_active AND u.role NOT IN ('customer', 'controller')
        AND (e.id IS NOT NULL OR coalesce(s.state, 'logged_out') <> 'logged_out')
        AND (%(only)s::bigint IS NULL OR u.id = %(only)s)
    ORDER BY u.name, u.id
"""


def agents_on_floor() -> list[AgentOnFloor]:
    """All who sit at an extension or are in a state other than logged out, by name; one query."""
    return _agents(None)


def agent_on_floor(viewer: Viewer, user_id: int) -> AgentOnFloor | None:
    """One of them, if the viewer watches the floor and works with them; one query besides the rights."""
    if not may(viewer, "watch_floor"):
        return None
    accounts = visible_account_ids(viewer)
    return next((agent for agent in _agents(user_id) if agent.works_for(accounts)), None)


def _agents(only: int | None) -> list[AgentOnFloor]:
    with connection.cursor() as cursor:
        cursor.execute(_AGENTS, {"only": only})
        return [
            AgentOnFloor(*(*columns, None if accounts is None else frozenset(accounts)))
            for *columns, accounts in cursor.fetchall()
        ]
