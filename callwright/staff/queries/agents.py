"""What agents are doing now: the agent's own state, and the floor for supervisors."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from callwright.staff.models import NO_DESK_OPEN, AgentState, PauseReason, Role, State, User
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class AgentNow:
    """`in_step` False: the PBX has not confirmed the pause or its end; `problem`: the code of why it did not;
    `desk_was_closed`: paused because no desk of theirs was open in a browser.
    """

    user_id: int
    name: str
    extension: str
    state: str
    wanted: str
    reason: str
    since: datetime | None
    until: datetime | None
    call_id: UUID | None
    in_step: bool
    problem: str
    desk_was_closed: bool = False
    due: tuple[str, ...] = ()  # ids of the calls to be registered first; wrap-up has no end until then
    extended: int = 0  # how often more time was taken for this wrap-up

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    label: str


def pause_reasons() -> list[Reason]:
    """The reasons that are offered for a pause, in their order."""
    return [Reason(*row) for row in PauseReason.objects.filter(retired=False).values_list("code", "label")]


def no_desk_reason() -> str:
    """The product's own reason for a pause, in the viewer's language."""
    return str(PauseReason(code=NO_DESK_OPEN))


def all_reasons() -> QuerySet[PauseReason]:
    """Every reason that the organisation worded, in its order, those no longer offered too."""
    return PauseReason.objects.exclude(code=NO_DESK_OPEN).order_by("position", "label", "pk")


def agent_now(user_id: int) -> AgentNow:
    """What one agent is doing; logged out when nothing was ever noted. One query. Raises User.DoesNotExist."""
    return _agent(_with_seat().get(pk=user_id))


_WRAP_UP = """
    SELECT CASE WHEN due = '[]' AND call_id = %s AND until > %s THEN until END, due ? %s
    FROM staff_agentstate WHERE user_id = %s
"""


def wrap_up_of(user_id: int, call_id: UUID, *, now: datetime) -> tuple[datetime | None, bool]:
    """When the agent's wrap-up of this call ends by itself (None when it does not, or they are not in it), and whether
    they must register the call first. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRAP_UP, [call_id, now, str(call_id), user_id])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (None, False)


def due_calls(user_id: int) -> list[UUID]:
    """The calls that the agent must register before anything else."""
    found = AgentState.objects.filter(user_id=user_id).values_list("due", flat=True).first()
    return [UUID(one) for one in found or ()]


def floor(viewer: Viewer) -> list[AgentNow]:
    """All agents whom a supervisor may watch: those who work for an account that the viewer sees."""
    if not may(viewer, "watch_floor"):
        return []
    agents = _with_seat().filter(is_active=True).exclude(role__in=[Role.CUSTOMER, Role.CONTROLLER])
    accounts = visible_account_ids(viewer)
    if accounts is not None:
        shared = User.objects.filter(account_rights__account_id__in=accounts).values("pk")
        agents = agents.filter(pk__in=shared) | agents.filter(all_accounts=True)
    return [_agent(user) for user in agents.order_by("name", "id")]


def _with_seat() -> QuerySet[User]:
    return User.objects.select_related("agent_state", "agent_state__reason").annotate(number=F("extension__number"))


def _agent(user: User) -> AgentNow:
    number = getattr(user, "number", None) or ""
    try:
        now = user.agent_state
    except AgentState.DoesNotExist:
        nothing = State.LOGGED_OUT.value
        return AgentNow(user.pk, user.name, number, nothing, nothing, "", None, None, None, True, "")
    return AgentNow(
        user.pk, user.name, number, now.state, now.wanted, str(now.reason or ""),
        now.since, None if now.due else now.until, now.call_id, now.queue_in_step, now.queue_problem,
        now.wanted == State.PAUSED and now.reason is not None and now.reason.code == NO_DESK_OPEN,
        tuple(now.due), now.extended,
    )  # fmt: skip
