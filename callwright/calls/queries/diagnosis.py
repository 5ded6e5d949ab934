"""What the calls of a PBX of the last days tell of its link: numbers that never come, ends that are never seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from callwright.calls.models import Call
from callwright.kit.identity import uuid7_floor

_LOOK_BACK = timedelta(days=3)
_LONG = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Counts of a PBX's calls of the last three days; `endless`: live for more than six hours."""

    calls: int
    inbound: int
    without_number: int
    without_legs: int
    outside: int
    endless: int


def traffic_of(pbx_id: int, now: datetime) -> Traffic:
    calls = Call.objects.filter(pbx_id=pbx_id, id__gte=uuid7_floor(now - _LOOK_BACK))
    inbound, ended = Q(direction="inbound"), Q(ended_at__isnull=False)
    # answered calls that went past no phone are menus and mailboxes; answered ones without a leg are deaf links
    counts = calls.aggregate(
        calls=Count("id"),
        inbound=Count("id", filter=inbound),
        without_number=Count("id", filter=inbound & Q(from_received="")),
        without_legs=Count("id", filter=inbound & ended & Q(rung=[]) & Q(status__in=["answered", "missed"])),
        outside=Count("id", filter=~Q(direction="internal")),
        endless=Count("id", filter=Q(ended_at=None, started_at__lt=now - _LONG)),
    )
    return Traffic(**counts)
