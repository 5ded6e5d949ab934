"""Makes the queues that a PBX speaks of."""

from collections.abc import Iterable

from callwright.telephony.models import Queue


def ensure_queues(*, pbx_id: int, names: Iterable[str]) -> dict[str, Queue]:
    """The queues of a PBX by name; those not yet known are made."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    found = {queue.name: queue for queue in Queue.objects.filter(pbx_id=pbx_id, name__in=wanted)}
    missing = wanted - found.keys()
    if missing:
        Queue.objects.bulk_create([Queue(pbx_id=pbx_id, name=name) for name in sorted(missing)], ignore_conflicts=True)
        found = {queue.name: queue for queue in Queue.objects.filter(pbx_id=pbx_id, name__in=wanted)}
    return found
