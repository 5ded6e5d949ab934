"""Tells people of an event: in the app, and by mail to whom that is set up for."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from callwright.kit.identity import uuid7_now
from callwright.live.operations.publish import Change, publish
from callwright.messaging.events import Event, event_of, text_of, title_of
from callwright.messaging.links import absolute_url, checked_path, public_url
from callwright.messaging.models import Notification
from callwright.messaging.operations.send_email import To, queue_email
from callwright.messaging.queries.mailing import MailTo, choices_of, place_of, set_addresses
from callwright.messaging.rules import AddressRefused
from callwright.staff.queries.receivers import Receiver, receivers


@transaction.atomic
def notify(
    *,
    event: str,
    key: str,
    account_id: int | None = None,
    path: str,
    values: Mapping[str, Any] | None = None,
    users: Iterable[int] | None = None,
    now: datetime,
) -> None:
    """Tell of one occurrence of a declared event, at most once per event, `key` and receiver.

    Told are those with the event's right who see the account, or of them only `users`; by mail who chose that, and the
    addresses set for the event. `path` is the page that it is about, `values` plain JSON for the title.
    Raises UnknownEvent, NotOurs (a path that leads elsewhere).
    """
    declared = event_of(event)
    checked_path(path)
    among = None if users is None else frozenset(users)
    people = receivers(right=declared.right, account_id=account_id, among=among)
    chosen = choices_of(event, people) if people else {}
    told = [one for one in people if chosen.get(one.id, (True, False))[0]]
    _tell_in_app(declared, told, key=key, account_id=account_id, path=path, values=dict(values or {}), now=now)
    if declared.by_mail:
        by_mail = [one for one in people if chosen.get(one.id, (True, False))[1]]
        name, language = place_of(account_id)
        to = _by_mail(declared, by_mail, account_id, language)
        _write(declared, to, key=key, account_id=account_id, account=name, path=path, values=values or {}, now=now)


def _tell_in_app(
    event: Event, users: Collection[Receiver], *, key: str, account_id: int | None, path: str, values: dict[str, Any],
    now: datetime,
) -> None:  # fmt: skip
    rows = [
        Notification(
            id=uuid7_now(now), user_id=user.id, account_id=account_id, event=event.code, key=key[:200], path=path,
            values=values, at=now,
        )
        for user in users
    ]  # fmt: skip
    if not rows:
        return
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    added = Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("user_id", "pk")
    publish([Change(f"notifications:{user}", "added", str(row)) for user, row in added], now=now)


def _by_mail(event: Event, users: Iterable[Receiver], account_id: int | None, language: str) -> list[MailTo]:
    """Nobody twice; a person of the house is written to only while they may see what it is about."""
    to = [MailTo(one.email, one.name, one.language or language, one.id) for one in users]
    if not event.personal:
        listed = set_addresses(event.code, account_id)
        wanted = {one.user_id: one.language for one in listed if one.user_id}
        known = receivers(right=event.right, account_id=account_id, among=wanted) if wanted else []
        to += [MailTo(one.email, one.name, wanted[one.id] or one.language or language, one.id) for one in known]
        to += [MailTo(one.email, one.name, one.language or language, None) for one in listed if not one.user_id]
    return list({one.email.lower(): one for one in reversed(to) if one.email}.values())


def _write(
    event: Event, to: Iterable[MailTo], *, key: str, account_id: int | None, account: str, path: str,
    values: Mapping[str, Any], now: datetime,
) -> None:  # fmt: skip
    base = ""
    for one in to:
        base = base or public_url()
        with override(one.language):
            title, text, url = title_of(event, values), text_of(event, values), absolute_url(path, base)
            known = _words(event, one, title=title, text=text, account=account, url=url, base=base)
            plain = "\n\n".join(part for part in (title, text, known["account_line"], url, known["why"]) if part)
            html = render_to_string("messaging/mails/notification.html", known)
            try:
                queue_email(
                    to=To(one.email, one.name), subject=title, text=plain, html=html, language=one.language,
                    key=f"{event.code}:{key}:{one.email.lower()}", account_id=account_id, event=event.code, now=now,
                )  # fmt: skip
            except AddressRefused:  # an address that was stored before it was checked: nobody can be written to there
                continue


def _words(event: Event, to: MailTo, *, title: str, text: str, account: str, url: str, base: str) -> dict[str, str]:
    return {
        "title": title,
        "text": text,
        "account": account,
        "account_line": f"{_('Account')}: {account}" if account else "",
        "url": url,
        "choices_url": base + reverse("messaging:choices") if to.user_id else "",
        "why": _("You get this message because you are told of: %(event)s.") % {"event": event.label},
    }
