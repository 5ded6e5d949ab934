"""Takes away what was written about a person who is erased (CALL-16)."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import override

from callwright.accounts.queries.accounts import lines_of, organisation
from callwright.messaging.events import all_events
from callwright.messaging.links import public_url
from callwright.messaging.models import Mail
from callwright.messaging.queries.mailing import place_of
from callwright.messaging.rules import holds, pattern_for

# The HTML of a mail says what its text does, in a frame that is the same for all of them.
_MAILS = """
    SELECT m.id FROM messaging_mail m WHERE m.account_id = %(account)s AND (
        EXISTS (SELECT FROM unnest(string_to_array(m.key, ':')) AS part WHERE part = ANY(%(keys)s::text[]))
        OR m.subject ~* ANY(%(patterns)s::text[]) OR m.text ~* ANY(%(patterns)s::text[])
        OR EXISTS (SELECT FROM messaging_mailrecipient r
            WHERE r.mail_id = m.id AND lower(r.address) = ANY(%(texts)s::text[]))
    )
"""
_NOTIFICATIONS = """
    DELETE FROM messaging_notification n WHERE (n.account_id = %(account)s OR n.account_id IS NULL) AND (
        EXISTS (SELECT FROM unnest(string_to_array(n.key, ':')) AS part WHERE part = ANY(%(keys)s::text[]))
        OR EXISTS (SELECT FROM jsonb_each_text(n.values) AS one WHERE one.value ~* ANY(%(patterns)s::text[]))
    )
"""

_TOGETHER = 50


def forget_messages(*, account_id: int, keys: Collection[str], texts: Collection[str]) -> int:
    """Removes notifications and mails of the account that were about the records `keys` (ids of calls), or that hold
    one of `texts` (numbers, a name, addresses) as whole words; returns how many. A text that stands in mails because it
    is the account's own name or number, or a word of ours, tells nothing of the person and is not looked for.
    """
    ours = list(_ours(account_id))
    telling = [text for text in texts if not any(holds(own, text) for own in ours)]
    wanted: dict[str, Any] = {
        "account": account_id, "keys": list(keys), "texts": [text.lower() for text in telling],
        "patterns": _joined(sorted({pattern for text in telling if (pattern := pattern_for(text))})),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFICATIONS, wanted)
        gone = int(cursor.rowcount)
        cursor.execute(_MAILS, wanted)
        ids: list[UUID] = [row[0] for row in cursor.fetchall()]
    return gone + Mail.objects.filter(pk__in=ids).delete()[1].get("messaging.Mail", 0)


def _joined(patterns: Sequence[str]) -> list[str]:
    """Few expressions for many, since the database compiles them anew for each mail where there are many."""
    starts = range(0, len(patterns), _TOGETHER)
    return ["|".join(f"(?:{one})" for one in patterns[start : start + _TOGETHER]) for start in starts]


def _ours(account_id: int) -> Iterator[str]:
    """What stands in messages whomever they are about."""
    yield from (place_of(account_id)[0], organisation().name, public_url())
    for line in lines_of(account_id):
        yield from (line.label, line.number)
    for code, _name in settings.LANGUAGES:
        with override(code):
            for event in all_events():
                yield from (str(event.label), str(event.title), str(event.text))
