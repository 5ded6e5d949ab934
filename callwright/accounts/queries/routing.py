"""Which account a call is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from callwright.accounts.models import Account, Line, Organisation


@dataclass(frozen=True, slots=True)
class LineFacts:
    id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class AccountFacts:
    id: int
    time_zone: str
    unknown_callers: str


def lines_by_number(numbers: Iterable[str]) -> dict[str, LineFacts]:
    """The lines of the given numbers (E.164, or as the PBX gives them)."""
    rows = Line.objects.filter(number__in={number for number in numbers if number}, retired=False)
    return {
        number: LineFacts(id, account_id) for id, account_id, number in rows.values_list("id", "account_id", "number")
    }


def account_facts(account_ids: Iterable[int]) -> dict[int, AccountFacts]:
    organisation = Organisation.objects.first()
    policy = organisation.unknown_callers if organisation else "offer"
    rows = Account.objects.filter(id__in=set(account_ids)).values_list("id", "time_zone", "unknown_callers")
    return {id: AccountFacts(id, time_zone, own or policy) for id, time_zone, own in rows}


def default_account_id() -> int:
    """The account that takes calls on lines which no account claims; made when there is none yet."""
    found = Account.objects.filter(is_default=True).values_list("id", flat=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().first()
        name = organisation.name if organisation else "Callwright"
        account, _ = Account.objects.get_or_create(is_default=True, defaults={"name": name})
    return account.id
