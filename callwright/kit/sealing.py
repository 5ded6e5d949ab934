"""Secrets that the product must be able to read again (passwords of other servers), sealed with a key of its own."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class CannotUnseal(ValueError):
    """It was sealed with another SECRET_KEY, or for another purpose, or was changed."""


def seal(secret: str, *, purpose: str) -> str:
    """The secret as it is stored; empty for an empty one."""
    return _fernet(purpose).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, *, purpose: str) -> str:
    """The secret as it was given. Raises CannotUnseal."""
    if not sealed:
        return ""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotUnseal from error


def _fernet(purpose: str) -> Fernet:
    # Each purpose has a key of its own, so that what was sealed for one cannot be passed off as another's.
    key = hmac.digest(settings.SECRET_KEY.encode(), f"callwright.kit.sealing:{purpose}".encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
