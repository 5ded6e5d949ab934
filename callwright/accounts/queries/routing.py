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
_ROUTES = """
    WITH found AS (
        SELECT number, id, account_id FROM accounts_line WHERE number = ANY(%s) AND NOT retired
        UNION ALL
        SELECT NULL, NULL, id FROM (SELECT id FROM accounts_account WHERE is_default LIMIT 1) AS d
    )
    SELECT f.number, f.id, a.id, a.time_zone, coalesce(nullif(a.unknown_callers, ''), o.unknown_callers, 'offer')
    FROM found f
    JOIN accounts_account a ON a.id = f.account_id
    LEFT JOIN (SELECT unknown_callers FROM accounts_organisation ORDER BY id LIMIT 1) AS o ON true
"""
_ACCOUNTS = """
    SELECT a.id, a.time_zone, coalesce(nullif(a.unknown_callers, ''), o.unknown_callers, 'offer')
    FROM accounts_account a
    LEFT JOIN (SELECT unknown_callers FROM accounts_organisation ORDER BY id LIMIT 1) AS o ON true
    WHERE a.id = ANY(%s)
"""
_DEFAULT = "SELECT id FROM accounts_account WHERE is_default LIMIT 1"


@dataclass(frozen=True, slots=True)
class Routes:
    """The lines of some numbers, the default account, and what is known of all these accounts."""

    lines: dict[str, LineFacts]
    default: int
    accounts: dict[int, AccountFacts]


def routes_of(numbers: Iterable[str]) -> Routes:
    """For the numbers that callers dialled (E.164, or as the PBX gives them); one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROUTES, [list(set(numbers))])
        rows = cursor.fetchall()
    accounts = {row[2]: AccountFacts(*row[2:]) for row in rows}
    lines = {number: LineFacts(line_id, account_id) for number, line_id, account_id, *_ in rows if line_id}
    default = next((account_id for _, line_id, account_id, *_ in rows if line_id is None), None)
    if default is None:
        default = default_account_id()
        accounts |= account_facts([default])
    return Routes(lines, default, accounts)


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
