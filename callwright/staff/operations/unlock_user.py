"""Lets someone try again who was locked out after too many wrong passwords."""

from axes.utils import reset


def unlock_user(*, username: str) -> int:
    """Forget the failed attempts of a user name at every address; returns how many were on record."""
    return int(reset(username=username))
