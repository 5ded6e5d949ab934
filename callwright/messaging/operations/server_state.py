"""How the mail server fares: while it is down nobody knocks before the time, and administrators are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from callwright.kit.sealing import CannotUnseal, unseal
from callwright.messaging.links import host_of, public_url
from callwright.messaging.models import MailServer
from callwright.messaging.operations.tell_of_failure import tell_of_stop
from callwright.messaging.rules import address_on_wire
from callwright.messaging.smtp import ServerAddress, ServerDown

PURPOSE: Final = "messaging.smtp"
TELL_AFTER: Final = 3
_WAIT_S = (60, 120, 240, 300)

_MAY_TRY = """
    SELECT enabled AND host <> '' AND (retry_at IS NULL OR retry_at <= clock_timestamp()
        OR down_at > clock_timestamp() + interval '1 minute')
    FROM messaging_mailserver WHERE id = 1
"""
_DOWN = """
    UPDATE messaging_mailserver SET failures = failures + 1, down_since = coalesce(down_since, clock_timestamp()),
        down_at = clock_timestamp(), retry_at = clock_timestamp() + make_interval(secs => (%(waits)s::int[])[
            least(failures + 1, cardinality(%(waits)s::int[]))]), problem = %(problem)s, answer = %(answer)s
    WHERE id = 1
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """The server to hand messages to, as whom, and the beginning of links to us."""

    server: ServerAddress
    address: str
    name: str
    base: str  # where people reach us

    @property
    def domain(self) -> str:
        return address_on_wire(self.address).rpartition("@")[2]


def may_try() -> bool:
    """Whether mail may be sent now: a server is set up and on, and is not known to be down. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_TRY)
        row = cursor.fetchone()
    return bool(row and row[0])


def sender(*, patience: float = 1.0) -> Sender:
    """Raises ServerDown where the settings cannot be used, MailServer.DoesNotExist where there are none."""
    known = MailServer.objects.get(pk=1)
    try:
        password = unseal(known.sealed_password, purpose=PURPOSE)
    except CannotUnseal:
        raise ServerDown("password_unreadable", "") from None
    base = public_url()
    server = ServerAddress(
        host=known.host, port=known.port, security=known.security, verify_certificate=known.verify_certificate,
        username=known.username, password=password, own_name=host_of(base), patience=patience,
    )  # fmt: skip
    return Sender(server, known.from_address, known.from_name, base)


@transaction.atomic
def note_down(down: ServerDown, *, now: datetime) -> None:
    """The server takes nothing: wait before the next try, longer each time, five minutes at most."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, {"waits": list(_WAIT_S), "problem": down.problem, "answer": down.words})
    server = MailServer.objects.get(pk=1)
    if server.failures >= TELL_AFTER:
        tell_of_stop(server, now=now)


def note_up() -> None:
    """The server answers; nothing is written where it did before."""
    MailServer.objects.filter(pk=1, failures__gt=0).update(
        failures=0, down_since=None, down_at=None, retry_at=None, problem="", answer=""
    )
