"""What a supervisor does from the floor: to an agent's state, and to the call that an agent is in."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction

from callwright.calls.queries.live_now import LiveLeg, live_leg
from callwright.floor.models import Told
from callwright.floor.queries.wallboards import floor_settings
from callwright.floor.rules import MODES
from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.release import release
from callwright.staff.agent_rules import Choice
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now, pause_reasons
from callwright.staff.queries.floor_now import AgentOnFloor, agent_on_floor
from callwright.staff.queries.seats import seat_of
from callwright.telephony.operations.listen import listen
from callwright.telephony.operations.send_command import Finished, send_command
from callwright.telephony.queries.listening import listening_now
from callwright.telephony.queries.orders import order_under_way

CHOICES = ("ready", "paused", "logged_out")


class NoSuchAgent(Exception):
    """None whom the supervisor may watch."""


class NothingToHear(Exception):
    """The agent talks with nobody now, or for an account that the supervisor does not see."""


class NoPhone(Exception):
    """The supervisor sits at no extension, so no phone can ring for them."""


class ClientHeld(Exception):
    """The client is on hold: whoever the agent speaks with meanwhile would be taken over instead."""


class PhoneInUse(Exception):
    """The supervisor's own phone rings, talks or listens: the client would come to a phone that is busy."""


class AnotherPbx(Exception):
    """The supervisor's phone hangs on another PBX than the call."""


@transaction.atomic
def change_agent(*, viewer: Any, agent_id: int, choice: str, reason: str, now: datetime) -> None:
    """Puts an agent into another state; the agent is told by whom. Raises NoSuchAgent, NoReason, NoExtension, and
    ValueError for a state that nobody can choose.
    """
    if choice not in CHOICES:
        raise ValueError(f"nobody can choose {choice}")
    agent = _agent(viewer, agent_id)
    set_state(user_id=agent.user_id, choice=cast(Choice, choice), reason=reason, now=now)
    words = next((one.label for one in pause_reasons() if one.code == reason), "") if choice == "paused" else ""
    detail = {"state": choice, "reason": words}
    tell_agent(agent_id=agent.user_id, act=Told.Act.STATE, detail=detail, by=viewer, now=now)
    record_audit(
        action="agent_state_changed", subject=f"user:{agent.user_id}", by=viewer.pk, detail=detail, now=now
    )  # fmt: skip


@transaction.atomic
def listen_in(*, viewer: Any, agent_id: int, mode: str, call_id: UUID | None = None, now: datetime) -> UUID:
    """Rings the supervisor's phone and lets it hear the agent's call; returns the order's id, whose outcome comes on
    `command:<user>`. `call_id`: the call that is meant, as the agent may be in the next one by now. Raises NoSuchAgent,
    NothingToHear, NoPhone, AnotherPbx, AlreadyListening, CommandRefused.
    """
    if mode not in MODES:
        raise ValueError(f"no way to take part: {mode}")
    _one_at_a_time(viewer)
    agent, leg, extension = _at_call(viewer, agent_id, call_id)
    is_shown = mode != "listen" or floor_settings().show_listening
    return listen(
        pbx_id=leg.pbx_id, call_key=leg.pbx_key, leg=leg.leg, agent_extension=agent.extension or leg.extension,
        extension=extension, mode=mode, by=viewer.pk, agent_id=agent_id, account_id=leg.account_id,
        call_id=leg.call_id, is_shown=is_shown, now=now,
    )  # fmt: skip


@transaction.atomic
def take_over(*, viewer: Any, agent_id: int, call_id: UUID | None = None, now: datetime) -> UUID:
    """Gives the client of the agent's call (`call_id`, where it is said) to the supervisor's phone; returns the order's
    id. Raises NoSuchAgent, NothingToHear, NoPhone, AnotherPbx, ClientHeld, PhoneInUse, CommandRefused.
    """
    _one_at_a_time(viewer)
    _, leg, extension = _at_call(viewer, agent_id, call_id)
    arguments = {"call": leg.pbx_key, "leg": leg.leg, "extension": extension, "agent_id": agent_id}
    arguments["call_id"] = str(leg.call_id)
    if given := order_under_way(leg.pbx_id, "take_over", arguments, by=viewer.pk):
        return given
    if leg.is_held:
        raise ClientHeld
    if _phone_in_use(viewer, leg.pbx_id, now):
        raise PhoneInUse
    return send_command(leg.pbx_id, "take_over", arguments, by=viewer.pk, account_id=leg.account_id, now=now)


@transaction.atomic
def release_agent(*, viewer: Any, agent_id: int, now: datetime) -> int:
    """Frees an agent from registering the calls that are due; returns of how many. Their panel says who did it. Raises
    NoSuchAgent, AlreadySettled.
    """
    agent = _agent(viewer, agent_id)
    return release(user_id=agent.user_id, call_id=None, by=viewer.pk, now=now)


def note_taken_over(command: Finished, now: datetime) -> None:
    """Once the PBX has done it, the agent whose call went to a supervisor is told so, and the audit log says it."""
    agent_id, call_id = command.arguments.get("agent_id"), command.arguments.get("call_id")
    if command.verb != "take_over" or not command.done or command.by is None or agent_id is None:
        return
    _tell(agent_id, Told.Act.TAKEN_OVER, {}, command.by, now)
    record_audit(
        action="call_taken_over", subject=f"call:{call_id}", by=command.by, account_id=command.account_id, now=now
    )


def tell_agent(*, agent_id: int, act: Told.Act, detail: dict[str, Any], by: Any, now: datetime) -> None:
    """An act that the agent reads on their desk, with who did it; nothing for those who act upon themselves."""
    if by.pk != agent_id:
        _tell(agent_id, act, detail, by.pk, now)


def _tell(agent_id: int, act: Told.Act, detail: dict[str, Any], by: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM staff_user WHERE id = %s", [by])
        row = cursor.fetchone()
    Told.objects.create(user_id=agent_id, act=act, detail=detail, by_id=by, by_name=row[0] if row else "", at=now)
    publish([Change(f"agent:{agent_id}", "told")], now=now)


def _one_at_a_time(viewer: Any) -> None:
    """A double click is one act: the second waits for the first and finds it done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 36))", [f"floor:{viewer.pk}"])


def _agent(viewer: Any, agent_id: int) -> AgentOnFloor:
    agent = agent_on_floor(viewer, agent_id)
    if agent is None:
        raise NoSuchAgent
    return agent


def _phone_in_use(viewer: Any, pbx_id: int, now: datetime) -> bool:
    listens = any(one.by_id == viewer.pk and one.pbx_id == pbx_id for one in listening_now(now=now))
    return listens or agent_now(viewer.pk).state in ("ringing", "talking")


def _at_call(viewer: Any, agent_id: int, meant: UUID | None) -> tuple[AgentOnFloor, LiveLeg, str]:
    """The agent, their part in the call that they talk in, and the supervisor's own extension."""
    agent = _agent(viewer, agent_id)
    call_id = agent.call_id if agent.state == "talking" and agent_id != viewer.pk else None
    leg = live_leg(viewer, call_id=call_id, agent_id=agent_id) if call_id else None
    if leg is None or meant not in (None, leg.call_id):
        raise NothingToHear
    seat = seat_of(viewer.pk)
    if seat is None:
        raise NoPhone
    if seat.pbx_id != leg.pbx_id:
        raise AnotherPbx
    return agent, leg, seat.number
