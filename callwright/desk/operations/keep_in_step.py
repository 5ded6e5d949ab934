"""Keeps agents and the queues of the PBX in step: joins staff and telephony, which do not know each other."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from callwright.registration.operations.demand import demand
from callwright.registration.queries.wrap_ups import wrap_ups
from callwright.staff.agent_rules import QueueWord
from callwright.staff.operations.agent_rows import bring_queues_in_step, hold_agents, out_of_step
from callwright.staff.operations.hear_from_pbx import apply_agent_events, note_order_outcome
from callwright.staff.ports import QueueOrder, connect
from callwright.staff.queries.seats import employees_now, seats_of
from callwright.telephony.events import AgentStateChanged
from callwright.telephony.operations.note_member import note_members
from callwright.telephony.operations.send_command import Finished, send_command, when_finished
from callwright.telephony.queries.link_now import link_is_down
from callwright.telephony.queries.orders import users_with_orders_under_way
from callwright.telephony.queries.pbxs import pbxs_by_slug
from callwright.telephony.queries.queues import members_among

Seats = Mapping[tuple[int, str], int]
"""User id by PBX id and extension."""


def join_staff_and_telephony() -> None:
    """Called once when the program starts."""
    connect(ordering=_order, limits=wrap_ups, demand=demand)
    when_finished(_finished)


def seats_spoken_of(events: Sequence[AgentStateChanged]) -> Seats:
    """Who sits now at the extensions of which the PBX speaks."""
    seats: dict[tuple[int, str], int] = {}
    for pbx in pbxs_by_slug({event.pbx for event in events}).values() if events else ():
        extensions = {event.extension for event in events if event.pbx == pbx.slug}
        seats |= {(pbx.id, ext): user_id for ext, user_id in employees_now(pbx.id, extensions).items()}
    return seats


@transaction.atomic(savepoint=False)
def apply_pbx_agent_events(
    events: Sequence[AgentStateChanged], *, now: datetime, seats: Seats | None = None
) -> None:  # fmt: skip
    """The PBX said that queue members came, left, paused or are back: the employees at those extensions follow.

    Together, save that what a list says of an extension is not mixed with what happened there before or after it.
    `seats`: who sits there, where the caller has asked.
    """
    if not events:
        return
    seats = seats_spoken_of(events) if seats is None else seats
    hold_agents(seats.values())  # of all batches at once, in the order of their ids
    for batch in _alike(events):
        members = note_members(batch)
        listed = {(event.pbx, event.extension): event.listed for event in batch}
        words = {
            user_id: QueueWord(member.in_queues, member.paused_in, member.reason, listed=listed[place])
            for place, member in members.items()
            if (user_id := seats.get((member.pbx_id, member.extension))) is not None
        }
        apply_agent_events(words, now=now)


def _alike(events: Sequence[AgentStateChanged]) -> list[list[AgentStateChanged]]:
    """The events in batches to be applied one after the other: of one extension, none has two words about the same
    queue that differ, nor both how it is listed and what happened there.
    """
    batches: list[list[AgentStateChanged]] = []
    said: dict[tuple[str, str], tuple[int, bool, dict[str, tuple[bool, bool]]]] = {}
    for event in events:
        place, word = (event.pbx, event.extension), (event.paused, event.logged_in)
        number, listed, words = said.get(place, (0, event.listed, {}))
        if listed != event.listed or words.get(event.queue, word) != word:
            number, words = number + 1, {}
        said[place] = (number, event.listed, {**words, event.queue: word})
        if number == len(batches):
            batches.append([])
        batches[number].append(event)
    return batches


def order_again(now: datetime) -> int:
    """Tells PBXs once more how their agents stand where an order was lost (link down, refused, expired); returns how
    many were told. Meant to be called every few seconds: an order that is under way is not repeated.
    """
    waiting = out_of_step()
    seats = seats_of(waiting)
    told = users_with_orders_under_way(waiting, verb="queue_pause", now=now)
    linked = {pbx_id for pbx_id in {seat[0] for seat in seats.values()} if not link_is_down(pbx_id)}
    due = [user_id for user_id in waiting if user_id in seats and seats[user_id][0] in linked and user_id not in told]
    for user_id in due:  # one after the other, so that phones do not wait for all of them
        with transaction.atomic():  # nobody chooses otherwise between the order and what it says
            bring_queues_in_step([user_id], now=now)
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
