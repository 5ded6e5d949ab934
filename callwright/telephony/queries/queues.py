"""Queues of the PBXs as other parts may know them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from callwright.telephony.models import Queue, QueueMember


@dataclass(frozen=True, slots=True)
class QueueNow:
    id: int
    name: str
    waiting: int
    paused: bool


def queues_of(pbx_id: int, extension: str) -> list[QueueNow]:
    """The queues in which an extension is a member, with how many callers wait in each."""
    members = QueueMember.objects.filter(queue__pbx_id=pbx_id, extension=extension).select_related("queue")
    ordered = members.order_by("queue__label", "queue__name")
    return [QueueNow(one.queue_id, str(one.queue), one.queue.waiting, one.paused) for one in ordered]


def members_among(extensions: Iterable[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """Those of the extensions (PBX id, number) that are in a queue of a linked Asterisk, which can be told to pause."""
    wanted = set(extensions)
    members = QueueMember.objects.filter(
        queue__pbx_id__in={pbx_id for pbx_id, _ in wanted}, extension__in={number for _, number in wanted},
        queue__pbx__kind="asterisk", queue__pbx__enabled=True,
    )  # fmt: skip
    return frozenset(members.values_list("queue__pbx_id", "extension")) & wanted


def call_back_limits(queue_ids: Iterable[int]) -> dict[int, int]:
    """Within how many seconds each queue wants missed callers called back; those that leave it to the account are
    not among them.
    """
    wanted = sorted(set(queue_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, call_back_within_s FROM telephony_queue WHERE id = ANY(%s) AND call_back_within_s IS NOT NULL",
            [wanted],
        )
        return dict(cursor.fetchall())


def last_queue() -> int:
    """The highest number of a queue; 0 where there is none. Queues that are made later have higher ones."""
    return Queue.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def untouched_queues(*, pbx_id: int, first: int) -> list[int]:
    """The queues of a PBX with the number `first` or a later one that nobody has set up and that have no members."""
    found = Queue.objects.filter(
        pbx_id=pbx_id, pk__gte=first, label="", account=None, call_back_within_s=None, waiting=0, members=None,
        wrap_up_s=Queue._meta.get_field("wrap_up_s").default,
    )  # fmt: skip
    return list(found.values_list("pk", flat=True))
