"""Calls that were written at once, named by a table of the transaction."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

_BOUNDS = "SELECT min(id::text), max(id::text) FROM {relation}"


@dataclass(frozen=True, slots=True)
class NamedCalls:
    """`relation`: a table (account_id bigint, id uuid) that is named by code, never by a person. `low`, `high`: the
    first and the last of the ids, which are times: only their months are read.
    """

    relation: str
    low: str
    high: str

    @property
    def bounds(self) -> dict[str, Any]:
        """For a statement with %(low)s and %(high)s."""
        return {"low": self.low, "high": self.high}


def named_calls(relation: str) -> NamedCalls | None:
    """The calls that the table names; None where it names none."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS.format(relation=relation))
        low, high = cursor.fetchone()
    return None if low is None else NamedCalls(relation, low, high)
