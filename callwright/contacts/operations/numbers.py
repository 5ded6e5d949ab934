"""A contact's numbers: parsed once with the account's country, the same number never twice."""

from dataclasses import dataclass

from callwright.accounts.queries.accounts import home_country_of
from callwright.contacts.models import Contact, ContactNumber
from callwright.kit.phone_numbers import NumberKind, ParsedNumber, parse_number


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A number as typed or received, in any notation."""

    raw: str
    kind: str = ContactNumber.Kind.OTHER


class NumberRefused(Exception):
    """This cannot be a contact's number; `reason` is a code: withheld, invalid, extension, too_many."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


MOST_NUMBERS = 50


def kept_form(parsed: ParsedNumber) -> str:
    """The form a number is kept in: E.164, short and emergency numbers as they are. Raises NumberRefused."""
    if parsed.e164:
        return parsed.e164
    if parsed.kind == NumberKind.WITHHELD or parsed.as_received is None:
        raise NumberRefused("withheld")
    if parsed.kind in (NumberKind.SHORT, NumberKind.EMERGENCY) and len(parsed.as_received) <= 32:
        return parsed.as_received
    raise NumberRefused("extension" if parsed.kind == NumberKind.EXTENSION else "invalid")


def kept_number(account_id: int, raw: str) -> str:
    """The form in which an account's contact keeps a number in any notation. Raises NumberRefused."""
    return kept_form(parse_number(raw, home_country_of(account_id)))


def put_number(contact: Contact, new: NewNumber) -> bool:
    """Add a number to a locked contact, whose index the caller renews; False when it had it in any notation."""
    parsed = parse_number(new.raw, home_country_of(contact.account_id))
    number = kept_form(parsed)
    mine = ContactNumber.objects.filter(account_id=contact.account_id, contact_id=contact.pk)
    if mine.count() >= MOST_NUMBERS:
        raise NumberRefused("too_many")
    kind = new.kind if new.kind in ContactNumber.Kind.values else ContactNumber.Kind.OTHER
    _, added = mine.get_or_create(
        account_id=contact.account_id,
        contact_id=contact.pk,
        number=number,
        defaults={"as_received": parsed.as_received or "", "kind": kind},
    )
    return added
