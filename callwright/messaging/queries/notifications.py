"""A user's notifications: only those about what the user may see now, whoever could see it when they were made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.safestring import SafeString

from callwright.messaging.events import codes_for, event_of, title_as_html
from callwright.messaging.models import EventChoice
from callwright.staff.queries.rights import Viewer, account_scope

PAGE = 50
MOST = 99
"""The bell counts up to here."""

_VISIBLE = """
    n.user_id = %(viewer)s AND n.event = ANY(%(events)s) AND (n.account_id IS NULL OR %(all_accounts)s
        OR EXISTS (SELECT FROM staff_accountright r WHERE r.user_id = %(viewer)s AND r.account_id = n.account_id))
"""
_UNREAD = f"""
    SELECT count(*) FROM (
        SELECT FROM messaging_notification n WHERE {_VISIBLE} AND n.read_at IS NULL LIMIT %(most)s
    ) AS unread
"""  # noqa: S608
_ROWS = f"""
    SELECT n.id, n.event, n.path, n.values::text::json, n.at, n.read_at, coalesce(a.name, '')
    FROM messaging_notification n LEFT JOIN accounts_account a ON a.id = n.account_id
    WHERE {_VISIBLE} AND (NOT %(unread)s OR n.read_at IS NULL) AND (%(after)s::uuid IS NULL OR n.id < %(after)s)
    ORDER BY n.id DESC LIMIT %(limit)s
"""  # noqa: S608
_PATH = f"SELECT n.path FROM messaging_notification n WHERE {_VISIBLE} AND n.id = %(id)s"  # noqa: S608


@dataclass(frozen=True, slots=True)
class NotificationRow:
    id: UUID
    title: SafeString
    icon: str
    tone: str
    account: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """Newest first; `next` is the id to go on after."""

    rows: list[NotificationRow]
    next: UUID | None


def unread_count(viewer: Viewer) -> int:
    """How many notifications the viewer has not read, up to one more than `MOST`; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {**_scope(viewer), "most": MOST + 1})
        return int(cursor.fetchone()[0])


def notifications(
    viewer: Viewer, *, after: UUID | None = None, unread: bool = False, limit: int = PAGE
) -> NotificationPage:
    """One page in the active language; one query."""
    known = {**_scope(viewer), "after": after, "unread": unread, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, known)
        found = cursor.fetchall()
    rows = [_row(*row) for row in found[:limit]]
    return NotificationPage(rows, rows[-1].id if len(found) > limit else None)


def path_of(viewer: Viewer, notification_id: UUID) -> str | None:
    """Where the viewer's notification leads; None where there is none that they may see."""
    with connection.cursor() as cursor:
        cursor.execute(_PATH, {**_scope(viewer), "id": notification_id})
        row = cursor.fetchone()
    return row[0] if row else None


def choices_by_event(user_id: int) -> dict[str, tuple[bool, bool]]:
    """What the user chose of each event: in the app, by mail."""
    rows = EventChoice.objects.filter(user_id=user_id).values_list("event", "in_app", "by_mail")
    return {event: (in_app, by_mail) for event, in_app, by_mail in rows}


def _scope(viewer: Viewer) -> dict[str, Any]:
    return {**account_scope(viewer), "events": codes_for(viewer)}


def _row(
    id: UUID, code: str, path: str, values: dict[str, Any], at: datetime, read_at: datetime | None, account: str
) -> NotificationRow:
    event = event_of(code)
    return NotificationRow(
        id, title_as_html(event, values), event.icon, event.tone, account, at, is_read=read_at is not None
    )
