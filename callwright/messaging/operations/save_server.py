"""Sets up the server that takes our mail, and the senders of accounts."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import idna
from django.db import transaction

from callwright.kit.sealing import seal
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish
from callwright.messaging.models import AccountSender, MailServer, Security
from callwright.messaging.operations.server_state import PURPOSE
from callwright.messaging.rules import AddressRefused, clean_address
from callwright.staff.operations.record_audit import record_audit

_LETTERS: Final = re.compile(r"[A-Za-z0-9._-]+")


class ServerRefused(Exception):
    """Cannot be saved; `field` and `reason` (unknown, not_a_host, not_an_email, not_an_address, password_again) say
    why.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """As given by an administrator; an empty `password` keeps the stored one, `forget_password` removes it."""

    host: str
    from_address: str
    port: int = 587
    security: str = "starttls"
    verify_certificate: bool = True
    username: str = ""
    password: str = ""
    forget_password: bool = False
    from_name: str = ""
    public_url: str = ""
    kept_days: int = 90
    enabled: bool = True


@transaction.atomic
def save_server(*, given: ServerSettings, by: int | None, now: datetime) -> None:
    """Store the settings; the next message uses them at once. Raises ServerRefused."""
    known, _made = MailServer.objects.select_for_update().get_or_create(pk=1)
    host, username = _host(given.host), clean_line(given.username)
    if given.security not in Security.values:
        raise ServerRefused("security", "unknown")
    stored = bool(known.sealed_password) and not given.forget_password
    elsewhere = (host, given.port, given.security, given.verify_certificate) != (
        known.host, known.port, known.security, known.verify_certificate,
    )  # fmt: skip
    if stored and not given.password and elsewhere and username:
        # Whoever may change the address must not learn the password by sending it to a server of their own.
        raise ServerRefused("password", "password_again")
    if given.enabled and not known.enabled:
        known.enabled_at = now
    if given.password or not stored or not username:
        known.sealed_password = seal(given.password if username else "", purpose=PURPOSE)
    known.host, known.port, known.security, known.username = host, given.port, given.security, username
    known.verify_certificate, known.enabled, known.kept_days = given.verify_certificate, given.enabled, given.kept_days
    known.from_address = _address("from_address", given.from_address)
    known.from_name, known.public_url = clean_line(given.from_name)[:200], _url(given.public_url)
    known.failures, known.problem, known.answer = 0, "", ""
    known.down_since = known.down_at = known.retry_at = None
    known.save()
    record_audit(action="mail_server_changed", subject="mail_server:1", by=by, detail={"host": host}, now=now)
    publish([Change("outbox", "server")], now=now)


@transaction.atomic
def save_sender(*, account_id: int, from_name: str, reply_to: str, now: datetime) -> None:
    """Under which name an account's mail goes out and where answers go; both empty: as the organisation's.

    Raises ServerRefused.
    """
    address = _address("reply_to", reply_to) if reply_to.strip() else ""
    name = clean_line(from_name)[:200]
    if name or address:
        AccountSender.objects.update_or_create(account_id=account_id, defaults={"from_name": name, "reply_to": address})
    else:
        AccountSender.objects.filter(account_id=account_id).delete()


def _host(text: str) -> str:
    text = text.strip().rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        text = text if text.isascii() else idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        raise ServerRefused("host", "not_a_host") from None
    if not _LETTERS.fullmatch(text) or len(text) > 200:
        raise ServerRefused("host", "not_a_host")
    return text


def _address(field: str, text: str) -> str:
    try:
        return clean_address(text)
    except AddressRefused:
        raise ServerRefused(field, "not_an_email") from None


def _url(text: str) -> str:
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        known = parts.hostname and parts.port != 0
    except ValueError:
        raise ServerRefused("public_url", "not_an_address") from None
    if text and (not known or parts.scheme not in ("http", "https") or parts.query or parts.fragment or "@" in text):
        raise ServerRefused("public_url", "not_an_address")
    if any(c <= " " or c in "<>\"'\\" for c in text) or len(text) > 200:
        raise ServerRefused("public_url", "not_an_address")
    return text
