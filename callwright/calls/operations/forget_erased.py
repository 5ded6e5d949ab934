"""What is told of calls before their person was erased does not bring the person back (CALL-16)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.erased_numbers import digest_key
from callwright.calls.operations.forget_calls import anonymise_calls

_AMONG = """
    SELECT c.account_id, c.id FROM {relation} r
    JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.id
    JOIN calls_erasednumber e ON e.account_id = c.account_id AND c.started_at < e.erased_at
        AND e.digest = sha256(convert_to(%(key)s || ':' || c.account_id || ':' || c.client_number, 'UTF8'))
    WHERE c.client_number <> '' AND NOT c.anonymous AND c.id >= %(low)s AND c.id <= %(high)s
"""
# Who became anonymous cannot be called back.
_CLOSED = """
    UPDATE calls_call c SET follow_up = '' FROM unnest(%s::bigint[], %s::uuid[]) AS k (account_id, id)
    WHERE c.account_id = k.account_id AND c.id = k.id AND c.follow_up = 'not_called_back'
"""


def note_loaded(relation: str, *, now: datetime) -> None:
    """Makes those calls anonymous whose person was erased; `relation` names a table (account_id bigint, id uuid)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM calls_erasednumber)")
        if cursor.fetchone() == (False,):
            return
        cursor.execute(f"SELECT min(id::text), max(id::text) FROM {relation}")  # noqa: S608 (never a person's text)
        low, high = cursor.fetchone()
        cursor.execute(_AMONG.format(relation=relation), {"key": digest_key(), "low": low, "high": high})
        keys = cursor.fetchall()
        _anonymise(keys, now)
        cursor.execute(_CLOSED, [[account for account, _ in keys], [id for _, id in keys]])


def forget_again(keys: Iterable[tuple[int, UUID]], *, now: datetime) -> None:
    """The same for calls that were told late, one by one."""
    _anonymise(keys, now)


def _anonymise(keys: Iterable[tuple[int, UUID]], now: datetime) -> None:
    by_account: dict[int, list[UUID]] = {}
    for account_id, id in keys:
        by_account.setdefault(account_id, []).append(id)
    for account_id, ids in by_account.items():
        anonymise_calls(account_id=account_id, ids=ids, now=now)
