"""To which addresses the mail about an event goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from callwright.staff.queries.receivers import Receiver

_ADDRESSES = """
    SELECT d.user_id, d.email, d.name, d.language FROM messaging_eventaddress d
    WHERE d.event = %(event)s AND d.is_on AND (d.account_id IS NULL OR d.account_id = %(account)s) ORDER BY d.id
"""
_CHOICES = "SELECT user_id, in_app, by_mail FROM messaging_eventchoice WHERE event = %s AND user_id = ANY(%s)"
_PLACE = """
    SELECT coalesce(a.name, ''), coalesce(nullif(a.language, ''), o.language, 'en')
    FROM (SELECT 1) AS one
    LEFT JOIN accounts_organisation o ON o.id = 1 LEFT JOIN accounts_account a ON a.id = %s
"""


@dataclass(frozen=True, slots=True)
class SetAddress:
    """An address set for an event; `user_id` where it is a person of the house."""

    user_id: int | None
    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class MailTo:
    """Someone to write to. `user_id` where they can choose what they are told."""

    email: str
    name: str
    language: str
    user_id: int | None


def set_addresses(event: str, account_id: int | None) -> list[SetAddress]:
    """The addresses that are switched on for an event of an account."""
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES, {"event": event, "account": account_id})
        return [SetAddress(*row) for row in cursor.fetchall()]


def choices_of(event: str, users: Iterable[Receiver]) -> dict[int, tuple[bool, bool]]:
    """What each user chose: in the app, by mail. Who never chose is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, [event, [user.id for user in users]])
        return {user: (in_app, by_mail) for user, in_app, by_mail in cursor.fetchall()}


def place_of(account_id: int | None) -> tuple[str, str]:
    """The account's name, and the language in which to write where nobody chose one."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [account_id])
        name, language = cursor.fetchone()
    return name, language


_SENDER = """
    SELECT coalesce(nullif(s.from_name, ''), ''), coalesce(s.reply_to, '')
    FROM messaging_accountsender s WHERE s.account_id = %s
"""


def sender_of(account_id: int | None) -> tuple[str, str]:
    """Under which name the mail of an account goes out and where answers go; empty for the organisation's own."""
    with connection.cursor() as cursor:
        cursor.execute(_SENDER, [account_id])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else ("", "")
