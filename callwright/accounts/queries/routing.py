"""Which account a call is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from callwright.accounts.models import Account, Organisation


@dataclass(frozen=True, slots=True)
class LineFacts:
    id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class AccountFacts:
    id: int
    time_zone: str
    unknown_callers: str


# Asked while a phone rings: Django's query builder takes several times the processor time of these.
_LINES = "SELECT number, id, account_id FROM accounts_line WHERE number = ANY(%s) AND NOT retired"
_ACCOUNTS = """
    SELECT a.id, a.time_zone, coalesce(nullif(a.unknown_callers, ''), o.unknown_callers, 'offer')
    FROM accounts_account a
    LEFT JOIN (SELECT unknown_callers FROM accounts_organisation ORDER BY id LIMIT 1) AS o ON true
    WHERE a.id = ANY(%s)
"""
_DEFAULT = "SELECT id FROM accounts_account WHERE is_default LIMIT 1"


def lines_by_number(numbers: Iterable[str]) -> dict[str, LineFacts]:
    """The lines of the given numbers (E.164, or as the PBX gives them)."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(wanted)])
        return {number: LineFacts(id, account_id) for number, id, account_id in cursor.fetchall()}


def account_facts(account_ids: Iterable[int]) -> dict[int, AccountFacts]:
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [list(set(account_ids))])
        return {row[0]: AccountFacts(*row) for row in cursor.fetchall()}


def default_account_id() -> int:
    """The account that takes calls on lines which no account claims; made when there is none yet."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFAULT)
        if found := cursor.fetchone():
            return int(found[0])
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().first()
        name = organisation.name if organisation else "Callwright"
        account, _ = Account.objects.get_or_create(is_default=True, defaults={"name": name})
    return account.id
