"""Makes a contact of a caller who is not yet known (CALL-8)."""

from datetime import datetime

from django.db import connection, transaction

from callwright.contacts.models import Contact, ContactNumber
from callwright.contacts.operations.keep_contact import keep
from callwright.contacts.operations.numbers import kept_form
from callwright.contacts.rules import split_name
from callwright.kit.phone_numbers import LONGEST_RECEIVED, parse_number
from callwright.kit.texts import clean_line


@transaction.atomic
def create_from_caller(
    *, account_id: int, number: str, as_received: str = "", name: str = "", by: int | None = None, now: datetime
) -> int:
    """The id of the contact of `number` (E.164) in an account, made when there is none; two calls at once make one.

    Idempotent: the contact that was last spoken to under the number is returned when there is one. `name` is what the
    PBX says of the caller. Raises NumberRefused for what is no whole phone number.
    """
    number = kept_form(parse_number(number, "ZZ"))
    with connection.cursor() as cursor:
        # No row exists yet that could be locked; contacts may share a number, so no constraint can decide either.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"{account_id}:{number}"])
    known = ContactNumber.objects.filter(account_id=account_id, number=number)
    existing = known.order_by("-last_spoken_at", "id").values_list("contact_id", "last_spoken_at")
    if rows := list(existing):
        spoken = [row for row in rows if row[1] is not None]
        return (spoken or rows)[0][0]
    first_name, surname = split_name(_believed(name))
    contact = Contact.objects.create(
        account_id=account_id,
        name=_believed(name),
        first_name=first_name[:120],
        surname=surname[:120],
        created_automatically=by is None,
        updated_by_id=by,
    )
    ContactNumber.objects.create(
        account_id=account_id, contact=contact, number=number, as_received=as_received[:LONGEST_RECEIVED]
    )
    keep(contact, name="created", by=by, now=now)
    return contact.pk


def _believed(name: str) -> str:
    """The caller's name, unless the PBX only repeats the number or an extension there."""
    name = clean_line(name)[:200]
    return "" if not any(letter.isalpha() for letter in name) else name
