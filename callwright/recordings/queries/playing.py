"""What may be streamed to whom: asked anew at every request of a player."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from callwright.recordings.models import Part
from callwright.staff.queries.rights import may, visible_account_ids


@dataclass(frozen=True, slots=True)
class Playing:
    """A file in the storage, as it is handed out."""

    name: str
    kind: str
    size: int
    seconds: float
    filename: str


def playing(
    session_key: str, part_id: UUID, *, user_id: int, account_id: int, call_id: UUID, download: bool
) -> Playing | None:
    """The file, if the session is still that user's, who may still listen (or download) and see the account."""
    user = _user(session_key)
    if user is None or user.pk != user_id:
        return None
    if not may(user, "download_recordings" if download else "listen_to_recordings"):
        return None
    allowed = visible_account_ids(user)
    if allowed is not None and account_id not in allowed:
        return None
    part = Part.objects.filter(account_id=account_id, call_id=call_id, id=part_id).first()
    if part is None:
        return None
    if download:
        return Playing(part.file, part.kind, part.size, part.seconds, part.filename)
    return Playing(part.playable, part.playable_kind, part.playable_size, part.seconds, "")


def _user(session_key: str) -> Any:
    if not session_key or "\x00" in session_key:
        return None
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    user = engine.user_of(request)
    return user if user.is_authenticated and user.is_active else None
