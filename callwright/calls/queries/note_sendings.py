"""What was sent of notes, and how notes of an account are to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.models import NoteSending, NoteSettings
from callwright.calls.note_rules import Past


@dataclass(frozen=True, slots=True)
class HowSent:
    """`by_itself`: after the call, unless somebody did it before; `names_agent`: the mail says who took it."""

    by_itself: bool = True
    names_agent: bool = False


def how_sent(account_id: int) -> HowSent:
    """How the account wants its notes; one query."""
    row = NoteSettings.objects.filter(pk=account_id).values_list("by_itself", "names_agent").first()
    return HowSent(*row) if row else HowSent()


def sends_by_itself(account_id: int) -> bool:
    return how_sent(account_id).by_itself


def past_of(account_id: int, note_id: int) -> list[Past]:
    """The sendings of a note that went to anybody of the account, oldest first; one query."""
    sent = NoteSending.objects.filter(account_id=account_id, note_id=note_id)
    return [
        past_in(text, recipients)
        for text, recipients in sent.order_by("version").values_list("text", "recipients")
        if recipients
    ]


def past_in(text: str, recipients: Sequence[dict[str, Any]]) -> Past:
    """A sending as the rules read it."""
    return Past(
        text, {one["email"]: one["state"] for one in recipients},
        perhaps=frozenset(one["email"] for one in recipients if one.get("perhaps")),
        over=frozenset(one["email"] for one in recipients if one.get("is_past")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallOfNote:
    """What a mail says of the call; `caller` as the contact is called, else as the phone system said."""

    account: str
    language: str
    time_zone: str
    home_country: str
    direction: str
    caller: str
    company: str
    number: str
    started_at: datetime


_CALL = """
    SELECT a.name, a.language, a.time_zone, a.home_country, c.direction, coalesce(nullif(k.name, ''), c.from_name, ''),
        coalesce(nullif(f.name, k.name), ''), c.client_number, c.started_at
    FROM calls_call c
    JOIN accounts_account a ON a.id = c.account_id
    LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
    LEFT JOIN contacts_contact f ON f.account_id = k.account_id AND f.id = k.company_id
    WHERE c.account_id = %s AND c.id = %s
"""


def call_of_note(account_id: int, call_id: UUID) -> CallOfNote | None:
    """The call that a note is about; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CALL, [account_id, call_id])
        row = cursor.fetchone()
    return CallOfNote(*row) if row else None
