"""The links of screens: whom a token lets in, and who answers for each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from callwright.floor.models import WrongToken
from callwright.floor.rules import WRONG_TOKENS, WRONG_TOKENS_S
from callwright.staff.rules import roles_with


@dataclass(frozen=True, slots=True)
class OpenScreen:
    id: int
    wallboard_id: int
    name: str
    wallboard: str
    language: str
    time_zone: str
    theme: str
    expires_at: datetime | None
    last_seen_at: datetime | None


# Whoever answers for a link may set up wallboards and sees all that this one shows.
_ANSWERED = """
    u.is_active AND u.role = ANY(%(roles)s) AND (u.all_accounts OR NOT w.all_accounts AND NOT EXISTS (
        SELECT FROM floor_wallboard_accounts a WHERE a.wallboard_id = w.id AND NOT EXISTS (
            SELECT FROM staff_accountright r WHERE r.user_id = u.id AND r.account_id = a.account_id)))
"""
_OPEN = f"""
    SELECT s.id, s.wallboard_id, s.name, w.name, w.language, w.time_zone, w.theme, s.expires_at, s.last_seen_at
    FROM floor_screen s
    JOIN floor_wallboard w ON w.id = s.wallboard_id
    JOIN staff_user u ON u.id = s.answered_by_id
    WHERE s.token_sha256 = %(digest)s AND s.revoked_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %(now)s)
      AND {_ANSWERED}
"""  # noqa: S608 (texts from above)
_UNANSWERED = f"""
    SELECT s.id FROM floor_screen s
    JOIN floor_wallboard w ON w.id = s.wallboard_id
    LEFT JOIN staff_user u ON u.id = s.answered_by_id
    WHERE s.wallboard_id = ANY(%(wallboards)s) AND s.revoked_at IS NULL
      AND (s.expires_at IS NULL OR s.expires_at > %(now)s) AND ({_ANSWERED}) IS NOT TRUE
"""  # noqa: S608 (texts from above)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def screen_of(token: str, *, now: datetime) -> OpenScreen | None:
    """The screen whose link has this token, while it is neither withdrawn nor expired and somebody answers for it; one
    query.
    """
    if not token or len(token) > 200:
        return None
    values: dict[str, Any] = {"digest": digest_of(token), "now": now, "roles": roles_with("set_up_wallboards")}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        row = cursor.fetchone()
    return OpenScreen(*row) if row else None


def unanswered_screens(wallboard_ids: Iterable[int], *, now: datetime) -> frozenset[int]:
    """The links of these wallboards that show nothing because nobody answers for them any more: who did may not see
    all of the wallboard now, or may not log in. One query.
    """
    values: dict[str, Any] = {"wallboards": list(wallboard_ids), "now": now, "roles": roles_with("set_up_wallboards")}
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, values)
        return frozenset(id for (id,) in cursor.fetchall())


def tried_too_often(address: str, *, now: datetime) -> bool:
    """Whether so many wrong tokens came from this address that wrong ones are not even counted for some minutes."""
    since = now - timedelta(seconds=WRONG_TOKENS_S)
    return WrongToken.objects.filter(address=address, at__gt=since).count() >= WRONG_TOKENS
