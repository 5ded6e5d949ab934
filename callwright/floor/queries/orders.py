"""Orders that a supervisor gave, and what became of them."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Order:
    """`state`: waiting, sent, done, refused or expired; `refusal`: the code of why not."""

    id: UUID
    verb: str
    state: str
    refusal: str
    mode: str

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "sent")


_ORDER = """
    SELECT id, verb, state, refusal, coalesce(arguments ->> 'mode', '') FROM telephony_command
    WHERE id = %s AND by_id = %s AND verb IN ('listen', 'take_over', 'stop_listening')
"""


def order_of(user_id: int, order_id: UUID) -> Order | None:
    """One of the user's own; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [order_id, user_id])
        row = cursor.fetchone()
    return Order(*row) if row else None
