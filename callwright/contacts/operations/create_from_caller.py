"""Makes a contact of a caller who is not yet known (CALL-8)."""

from datetime import datetime

from django.db import connection, transaction

from callwright.contacts.models import Contact, ContactNumber


def create_from_caller(*, account_id: int, number: str, as_received: str, name: str, now: datetime) -> int:
    """The id of the contact of `number` (E.164) in an account, made when there is none; two calls at once make one."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"{account_id}:{number}"])
        found = ContactNumber.objects.filter(account_id=account_id, number=number).values_list("contact_id", flat=True)
        if (existing := found.order_by("id").first()) is not None:
            return existing
        shown = name.strip() if name.strip().lstrip("+").isdigit() is False else ""
        contact = Contact.objects.create(
            account_id=account_id, name=shown, surname=shown[:120], created_automatically=True
        )
        ContactNumber.objects.create(
            account_id=account_id, contact=contact, number=number, as_received=as_received[:64]
        )
        return contact.id
