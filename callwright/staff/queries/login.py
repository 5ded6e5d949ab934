"""Who may try to log in now."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum

from callwright.staff.models import User

MOST_FAILURES_OF_AN_ADDRESS = 60
MOST_FAILURES_OF_A_NAME = 30


def find_username(text: str) -> str:
    """The user name that someone means by a user name in any case, or by an e-mail address that only one user has."""
    text = text.strip()
    if "@" in text:
        owners = User.objects.filter(email__iexact=text, is_active=True).values_list("username", flat=True)[:2]
        if len(owners) == 1:
            return owners[0]
    name = User.objects.filter(username__iexact=text).values_list("username", flat=True).first()
    return name or text.lower()


def locked_until(username: str, address: str) -> datetime | None:
    """Until when this name is locked at this address after its last failure; None when it has not failed."""
    last = AccessAttempt.objects.filter(username=username, ip_address=address).order_by("-attempt_time").first()
    return last.attempt_time + cool_off() if last else None


def is_too_fast(username: str, address: str, *, now: datetime) -> bool:
    """Whether guesses of many names from one address, or of one name from many addresses, have gone too far."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=now - cool_off())

    def failures(**of: str) -> int:
        return recent.filter(**of).aggregate(n=Sum("failures_since_start"))["n"] or 0

    if failures(ip_address=address) >= MOST_FAILURES_OF_AN_ADDRESS:
        return True
    return failures(username=username) >= MOST_FAILURES_OF_A_NAME


def locked_usernames(*, now: datetime) -> frozenset[str]:
    """Names that are locked out somewhere now."""
    attempts = AccessAttempt.objects.filter(
        attempt_time__gte=now - cool_off(), failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    )
    return frozenset(name for name in attempts.values_list("username", flat=True) if name)


def cool_off() -> timedelta:
    return timedelta(hours=settings.AXES_COOLOFF_TIME)
