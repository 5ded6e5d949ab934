"""Addresses of our pages as they stand in mails."""

from urllib.parse import urlsplit

from django.conf import settings

from callwright.messaging.models import MailServer


class NotOurs(ValueError):
    """A path that could lead a reader to another site."""


def checked_path(path: str) -> str:
    """The path of one of our pages. Raises NotOurs."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or any(c <= " " for c in path):
        raise NotOurs(path)
    return path


def public_url() -> str:
    """Where people reach this installation, without a slash at the end.

    In this order: CALLWRIGHT_URL, the address set with the mail server, the first of CALLWRIGHT_ORIGINS, and the first
    of CALLWRIGHT_HOSTS (https when CALLWRIGHT_HTTPS is on).
    """
    stored = "" if settings.PUBLIC_URL else _stored()
    origins = [one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one]
    return next((one.rstrip("/") for one in (settings.PUBLIC_URL, stored, *origins) if one), _by_host())


def _stored() -> str:
    return MailServer.objects.filter(pk=1).values_list("public_url", flat=True).first() or ""


def _by_host() -> str:
    hosts = [one for one in settings.ALLOWED_HOSTS if one != "*"]
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{(hosts or ['localhost'])[0].lstrip('.')}"


def absolute_url(path: str, base: str | None = None) -> str:
    """The address of one of our pages for a mail. Raises NotOurs."""
    return (base or public_url()) + checked_path(path)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or "localhost"
