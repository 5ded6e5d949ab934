"""The links of screens: whom a token lets in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from callwright.floor.models import Screen, WrongToken
from callwright.floor.rules import WRONG_TOKENS, WRONG_TOKENS_S


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


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def screen_of(token: str, *, now: datetime) -> OpenScreen | None:
    """The screen whose link has this token, while it is neither withdrawn nor expired; one query."""
    if not token or len(token) > 200:
        return None
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    row = Screen.objects.filter(valid, token_sha256=digest_of(token), revoked_at=None).values_list(
        "pk", "wallboard_id", "name", "wallboard__name", "wallboard__language", "wallboard__time_zone",
        "wallboard__theme", "expires_at", "last_seen_at",
    ).first()  # fmt: skip
    return OpenScreen(*row) if row else None


def tried_too_often(address: str, *, now: datetime) -> bool:
    """Whether so many wrong tokens came from this address that no more are looked at for some minutes."""
    since = now - timedelta(seconds=WRONG_TOKENS_S)
    return WrongToken.objects.filter(address=address, at__gt=since).count() >= WRONG_TOKENS
