"""Numbers of erased persons as keyed digests: enough to know one again that is told, not enough to read it."""

from hashlib import sha256

from django.utils.crypto import salted_hmac


def digest_key() -> str:
    """The key of this installation; it follows from the secret key, and does not stand in the database."""
    return salted_hmac("callwright.calls.erased_numbers", "digests", algorithm="sha256").hexdigest()


def digest_of(key: str, account_id: int, number: str) -> bytes:
    """The digest of a number of an account. The statement in `forget_erased` works out the same."""
    return sha256(f"{key}:{account_id}:{number}".encode()).digest()
