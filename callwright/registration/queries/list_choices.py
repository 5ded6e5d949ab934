"""What the filters of the lists offer, and the names of what an address names by id."""

from dataclasses import dataclass

from django.db import connection

from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """A category with its topics as (id, name), "above: topic" where it is nested; retired ones stand last."""

    id: int
    name: str
    topics: tuple[tuple[int, str], ...]


_TOPICS = """
    SELECT g.id, g.name, t.id, CASE WHEN above.id IS NULL THEN t.name ELSE above.name || ': ' || t.name END
    FROM registration_category g
    LEFT JOIN registration_topic t ON t.category_id = g.id
    LEFT JOIN registration_topic above ON above.id = t.parent_id
    WHERE %(all)s OR NOT EXISTS (SELECT FROM registration_category_accounts x WHERE x.category_id = g.id)
        OR EXISTS (SELECT FROM registration_category_accounts x
            WHERE x.category_id = g.id AND x.account_id = ANY(%(accounts)s::bigint[]))
    ORDER BY g.retired_at IS NOT NULL, g.position, g.id, t.retired_at IS NOT NULL,
        coalesce(above.position, t.position), coalesce(above.id, t.id), above.id IS NOT NULL, t.position, t.id
"""


def topic_groups(viewer: Viewer) -> list[TopicGroup]:
    """All categories of all accounts and of those that the viewer sees; one query besides the rights."""
    allowed = visible_account_ids(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_TOPICS, {"all": allowed is None, "accounts": sorted(allowed or ())})
        rows = cursor.fetchall()
    found: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for category, name, topic, words in rows:
        _name, topics = found.setdefault(category, (name, []))
        if topic is not None:
            topics.append((topic, words))
    return [TopicGroup(id, name, tuple(topics)) for id, (name, topics) in found.items()]
