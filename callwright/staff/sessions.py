"""Who asks, read with one plain statement each: every request asks it, and building a query costs more than running it.

Both are Django's own in all else: what a session holds and when it ends, and that a session proves itself against the
user's password, role and permission to log in (`User._get_session_auth_hash`).
"""

from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from callwright.staff.models import User

BACKEND = "callwright.staff.sessions.SessionUsers"
"""What a login names as its backend: whence the session's user comes."""

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Django's sessions in the database."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None  # a key that is not ours is never taken over
            return {}
        return dict(self.decode(row[0]))


class SessionUsers(BaseBackend):
    """Knows the users of sessions; passwords are another backend's matter."""

    def get_user(self, user_id: int) -> User | None:
        """The user while they may log in. One query."""
        columns, statement = _user_statement()
        with connection.cursor() as cursor:
            cursor.execute(statement, [user_id])
            row = cursor.fetchone()
        return None if row is None else User.from_db(connection.alias, columns, row)


@cache
def _user_statement() -> tuple[list[str], str]:
    columns = [field.attname for field in User._meta.concrete_fields]
    return columns, f"SELECT {', '.join(columns)} FROM {User._meta.db_table} WHERE id = %s AND is_active"  # noqa: S608 - names of ours
