"""Takes queues out again of which a PBX's records spoke, and nobody else."""

from collections.abc import Collection

from django.db import IntegrityError, connection, transaction

from callwright.telephony.models import Queue


def untouched_queues(*, pbx_id: int, first: int) -> list[int]:
    """The queues of a PBX with the number `first` or a later one that nobody has set up and that have no members."""
    found = Queue.objects.filter(
        pbx_id=pbx_id, pk__gte=first, label="", account=None, call_back_within_s=None, waiting=0, members=None,
        wrap_up_s=Queue._meta.get_field("wrap_up_s").default,
    )  # fmt: skip
    return list(found.values_list("pk", flat=True))


def remove_queues(ids: Collection[int]) -> int:
    """Removes them, but those for which a rule stands; returns how many. In the caller's transaction, and where no call
    is in one of them.
    """
    removed = 0
    for id in ids:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Not Queue.delete(): it would take rules with it.
                cursor.execute("DELETE FROM telephony_queue WHERE id = %s", [id])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                removed += 1
        except IntegrityError:
            continue
    return removed
