"""Keeps what the PBX says of its queues: who is a member, who is paused, how many callers wait."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from callwright.live.operations.publish import Change, publish
from callwright.telephony.events import AgentStateChanged, QueueChanged
from callwright.telephony.models import Pbx, Queue, QueueMember


@dataclass(frozen=True, slots=True)
class Membership:
    """An extension over all queues of its PBX."""

    pbx_id: int
    extension: str
    in_queues: int
    paused_in: int
    reason: str


@transaction.atomic
def note_member(event: AgentStateChanged) -> Membership:
    """Store a queue member's state unless a newer one is known; returns how the extension now stands in all queues.

    Raises Pbx.DoesNotExist.
    """
    pbx = Pbx.objects.get(slug=event.pbx)
    queue, _made = Queue.objects.get_or_create(pbx=pbx, name=event.queue)
    known = QueueMember.objects.select_for_update().filter(queue=queue, extension=event.extension).first()
    if known is None or known.at <= event.at:
        if not event.logged_in:
            QueueMember.objects.filter(queue=queue, extension=event.extension).delete()
        else:
            state = {"paused": event.paused, "reason": event.reason[:80], "at": event.at}
            QueueMember.objects.update_or_create(queue=queue, extension=event.extension, defaults=state)
    return membership(pbx.pk, event.extension)


def membership(pbx_id: int, extension: str) -> Membership:
    members = QueueMember.objects.filter(queue__pbx_id=pbx_id, extension=extension)
    counted = members.aggregate(all=Count("pk"), paused=Count("pk", filter=Q(paused=True)))
    reason = members.filter(paused=True).order_by("-at").values_list("reason", flat=True).first()
    return Membership(pbx_id, extension, counted["all"], counted["paused"], reason or "")


@transaction.atomic
def note_waiting(event: QueueChanged, *, now: datetime) -> None:
    """Store how many callers wait in a queue, and tell open pages when it changed. Raises Pbx.DoesNotExist."""
    pbx = Pbx.objects.get(slug=event.pbx)
    queue, _made = Queue.objects.get_or_create(pbx=pbx, name=event.queue)
    if Queue.objects.filter(pk=queue.pk).exclude(waiting=event.waiting).update(waiting=event.waiting):
        data = {"waiting": event.waiting}
        # For who watches all queues and for the desks that serve this one; a customer's only for who may see it.
        topics = ("queues", f"queue:{queue.pk}")
        publish([Change(topic, "waiting", str(queue.pk), queue.account_id, data) for topic in topics], now=now)
