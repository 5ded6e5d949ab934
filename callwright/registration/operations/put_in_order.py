"""The order in which categories and topics are offered (REG-1)."""

from collections.abc import Collection, Sequence

from django.db import connection, transaction

from callwright.registration.models import Category, Topic

_ORDER = """
    UPDATE {table} SET position = o.place
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS o (id, place)
    WHERE {table}.id = o.id AND {table}.id = ANY(%s::bigint[])
"""


@transaction.atomic
def order_categories(ids: Sequence[int], *, allowed: Collection[int]) -> None:
    """Puts the categories in this order. Only those of `allowed` move; those that are not named stay where they are."""
    _put(Category._meta.db_table, ids, allowed)


@transaction.atomic
def order_topics(ids: Sequence[int], *, category_id: int) -> None:
    """Puts the topics of a category, or those under one of them, in this order; ids of other categories are ignored."""
    mine = Topic.objects.filter(category_id=category_id, pk__in=ids).values_list("pk", flat=True)
    _put(Topic._meta.db_table, ids, list(mine))


def _put(table: str, ids: Sequence[int], allowed: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ORDER.format(table=table), [list(ids), list(allowed)])
