"""Which message is being sent by whom. Every step is committed before the next word to the server: those of a single
statement by themselves, so none of this may be called in a transaction of somebody else's.

All moments are the database's own: the clocks of workers may differ, and any clock may be set back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from callwright.live.operations.publish import Change, publish
from callwright.messaging.models import Mail, MailRecipient
from callwright.messaging.operations.tell_of_failure import tell_of_failure
from callwright.messaging.ports import tell_fate
from callwright.messaging.rules import Outcome, standing_of

UNTIL_CONTENT_S: Final = 120
CONTENT_S: Final = 360
"""How long a worker may take up to the message itself, and for it: longer than the limits of `smtp`."""

_LONGEST_S = max(UNTIL_CONTENT_S, CONTENT_S) + 60
_DUE = "state = 'waiting' AND (due_at IS NULL OR due_at <= clock_timestamp())"
_ANY_DUE = f"SELECT EXISTS (SELECT FROM messaging_mail WHERE {_DUE})"  # noqa: S608
_TAKE = f"""
    WITH due AS (
        SELECT id FROM messaging_mail WHERE {_DUE}
        ORDER BY due_at NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE messaging_mail m
        SET state = 'sending', lease = %(lease)s, tries = tries + 1, data_at = NULL, changed_at = clock_timestamp(),
            leased_until = clock_timestamp() + make_interval(secs => %(seconds)s),
            message_id = coalesce(nullif(message_id, ''), '<' || m.id || '@' || %(domain)s || '>')
        FROM due WHERE m.id = due.id RETURNING m.id
    ), noted AS (
        INSERT INTO messaging_mailattempt (mail_id, lease, begun_at, outcome, answer)
        SELECT id, %(lease)s, clock_timestamp(), '', '' FROM taken
    )
    SELECT id FROM taken
"""  # noqa: S608
_BEGIN = """
    UPDATE messaging_mail SET data_at = clock_timestamp(), changed_at = clock_timestamp(),
        leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
    WHERE id = %(mail)s AND lease = %(lease)s AND state = 'sending'
"""
# Who waits since a moment that is yet to come waits no longer: a clock was set back.
_WAITS_NO_LONGER = """
    UPDATE messaging_mail SET due_at = NULL
    WHERE state = 'waiting' AND due_at IS NOT NULL AND changed_at > clock_timestamp() + interval '1 minute'
"""
_ABANDONED = """
    SELECT id, lease FROM messaging_mail WHERE state = 'sending' AND (leased_until <= clock_timestamp()
        OR leased_until > clock_timestamp() + make_interval(secs => %s))
    ORDER BY id LIMIT 50 FOR UPDATE SKIP LOCKED
"""
_SETTLE = """
    UPDATE messaging_mail SET state = %(state)s::varchar, doubts = %(doubts)s, perhaps_sent = %(perhaps_sent)s,
        lease = NULL, leased_until = NULL, data_at = NULL, changed_at = clock_timestamp(),
        due_at = clock_timestamp() + make_interval(mins => %(minutes)s::int),  -- NULL where it is not due again
        sent_at = CASE WHEN %(state)s::varchar = 'sent' THEN clock_timestamp() ELSE sent_at END
    WHERE id = %(mail)s
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to try and send one message now."""

    mail_id: UUID
    token: UUID


def any_due() -> bool:
    """Whether a message waits to be sent now; one cheap query."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_DUE)
        return bool(cursor.fetchone()[0])


def take_due(*, domain: str) -> Lease | None:
    """Take the message that has been due longest, which nobody else has; `domain` is for its Message-ID."""
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"lease": token, "seconds": UNTIL_CONTENT_S, "domain": domain})
        row = cursor.fetchone()
    return Lease(row[0], token) if row else None


def begin_content(lease: Lease) -> bool:
    """From now on the server may have the message. False where the lease was lost: it must not be handed over."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"mail": lease.mail_id, "lease": lease.token, "seconds": CONTENT_S})
        return bool(cursor.rowcount)


@transaction.atomic
def end_attempt(
    lease: Lease, *, outcome: Outcome, answer: str = "", recipients: Mapping[int, tuple[str, str]] | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Note how the try ended; `recipients` are the states and answers of those of whom the server spoke, by id."""
    mail = Mail.objects.select_for_update(no_key=True).get(pk=lease.mail_id)
    _close_attempt(lease.token, outcome, answer)
    known = {} if recipients is None else recipients
    is_mine = mail.lease == lease.token
    rows = list(MailRecipient.objects.filter(mail_id=mail.pk).order_by("pk"))
    for row in rows:
        # A server that took the message has it, whoever holds the lease by now; any other answer may be out of date.
        # Nor is one written to again who was taken out of the message meanwhile.
        is_taken = row.pk in known and known[row.pk][0] == "sent"
        if row.pk in known and row.state != "sent" and (is_taken or (is_mine and row.state != "withdrawn")):
            row.state, row.answer = known[row.pk]
            row.save(update_fields=["state", "answer"])
    if is_mine or all(row.state == "sent" for row in rows):
        _settle(mail, rows, outcome, now)


def _close_attempt(token: UUID, outcome: Outcome, answer: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_mailattempt SET ended_at = clock_timestamp(), outcome = %s, answer = %s WHERE lease = %s",
            [outcome.value, answer, token],
        )


def _settle(mail: Mail, rows: list[MailRecipient], outcome: Outcome, now: datetime) -> None:
    states = [row.state for row in rows]
    mail.doubts += outcome is Outcome.DOUBT
    if outcome is Outcome.UNSENDABLE:
        states = ["refused" if state == "waiting" else state for state in states]
    standing = standing_of(states, outcome=outcome, tries=mail.tries, doubts=mail.doubts)
    mail.state = standing.state
    perhaps_sent = outcome is Outcome.DOUBT or (mail.perhaps_sent and standing.state != "sent")
    known: dict[str, Any] = {
        "mail": mail.pk, "state": mail.state, "doubts": mail.doubts, "perhaps_sent": perhaps_sent,
        "minutes": standing.wait_min,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, known)
    if standing.state in ("failed", "refused"):
        MailRecipient.objects.filter(mail_id=mail.pk, state="waiting").update(state=standing.state)
        tell_of_failure(mail, now=now)
    publish([Change("outbox", mail.state, str(mail.pk))], now=now)
    if mail.event:
        tell_fate(mail.pk, now=now)


@transaction.atomic
def take_back_abandoned(*, now: datetime) -> int:
    """Messages whose worker ended in the middle go on: at once, or with a doubt where the server may have them.

    Returns how many. Also ends waits that a clock which was set back has made too long.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITS_NO_LONGER)
        cursor.execute(_ABANDONED, [_LONGEST_S])
        found = [Lease(*row) for row in cursor.fetchall()]
    for lease in found:
        begun = Mail.objects.filter(pk=lease.mail_id, data_at__isnull=False).exists()
        end_attempt(lease, outcome=Outcome.DOUBT if begun else Outcome.DIED, now=now)
    return len(found)
