"""The order in which categories and topics are offered (REG-1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from callwright.registration.models import Category
from callwright.registration.operations.change_offer import changing_offer
from callwright.registration.rules import reordered


def order_categories(ids: Sequence[int], *, allowed: QuerySet[Category], now: datetime) -> None:
    """Puts the categories in this order. Those that are not `allowed` or not named keep their places in the list."""
    with changing_offer(now=now):
        mine = set(allowed.values_list("pk", flat=True))
        put_in_order(Category.objects.all(), [one for one in ids if one in mine])


def put_in_order(rows: QuerySet[Any], ids: Sequence[int]) -> None:
    """Numbers the rows anew, with `ids` in this order among them. Only for whoever holds what is offered."""
    known = {row.pk: row for row in rows.order_by("position", "pk")}
    moved = []
    for position, id in enumerate(reordered(list(known), ids)):
        if known[id].position != position:
            known[id].position = position
            moved.append(known[id])
    rows.model._default_manager.bulk_update(moved, ["position"])
