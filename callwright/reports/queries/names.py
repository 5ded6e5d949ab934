"""The names of what rows stand for, and what a report can be narrowed to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.queries.choosing import AccountChooser
from callwright.calls.queries.screen import choices_for
from callwright.reports.labels import fixed_label
from callwright.staff.queries.rights import Viewer, visible_account_ids

_NAMES = {
    "account": "SELECT id, name, '' FROM accounts_account WHERE id = ANY(%s)",
    "queue": "SELECT id, coalesce(nullif(label, ''), name), '' FROM telephony_queue WHERE id = ANY(%s)",
    "user": "SELECT id, name, '' FROM staff_user WHERE id = ANY(%s) AND role <> 'customer'",
    "category": "SELECT id, name, '' FROM contacts_category WHERE id = ANY(%s)",
    "topic": """SELECT t.id, coalesce(above.name || ' › ', '') || t.name, c.name
        FROM registration_topic t JOIN registration_category c ON c.id = t.category_id
        LEFT JOIN registration_topic above ON above.id = t.parent_id WHERE t.id = ANY(%s)""",
    "pause": "SELECT id, label, '' FROM staff_pausereason WHERE id = ANY(%s)",
}


def names_of(what: str, ids: Iterable[str | int]) -> dict[str, tuple[str, str]]:
    """The name of each (by its id as a text), and under which heading it stands ("" for none); one query."""
    wanted = sorted({int(one) for one in ids if one})
    if not wanted or what not in _NAMES:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES[what], [wanted])
        return {str(id): (name, folder) for id, name, folder in cursor.fetchall()}


_TOPIC_IS_SEEN = """
    (NOT EXISTS (SELECT FROM registration_category_accounts x WHERE x.category_id = t.category_id)
     OR EXISTS (SELECT FROM registration_category_accounts x
                WHERE x.category_id = t.category_id AND x.account_id = ANY(%(accounts)s::bigint[])))
"""
_IS_SEEN = {
    "account": "SELECT %(id)s = ANY(%(accounts)s::bigint[])",
    "queue": """SELECT EXISTS (SELECT FROM telephony_queue
        WHERE id = %(id)s AND (account_id IS NULL OR account_id = ANY(%(accounts)s::bigint[])))""",
    "user": """SELECT EXISTS (SELECT FROM staff_user u WHERE u.id = %(id)s AND (u.all_accounts OR EXISTS (
        SELECT FROM staff_accountright r WHERE r.user_id = u.id AND r.account_id = ANY(%(accounts)s::bigint[]))))""",
    "topic": f"SELECT EXISTS (SELECT FROM registration_topic t WHERE t.id = %(id)s AND {_TOPIC_IS_SEEN})",  # noqa: S608
}


def name_for(viewer: Viewer, what: str, id: int) -> str:
    """What one thing that a report is narrowed to is called; its number where the viewer may not know its name."""
    if (fixed := fixed_label(what, str(id))) is not None:
        return fixed
    found = names_of(what, [id]).get(str(id)) if _is_seen(viewer, what, id) else None
    return found[0] if found else f"#{id}"


def _is_seen(viewer: Viewer, what: str, id: int) -> bool:
    allowed = visible_account_ids(viewer)
    if allowed is None or what not in _IS_SEEN:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_IS_SEEN[what], {"id": id, "accounts": sorted(allowed)})
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report can be narrowed to: (id, name) each; topics under the heading of their category."""

    accounts: AccountChooser
    queues: list[tuple[int, str]]
    users: list[tuple[int, str]]
    categories: list[tuple[int, str]]
    topics: list[tuple[int, str, str]]


_TOPICS = f"""
    SELECT t.id, coalesce(above.name || ' › ', '') || t.name, c.name
    FROM registration_topic t JOIN registration_category c ON c.id = t.category_id
    LEFT JOIN registration_topic above ON above.id = t.parent_id
    WHERE %(all)s OR {_TOPIC_IS_SEEN}
    ORDER BY c.position, c.id, coalesce(above.position, t.position), coalesce(above.id, t.id), above.id NULLS FIRST,
             t.position, t.id
"""  # noqa: S608 (a text from above)


def choices_of(viewer: Viewer, *, account_id: int | None, with_topics: bool) -> Choices:
    """What the viewer may choose; `account_id` is chosen now."""
    known = choices_for(viewer, account_id=account_id)
    topics: list[tuple[int, str, str]] = []
    if with_topics:
        allowed = visible_account_ids(viewer)
        with connection.cursor() as cursor:
            cursor.execute(_TOPICS, {"all": allowed is None, "accounts": sorted(allowed or ())})
            topics = cursor.fetchall()
    categories = [(one.id, one.name) for one in known.categories]
    return Choices(known.accounts, known.queues, known.employees, categories, topics)


def zones_of(viewer: Viewer) -> list[str]:
    """The time zones of the accounts that the viewer sees."""
    return sorted(set(visible_accounts(viewer).order_by().values_list("time_zone", flat=True).distinct()))
