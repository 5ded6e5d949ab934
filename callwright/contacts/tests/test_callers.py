"""Contacts of callers (CALL-8) and who is known under a number (DESK-5, DESK-6)."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from callwright.contacts.models import Contact, ContactNumber
from callwright.contacts.operations.add_number import attach_number_to_contact
from callwright.contacts.operations.create_from_caller import create_from_caller
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.queries.contacts import contacts_for_number

Make = Callable[..., int]


@pytest.mark.django_db
def test_a_caller_becomes_one_contact_whatever_the_notation(account: Any, now: datetime) -> None:
    first = create_from_caller(account_id=account.pk, number="+31201234567", as_received="0201234567", now=now)
    again = create_from_caller(account_id=account.pk, number="+31 20 123 4567", name="Jan", now=now)
    assert first == again
    contact = Contact.objects.get()
    assert contact.created_automatically and contact.name == ""
    assert ContactNumber.objects.get().as_received == "0201234567"


@pytest.mark.django_db
def test_the_callers_name_is_believed_unless_it_is_a_number(account: Any, now: datetime) -> None:
    named = create_from_caller(account_id=account.pk, number="+31201234567", name="Иван  Иванов\x00", now=now)
    contact = Contact.objects.get(pk=named)
    assert (contact.first_name, contact.surname, contact.name) == ("Иван", "Иванов", "Иван Иванов")
    assert " ivanov " in contact.search_text
    plain = create_from_caller(account_id=account.pk, number="+31201234568", name="+31 20 1234568", now=now)
    assert Contact.objects.get(pk=plain).name == ""


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["anonymous", "", "204", "112", "not a number", "+31"])
def test_withheld_and_invalid_numbers_make_no_contact(account: Any, now: datetime, number: str) -> None:
    with pytest.raises(NumberRefused):
        create_from_caller(account_id=account.pk, number=number, now=now)
    assert not Contact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_make_one_contact(account: Any, now: datetime) -> None:
    start = threading.Barrier(4)
    made: list[int] = []

    def call() -> None:
        try:
            start.wait(10)
            with transaction.atomic():
                made.append(create_from_caller(account_id=account.pk, number="+31201234567", now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 4 and len(set(made)) == 1
    assert Contact.objects.count() == ContactNumber.objects.count() == 1


@pytest.mark.django_db
def test_everyone_under_a_number_last_spoken_first(
    account: Any, other_account: Any, make_contact: Make, now: datetime, django_assert_num_queries: Any
) -> None:
    """DESK-6."""
    jan, piet, klaas = (make_contact(name, "Bos", numbers=["0201234567"]) for name in ("Jan", "Piet", "Klaas"))
    make_contact("Foreign", "Bos", numbers=["0201234567"], of=other_account)
    ContactNumber.objects.filter(contact_id=piet).update(last_spoken_at=now)
    ContactNumber.objects.filter(contact_id=klaas).update(last_spoken_at=now - timedelta(days=1))
    with django_assert_num_queries(1):
        known = contacts_for_number(account.pk, "+31201234567")
    assert [contact.contact_id for contact in known] == [piet, klaas, jan]


@pytest.mark.django_db
def test_a_known_client_on_a_new_number(account: Any, make_contact: Make, now: datetime) -> None:
    """DESK-5."""
    contact = make_contact("Jan", "Jansen", numbers=["0201234567"])
    attach_number_to_contact(account_id=account.pk, contact_id=contact, number="+31612345678", by=None, now=now)
    assert [known.contact_id for known in contacts_for_number(account.pk, "+31612345678")] == [contact]
