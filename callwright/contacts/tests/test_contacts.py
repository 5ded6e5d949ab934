"""Making and changing contacts (CON-1, CON-2)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from callwright.contacts.models import Category, Contact, ContactNumber
from callwright.contacts.operations.add_number import add_number, remove_number, set_number_kind
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.emails import add_email, remove_email
from callwright.contacts.operations.errors import ContactMissing, ContactRefused
from callwright.contacts.operations.lists import FieldWish, save_category, save_custom_field
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.operations.update_contact import save_field, set_marker, update_contact
from callwright.live.models import LiveEvent

pytestmark = pytest.mark.django_db
Make = Callable[..., int]


def numbers_of(contact_id: int) -> list[str]:
    return list(ContactNumber.objects.filter(contact_id=contact_id).order_by("id").values_list("number", flat=True))


def test_a_person_gets_name_search_text_and_sort_key(make_contact: Make) -> None:
    contact = Contact.objects.get(pk=make_contact("Éva", "Kovács", numbers=["020 123 4567"], language="hu"))
    assert contact.name == "Kovács Éva"
    assert contact.sort_key == "kovacs eva"
    assert " kovacs " in contact.search_text and "31201234567" in contact.search_text


def test_a_contact_needs_a_name_or_a_number(account: Any, make_contact: Make, now: datetime) -> None:
    with pytest.raises(ContactRefused) as refused:
        make_contact()
    assert (refused.value.field, refused.value.reason) == ("name", "empty")
    assert Contact.objects.get(pk=make_contact(numbers=["0201234567"])).sort_key == "+31201234567"
    with pytest.raises(ContactRefused):
        create_contact(account_id=account.pk, kind="robot", values={"name": "X"}, by=None, now=now)


def test_the_same_number_in_another_notation_is_never_added_twice(
    account: Any, make_contact: Make, now: datetime
) -> None:
    """CALL-8, CALL-15."""
    contact = make_contact("Jan", "Jansen", numbers=["020-1234567"])
    for notation in ("+31 20 123 4567", "0031201234567", "(020) 123 45 67", "tel:+31201234567"):
        added = add_number(account_id=account.pk, contact_id=contact, number=notation, by=None, now=now)
        assert not added, notation
    assert numbers_of(contact) == ["+31201234567"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("anonymous", "withheld"), ("", "withheld"), ("204", "extension"), ("+31 20", "invalid"), ("hello", "invalid")],
)
def test_what_is_no_number_is_refused(account: Any, make_contact: Make, now: datetime, raw: str, reason: str) -> None:
    contact = make_contact("Jan", "Jansen")
    with pytest.raises(NumberRefused) as refused:
        add_number(account_id=account.pk, contact_id=contact, number=raw, by=None, now=now)
    assert refused.value.reason == reason
    assert numbers_of(contact) == []


def test_numbers_are_read_with_the_country_of_the_account(make_account: Any, make_contact: Make) -> None:
    hungarian = make_account("Magyar Kft", home_country="HU")
    assert numbers_of(make_contact("Béla", "Nagy", numbers=["06 1 234 5678"], of=hungarian)) == ["+3612345678"]


def test_a_removed_number_is_no_longer_found(account: Any, make_contact: Make, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen", numbers=["0201234567", "0612345678"])
    number = ContactNumber.objects.get(number="+31201234567")
    set_number_kind(account_id=account.pk, contact_id=contact, number_id=number.pk, kind="work", by=None, now=now)
    number.refresh_from_db()
    assert number.kind == "work"
    arguments = {"account_id": account.pk, "contact_id": contact, "number_id": number.pk, "by": None, "now": now}
    assert remove_number(**arguments) == "+31201234567"
    assert remove_number(**arguments) == ""
    assert "31201234567" not in Contact.objects.get(pk=contact).search_text


def test_emails_are_checked_and_kept_once(account: Any, make_contact: Make, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen")
    key = {"account_id": account.pk, "contact_id": contact, "by": None, "now": now}
    assert add_email(**key, email="Jan@Example.org") and not add_email(**key, email="jan@example.ORG")
    with pytest.raises(ContactRefused):
        add_email(**key, email="jan@@example")
    row = Contact.objects.get(pk=contact)
    assert "jan@example.org" in row.search_text
    assert remove_email(**key, email_id=row.emails.get().pk) == "Jan@Example.org"
    assert "example.org" not in Contact.objects.get(pk=contact).search_text


def test_a_field_is_saved_as_typed_and_says_who_was_there_before(
    account: Any, make_contact: Make, owner: Any, colleague: Any, now: datetime
) -> None:
    """DESK-4."""
    contact = make_contact(numbers=["0201234567"])
    key = {"account_id": account.pk, "contact_id": contact, "now": now}
    save_field(**key, field="surname", value="Jans", by=owner.pk)
    saved = save_field(**key, field="surname", value="  Jansen ", by=colleague.pk)
    assert (saved.value, saved.changed, saved.before_by) == ("Jansen", True, owner.pk)
    row = Contact.objects.get(pk=contact)
    assert (row.name, row.sort_key, row.updated_by_id, row.updated_at) == ("Jansen", "jansen", colleague.pk, now)
    events = LiveEvent.objects.count()
    assert not save_field(**key, field="surname", value="Jansen", by=owner.pk).changed
    assert LiveEvent.objects.count() == events
    event = LiveEvent.objects.order_by("-id").first()
    assert event and (event.topic, event.name, event.key, event.account_id) == (
        "contacts", "changed", str(contact), account.pk,
    )  # fmt: skip


def test_a_form_is_saved_whole_or_not_at_all(account: Any, make_contact: Make, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen")
    key = {"account_id": account.pk, "contact_id": contact, "by": None, "now": now}
    with pytest.raises(ContactRefused) as refused:
        update_contact(**key, values={"city": "Utrecht", "birthday": "31-31-31"})
    assert (refused.value.field, refused.value.reason) == ("birthday", "not_a_date")
    assert Contact.objects.get(pk=contact).city == ""
    update_contact(**key, values={"city": "Utrecht", "birthday": "1980-02-29", "country": "nl"})
    row = Contact.objects.get(pk=contact)
    assert (row.city, row.birthday, row.country) == ("Utrecht", date(1980, 2, 29), "NL")


def test_hostile_texts_are_kept_as_plain_text_or_refused(account: Any, make_contact: Make, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen")
    key = {"account_id": account.pk, "contact_id": contact, "by": None, "now": now}
    saved = save_field(**key, field="surname", value="a\x00b\u202ec\u2066d\ud800<script>alert(1)</script>\n x")
    assert saved.value == "abcd<script>alert(1)</script> x"
    with pytest.raises(ContactRefused) as refused:
        save_field(**key, field="surname", value="x" * 10_000)
    assert refused.value.reason == "too_long"
    for field in ("search_text", "account_id", "photo", "custom", "__class__", "pk"):
        with pytest.raises(ContactRefused):
            save_field(**key, field=field, value="1")


def test_an_account_cannot_reach_into_another(other_account: Any, make_contact: Make, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen")
    for act in (
        lambda key: save_field(**key, field="city", value="Oz"),
        lambda key: add_number(**key, number="0201234567"),
        lambda key: add_email(**key, email="a@b.nl"),
        lambda key: set_marker(**key, marker_id=1),
    ):
        with pytest.raises(ContactMissing):
            act({"account_id": other_account.pk, "contact_id": contact, "by": None, "now": now})


def test_a_company_renamed_is_found_by_its_people(
    account: Any, make_contact: Make, make_company: Make, now: datetime
) -> None:
    company = make_company("Acme", line_of_business="Anvils", management="Ask Wile E.")
    person = make_contact("Jan", "Jansen", company=company, numbers=["0201234567"])
    assert " acme " in Contact.objects.get(pk=person).search_text
    save_field(account_id=account.pk, contact_id=company, field="name", value="Zenith", by=None, now=now)
    text = Contact.objects.get(pk=person).search_text
    assert " zenith " in text and "acme" not in text and "31201234567" in text


def test_companies_categories_and_people_must_fit(
    account: Any, other_account: Any, make_contact: Make, make_company: Make, outsider: Any, owner: Any, now: datetime
) -> None:
    contact, foreign = make_contact("Jan", "Jansen"), make_company("Foreign", of=other_account)
    key = {"account_id": account.pk, "contact_id": contact, "by": None, "now": now}
    for field, value in [
        ("company", foreign), ("company", contact), ("category", 10**17), ("responsible", outsider.pk),
        ("country", "XX"), ("language", "qqq-zz"), ("birthday", "0001-01-01"), ("company", "１"),
    ]:  # fmt: skip
        with pytest.raises(ContactRefused):
            save_field(**key, field=field, value=value)
    assert save_field(**key, field="responsible", value=str(owner.pk)).value == owner.pk


def test_a_retired_category_stays_with_whom_has_it(account: Any, make_contact: Make, now: datetime) -> None:
    vip = save_category(name="VIP", colour="violet", icon="star", advice="Be quick.", now=now)
    contact, other = make_contact("Jan", "Jansen", category=vip), make_contact("Piet", "Bos")
    Category.objects.filter(pk=vip).update(retired=True)
    key = {"account_id": account.pk, "by": None, "now": now}
    save_field(**key, contact_id=contact, field="category", value=vip)
    with pytest.raises(ContactRefused):
        save_field(**key, contact_id=other, field="category", value=vip)


def test_custom_fields_keep_their_kind(account: Any, make_contact: Make, now: datetime) -> None:
    """CON-4, as far as the card needs it: a field is there at once, and its values are searched."""
    for label, kind, choices in [
        ("Meter reading", "number", []), ("Contract until", "date", []), ("Size", "choice", ["S", "L"]),
        ("Newsletter", "yes_no", []), ("Размер", "text", []),
    ]:  # fmt: skip
        save_custom_field(wish=FieldWish(label, kind, choices), now=now)
    contact = make_contact("Jan", "Jansen")
    key = {"account_id": account.pk, "contact_id": contact, "by": None, "now": now}
    for code, value, kept in [
        ("meter_reading", "12,50", "12.50"), ("contract_until", "2027-01-31", "2027-01-31"), ("size", "L", "L"),
        ("newsletter", "on", True), ("razmer", "Größe", "Größe"),
    ]:  # fmt: skip
        assert save_field(**key, field=f"custom.{code}", value=value).value == kept
    for code, value in [("meter_reading", "NaN"), ("contract_until", "soon"), ("size", "XL"), ("nothing", "x")]:
        with pytest.raises(ContactRefused):
            save_field(**key, field=f"custom.{code}", value=value)
    assert "grosse" in Contact.objects.get(pk=contact).search_text
    save_field(**key, field="custom.size", value="")
    assert "size" not in Contact.objects.get(pk=contact).custom
