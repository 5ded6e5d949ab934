"""The AMI actions about queues and their members."""

from typing import TYPE_CHECKING

from callwright.telephony.fake.actions import action, listing, respond
from callwright.telephony.fake.queueing import NOT_IN_USE, LiveQueue, Member
from callwright.telephony.fake.session import Action, Session
from callwright.telephony.fake.wire import lines

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx


def _wanted(pbx: "FakePbx", asked: Action) -> dict[str, LiveQueue]:
    name = asked.get("queue")
    return {n: q for n, q in pbx.exchange.queues.items() if not name or n == name}


def _params(name: str, queue: LiveQueue) -> bytes:
    return lines((
        ("Queue", name), ("Max", "0"), ("Strategy", str(queue.plan.strategy)), ("Calls", str(len(queue.callers))),
        ("Holdtime", "0"), ("TalkTime", "0"), ("Completed", str(queue.completed)),
        ("Abandoned", str(queue.abandoned)), ("ServiceLevel", "0"), ("ServicelevelPerf", "0.0"),
        ("ServicelevelPerf2", "0.0"), ("Weight", "0"),
    ))  # fmt: skip


def _member(pbx: "FakePbx", name: str, member: Member) -> bytes:
    """QueueStatus names two fields otherwise than the events do, and leaves Ringinuse out."""
    renamed = {"MemberName": "Name", "Interface": "Location"}
    fields = member.fields(name, pbx.exchange.member_status(member))
    return lines((renamed.get(key, key), value) for key, value in fields if key != "Ringinuse")


@action("QueueStatus")
def queue_status(pbx: "FakePbx", session: Session, asked: Action) -> None:
    items = []
    only = asked.get("member")
    for name, queue in _wanted(pbx, asked).items():
        items.append(("QueueParams", _params(name, queue)))
        for member in queue.members.values():
            if not only or only == member.interface:
                items.append(("QueueMember", _member(pbx, name, member)))
        for place, entry in enumerate(queue.callers, 1):
            c = entry.channel
            items.append(("QueueEntry", lines((
                ("Queue", name), ("Position", str(place)), ("Channel", c.name), ("Uniqueid", c.uniqueid),
                ("CallerIDNum", c.caller_num or "unknown"), ("CallerIDName", c.caller_name or "unknown"),
                ("ConnectedLineNum", c.connected_num or "unknown"),
                ("ConnectedLineName", c.connected_name or "unknown"),
                ("Wait", str(int(pbx.clock.now - entry.since))), ("Priority", "0"),
            ))))  # fmt: skip
    listing(session, asked, "Queue status will follow", items, "QueueStatusComplete")


@action("QueueSummary")
def queue_summary(pbx: "FakePbx", session: Session, asked: Action) -> None:
    items = []
    for name, queue in _wanted(pbx, asked).items():
        here = [m for m in queue.members.values() if pbx.exchange.member_status(m) != 5]
        free = [m for m in here if not m.paused and pbx.exchange.member_status(m) == NOT_IN_USE]
        longest = max((int(pbx.clock.now - e.since) for e in queue.callers), default=0)
        items.append(("QueueSummary", lines((
            ("Queue", name), ("LoggedIn", str(len(here))), ("Available", str(len(free))),
            ("Callers", str(len(queue.callers))), ("HoldTime", "0"), ("TalkTime", "0"),
            ("LongestHoldTime", str(longest)),
        ))))  # fmt: skip
    listing(session, asked, "Queue summary will follow", items, "QueueSummaryComplete")


def _announce(pbx: "FakePbx", event: str, queue: str, member: Member) -> None:
    body = lines(member.fields(queue, pbx.exchange.member_status(member)))
    pbx.wire.emit(event, "agent", body)


@action("QueuePause", "agent")
def queue_pause(pbx: "FakePbx", session: Session, asked: Action) -> None:
    interface, paused = asked.get("interface"), asked.get("paused")
    if not interface or not paused:
        respond(session, asked, "Error", "Need 'Interface' and 'Paused' parameters.")
        return
    on = paused.lower() in ("true", "yes", "1", "on", "y", "t")
    found = False
    for name, queue in _wanted(pbx, asked).items():
        member = queue.members.get(interface)
        if member is not None:
            found = True
            member.paused, member.reason = on, asked.get("reason") if on else ""
            member.last_pause = int(pbx.clock.now) if on else member.last_pause
            _announce(pbx, "QueueMemberPause", name, member)
    if found:
        respond(session, asked, "Success", f"Interface {'paused' if on else 'unpaused'} successfully")
    else:
        respond(session, asked, "Error", "Interface not found")


@action("QueueAdd", "agent")
def queue_add(pbx: "FakePbx", session: Session, asked: Action) -> None:
    interface, queue = asked.get("interface"), pbx.exchange.queues.get(asked.get("queue"))
    if not asked.get("queue"):
        respond(session, asked, "Error", "'Queue' not specified.")
    elif not interface:
        respond(session, asked, "Error", "'Interface' not specified.")
    elif queue is None:
        respond(session, asked, "Error", "Unable to add interface to queue: No such queue")
    elif interface in queue.members:
        respond(session, asked, "Error", "Unable to add interface: Already there")
    else:
        member = Member(
            interface, asked.get("membername") or interface, int(pbx.clock.now), membership="dynamic",
            penalty=int(asked.get("penalty") or 0), paused=asked.get("paused").lower() in ("true", "yes", "1"),
        )  # fmt: skip
        queue.members[interface] = member
        _announce(pbx, "QueueMemberAdded", queue.plan.name, member)
        respond(session, asked, "Success", "Added interface to queue")


@action("QueueRemove", "agent")
def queue_remove(pbx: "FakePbx", session: Session, asked: Action) -> None:
    interface, queue = asked.get("interface"), pbx.exchange.queues.get(asked.get("queue"))
    if not asked.get("queue") or not interface:
        respond(session, asked, "Error", "Need 'Queue' and 'Interface' parameters.")
    elif queue is None:
        respond(session, asked, "Error", "Unable to remove interface from queue: No such queue")
    elif interface not in queue.members:
        respond(session, asked, "Error", "Unable to remove interface: Not there")
    else:
        _announce(pbx, "QueueMemberRemoved", queue.plan.name, queue.members.pop(interface))
        respond(session, asked, "Success", "Removed interface from queue")
