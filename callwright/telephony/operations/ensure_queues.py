"""Makes the queues that a PBX speaks of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from callwright.telephony.models import Queue


@dataclass(frozen=True, slots=True)
class QueueFacts:
    id: int
    name: str
    account_id: int | None


def ensure_queues(*, pbx_id: int, names: Iterable[str]) -> dict[str, QueueFacts]:
    """The queues of a PBX by name; those not yet known are made."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    found = _known(pbx_id, wanted)
    if missing := wanted - found.keys():
        Queue.objects.bulk_create([Queue(pbx_id=pbx_id, name=name) for name in sorted(missing)], ignore_conflicts=True)
        found = _known(pbx_id, wanted)
    return found


def _known(pbx_id: int, names: Collection[str]) -> dict[str, QueueFacts]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, account_id FROM telephony_queue WHERE pbx_id = %s AND name = ANY(%s)",
            [pbx_id, list(names)],
        )
        return {row[1]: QueueFacts(*row) for row in cursor.fetchall()}
