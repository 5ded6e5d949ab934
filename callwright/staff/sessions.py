"""Who asks, read by one plain statement: every request asks it, and building a query costs more than running it.

What a session holds and when it ends is Django's own, and that it proves itself against the user's password, role and
permission to log in (`User._get_session_auth_hash`). Nothing is taken from memory that the database does not say again
each time: remembered is only whose a session was, to read that user with it, and what its text says.
"""

from copy import deepcopy
from functools import cache
from typing import Any, cast

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from callwright.staff.models import User

BACKEND = "callwright.staff.sessions.SessionUsers"
"""What a login names as its backend: whence the session's user comes."""

_MOST_REMEMBERED = 5_000
_remembered: dict[str, tuple[str, dict[str, Any]]] = {}
"""What sessions said last, by key: the text in the database, and what it means."""


class SessionStore(DatabaseStore):
    """Django's sessions in the database; `read_along` is the user that was read with the session, if any."""

    read_along: User | None = None

    def load(self) -> dict[str, Any]:
        key = self.session_key
        text, known = _remembered.get(key or "", ("", {}))
        columns, statement = _session_statement()
        with connection.cursor() as cursor:
            cursor.execute(statement, [known.get(SESSION_KEY), key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None  # a key that is not ours is never taken over
            return {}
        if row[0] != text:
            known = dict(self.decode(row[0]))
            _remember(key, row[0], known)
        if row[1] is not None:
            self.read_along = User.from_db(connection.alias, columns, row[1:])
        return deepcopy(known)


def _remember(key: str | None, text: str, meaning: dict[str, Any]) -> None:
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    if key is not None:
        _remembered[key] = text, meaning


class SessionUsers(BaseBackend):
    """Knows the users of sessions; passwords are another backend's matter."""

    def get_user(self, user_id: int) -> User | None:
        """The user while they may log in. One query."""
        columns, statement = _user_statement()
        with connection.cursor() as cursor:
            cursor.execute(statement, [user_id])
            row = cursor.fetchone()
        return None if row is None else User.from_db(connection.alias, columns, row)


class SessionUserMiddleware(AuthenticationMiddleware):
    """Django's own, but that the user may have been read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(lambda: user_of(request)))


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """The user of the request's session: one query when this process has seen the session before, else two."""
    session = cast(SessionStore, request.session)
    if session.get(BACKEND_SESSION_KEY) == BACKEND:
        user = session.read_along
        if (
            user is not None
            and session.get(SESSION_KEY) == str(user.pk)
            and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        ):
            return user
    return get_user(request)  # what is wrong with it, or with a secret of before, Django finds out


@cache
def _user_statement() -> tuple[list[str], str]:
    columns = [field.attname for field in User._meta.concrete_fields]
    return columns, f"SELECT {', '.join(columns)} FROM {User._meta.db_table} WHERE id = %s AND is_active"  # noqa: S608 - names of ours


@cache
def _session_statement() -> tuple[list[str], str]:
    columns, _ = _user_statement()
    statement = f"""
        SELECT s.session_data, {", ".join(f"u.{one}" for one in columns)}
        FROM django_session s LEFT JOIN {User._meta.db_table} u ON u.id = %s::bigint AND u.is_active
        WHERE s.session_key = %s AND s.expire_date > %s
    """  # noqa: S608 - names of ours
    return columns, statement
