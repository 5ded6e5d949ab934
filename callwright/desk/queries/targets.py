"""Whom a call can be made or handed to, found while somebody types."""

from dataclasses import dataclass

from callwright.accounts.queries.choosing import AccountChooser
from callwright.contacts.queries.contacts import ContactRow
from callwright.contacts.queries.find import find_contacts
from callwright.kit.phone_numbers import NumberKind, format_number, parse_number
from callwright.staff.queries.colleagues import Colleague, colleagues
from callwright.staff.queries.rights import Viewer
from callwright.staff.queries.seats import seat_of

FOR_CONTACTS = 4
"""Lines that colleagues leave to contacts: a name that half the house shares must not hide the client who bears it."""


@dataclass(frozen=True, slots=True)
class Target:
    """`to` is what is dialled; `state` is a colleague's state, empty for others. A contact is called on behalf of its
    own account: `account_id`, and `account` is its name where there is more than one.
    """

    to: str
    name: str
    shown: str
    detail: str = ""
    state: str = ""
    icon: str = "user"
    account_id: int | None = None
    account: str = ""


def find_targets(
    viewer: Viewer, text: str, *, account_id: int | None, only_account: bool, country: str, limit: int = 8
) -> list[Target]:
    """Colleagues at the viewer's PBX, those who are free first, then contacts, then the number as typed.

    `account_id` is the account chosen: its contacts come first, and are the only ones with `only_account`; None is all
    that the viewer sees. `country` (ISO code) gives a number typed in local notation its meaning.
    """
    text = text.strip()
    seat = seat_of(viewer.pk) if viewer.pk is not None else None
    people = colleagues(viewer, search=text, pbx_id=seat.pbx_id, limit=limit) if seat else []
    contacts = _contacts(viewer, text, account_id, only_account, country, limit) if text else []
    number = _typed(text, country)
    if number and number.to in [one.extension for one in people] + [row.number for row in contacts]:
        number = None
    places = limit - (1 if number else 0)
    for_contacts = min(len(contacts), max(FOR_CONTACTS, places - len(people)))
    found = [_colleague(one) for one in people[: places - for_contacts]]
    found += [_contact(row, country) for row in contacts[:for_contacts]]
    return [*found, number] if number else found


def _contacts(
    viewer: Viewer, text: str, account_id: int | None, only_account: bool, country: str, limit: int
) -> list[ContactRow]:
    found = find_contacts(viewer, text, account_id=account_id, home_country=country, limit=limit)
    if account_id is not None and not only_account and len(found) < FOR_CONTACTS:
        known = {row.id for row in found}
        elsewhere = find_contacts(viewer, text, home_country=country, limit=limit)
        found += [row for row in elsewhere if row.id not in known]
    return [row for row in found if row.number]


def _typed(text: str, country: str) -> Target | None:
    number = parse_number(text, country)
    dialled = number.e164 or (number.as_received if number.kind not in _NOT_DIALLED else None)
    if not dialled:
        return None
    shown = format_number(dialled, country)
    return Target(dialled, shown, shown, icon="phone")


def _colleague(one: Colleague) -> Target:
    return Target(one.extension, one.name, one.extension, "", one.state)


def _contact(row: ContactRow, country: str) -> Target:
    shown = format_number(row.number, country)
    return Target(row.number, row.name, shown, row.company, account_id=row.account_id, account=row.account)


def country_of(chooser: AccountChooser, house_country: str) -> str:
    """Whose numbering plan a number typed without a country belongs to: the account's, else the organisation's."""
    meant = chooser.chosen or (None if chooser.is_shown else chooser.only)
    return meant.home_country if meant else house_country


_NOT_DIALLED = (NumberKind.INVALID, NumberKind.WITHHELD)
