"""What is told of calls before their person was erased does not bring the person back (CALL-16)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.erased_numbers import digest_key
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.operations.named_calls import NamedCalls

_AMONG = """
    SELECT c.account_id, c.id FROM {relation} r
    JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.id
    JOIN calls_erasednumber e ON e.account_id = c.account_id AND c.started_at < e.erased_at
        AND e.digest = sha256(convert_to(%(key)s || ':' || c.account_id || ':' || c.client_number, 'UTF8'))
    WHERE c.client_number <> '' AND NOT c.anonymous AND c.id >= %(low)s AND c.id <= %(high)s
"""


def note_loaded(calls: NamedCalls, *, now: datetime) -> None:
    """Makes those of the calls anonymous whose person was erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM calls_erasednumber)")
        if cursor.fetchone() == (False,):
            return
        cursor.execute(_AMONG.format(relation=calls.relation), {**calls.bounds, "key": digest_key()})
        keys = cursor.fetchall()
    _anonymise(keys, now)


def forget_again(keys: Iterable[tuple[int, UUID]], *, now: datetime) -> None:
    """The same for calls that were told late, one by one."""
    _anonymise(keys, now)


def _anonymise(keys: Iterable[tuple[int, UUID]], now: datetime) -> None:
    by_account: dict[int, list[UUID]] = {}
    for account_id, id in keys:
        by_account.setdefault(account_id, []).append(id)
    for account_id, ids in by_account.items():
        anonymise_calls(account_id=account_id, ids=ids, now=now)
