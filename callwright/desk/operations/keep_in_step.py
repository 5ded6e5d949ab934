"""Keeps agents and the queues of the PBX in step: joins staff and telephony, which do not know each other."""

from collections.abc import Sequence
from datetime import datetime

from callwright.staff.operations.agent_rows import bring_queues_in_step, out_of_step
from callwright.staff.operations.hear_from_pbx import apply_agent_event, note_order_outcome
from callwright.staff.ports import QueueOrder, connect
from callwright.staff.queries.seats import employees_now, seats_of
from callwright.telephony.events import AgentStateChanged
from callwright.telephony.operations.note_member import note_member
from callwright.telephony.operations.send_command import Finished, send_command, when_finished
from callwright.telephony.queries.link_now import link_is_down
from callwright.telephony.queries.orders import users_with_orders_under_way
from callwright.telephony.queries.queues import members_among, wrap_up_limits


def join_staff_and_telephony() -> None:
    """Called once when the program starts."""
    connect(ordering=_order, limits=wrap_up_limits)
    when_finished(_finished)


def apply_pbx_agent_event(event: AgentStateChanged, *, now: datetime) -> None:
    """The PBX said that a queue member came, left, paused or is back: the employee at that extension follows."""
    member = note_member(event)
    user_id = employees_now(member.pbx_id, [member.extension]).get(member.extension)
    if user_id is not None:
        apply_agent_event(
            user_id=user_id,
            in_queues=member.in_queues,
            paused_in=member.paused_in,
            reason=member.reason,
            listed=event.listed,
            now=now,
        )


def order_again(now: datetime) -> int:
    """Tells PBXs once more how their agents stand where an order was lost (link down, refused, expired); returns how
    many were told. Meant to be called every few seconds: an order that is under way is not repeated.
    """
    waiting = out_of_step()
    seats = seats_of(waiting)
    told = users_with_orders_under_way(waiting, verb="queue_pause", now=now)
    linked = {pbx_id for pbx_id in {seat[0] for seat in seats.values()} if not link_is_down(pbx_id)}
    due = [user_id for user_id in waiting if user_id in seats and seats[user_id][0] in linked and user_id not in told]
    for user_id in due:
        bring_queues_in_step(user_id, now=now)
    return len(due)


def _order(orders: Sequence[QueueOrder], now: datetime) -> frozenset[int]:
    seats = seats_of(order.user_id for order in orders)
    members = members_among(seats.values())
    sent = [order for order in orders if seats.get(order.user_id) in members]
    for order in sent:
        pbx_id, extension = seats[order.user_id]
        arguments = {"extension": extension, "paused": order.paused, "reason": order.reason}
        send_command(pbx_id, "queue_pause", arguments, by=order.user_id, account_id=None, now=now)
    return frozenset(order.user_id for order in sent)


def _finished(command: Finished, now: datetime) -> None:
    if command.verb == "queue_pause" and command.by is not None:
        paused = bool(command.arguments["paused"])
        note_order_outcome(user_id=command.by, paused=paused, done=command.done, problem=command.refusal, now=now)
