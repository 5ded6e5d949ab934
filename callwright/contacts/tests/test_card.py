"""What the card shows of a contact (DESK-2), and the sums of orders (CON-7)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.contacts.models import Contact
from callwright.contacts.operations.lists import FieldWish, save_category, save_custom_field
from callwright.contacts.operations.orders import (
    LineWish,
    OrderMissing,
    OrderRefused,
    OrderWish,
    create_order,
    set_paid,
    set_stage,
)
from callwright.contacts.operations.update_contact import save_field, set_marker
from callwright.contacts.queries.card import CARD_QUERIES, card_contact
from callwright.contacts.queries.find import find_contacts
from callwright.contacts.rules import Line, Money, debt_totals, is_birthday, order_amount, person_name, zone_of

Make = Callable[..., int]
DAY = date(2026, 3, 1)


def wish(*lines: tuple[str, str], currency: str = "EUR", paid: str = "0", **more: Any) -> OrderWish:
    wished = [LineWish("Thing", Decimal(quantity), Decimal(price)) for quantity, price in lines]
    return OrderWish("Things", currency, DAY, wished, paid=Decimal(paid), **more)


@pytest.mark.django_db
def test_the_card_knows_it_all_in_a_fixed_number_of_queries(
    account: Any, make_contact: Make, make_company: Make, stages: dict[str, int], owner: Any, now: datetime,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    vip = save_category(name="VIP", colour="violet", icon="star", advice="Be quick.", now=now)
    save_custom_field(wish=FieldWish("Size", "choice", ["S", "L"], on_card=True), now=now)
    save_custom_field(wish=FieldWish("Hidden", "text"), now=now)
    contact = make_contact(
        "Jan", "Jansen", numbers=["020 1234567", "+351 912 345 678"], company=make_company("Acme"), category=vip,
        responsible=owner.pk, birthday="1980-03-02", city="Lisboa", country="PT", warning="Deaf on one ear",
    )  # fmt: skip
    save_field(account_id=account.pk, contact_id=contact, field="custom.size", value="L", by=owner.pk, now=now)
    key: dict[str, Any] = {"account_id": account.pk, "contact_id": contact, "by": owner.pk, "now": now}
    for one in (wish(("1", "100"), paid="40"), wish(("2", "10.005"), currency="HUF"), wish(("1", "5"), paid="5")):
        create_order(**key, wish=one)
    create_order(**key, wish=wish(("1", "9.99"), stage_id=stages["Delivered"]))
    with django_assert_num_queries(CARD_QUERIES):
        card = card_contact(owner, contact, now=now)
    assert card is not None
    assert (card.name, card.company, card.local_zone, card.birthday_today) == ("Jan Jansen", "Acme", "", True)
    assert (card.category and card.category.advice, card.warning) == ("Be quick.", "Deaf on one ear")
    assert len(card.open_orders) == 3 and card.open_orders[0].stage.name == "New"
    assert card.debts == (Money(Decimal("60.00"), "EUR"), Money(Decimal("20.01"), "HUF"))
    assert [(value.label, value.value) for value in card.custom_on_card] == [("Size", "L")]
    assert [number.number for number in card.numbers] == ["+31201234567", "+351912345678"]
    assert (card.updated_by, card.responsible and card.responsible.name) == ("Olivia", "Olivia")


@pytest.mark.django_db
def test_the_card_of_anothers_contact_is_empty(
    make_contact: Make, outsider: Any, customer: Any, administrator: Any, now: datetime
) -> None:
    contact = make_contact("Jan", "Jansen")
    assert card_contact(outsider, contact, now=now) is None
    assert card_contact(customer, contact, now=now) is None
    assert card_contact(administrator, contact, now=now) is not None
    assert find_contacts(outsider, "jansen") == find_contacts(customer, "jansen") == []


@pytest.mark.django_db
def test_several_accounts_of_one_viewer_are_searched_together(
    account: Any, other_account: Any, make_account: Any, make_contact: Make, make_user: Any, now: datetime
) -> None:
    viewer = make_user("both", accounts=[account, other_account])
    mine = {make_contact("Jan", "Jansen"), make_contact("Jan", "Jansen", of=other_account)}
    make_contact("Jan", "Jansen", of=make_account("Third"))
    assert {row.id for row in find_contacts(viewer, "jansen")} == mine
    assert {row.account_id for row in find_contacts(viewer, "jansen", account_id=account.pk)} == {account.pk}


@pytest.mark.django_db
def test_better_finds_come_first(make_contact: Make, owner: Any) -> None:
    inside, begins, misspelt = make_contact("Ann", "Verhagen"), make_contact("Hagen", "Smit"), make_contact("", "Hagn")
    found = [row.id for row in find_contacts(owner, "hagen")]
    assert found[0] == begins and set(found) == {begins, inside, misspelt}


@pytest.mark.django_db
def test_a_marker_is_set_and_taken_away(account: Any, make_contact: Make, owner: Any, now: datetime) -> None:
    contact = make_contact("Jan", "Jansen")
    marker_table: Any = Contact._meta.get_field("marker").related_model
    for marker in (marker_table._default_manager.create(name="Complaint", icon="flag").pk, None):
        set_marker(account_id=account.pk, contact_id=contact, marker_id=marker, by=owner.pk, now=now)
        card = card_contact(owner, contact, now=now)
        assert card and card.marker_id == marker


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        (wish(("1", "-5")), "lines", "negative"),
        (wish(("1", "0.00001")), "price", "too_fine"),
        (wish(("1", "5"), paid="-1"), "paid", "negative"),
        (wish(("1", "5"), paid="0.001"), "paid", "too_fine"),
        (wish(("1", "5"), currency="XQX"), "currency", "unknown"),
        (wish(("99999999", "999999999")), "lines", "too_large"),
        (wish(("NaN", "5")), "quantity", "too_large"),
        (wish(("1", "5"), stage_id=999_999), "stage", "unknown"),
        (wish(*[("1", "1")] * 501), "lines", "too_many"),
        (OrderWish("", "EUR", DAY, [LineWish(" ", Decimal(1), Decimal(1))]), "text", "empty"),
    ],
)
def test_impossible_orders_are_refused(
    account: Any, make_contact: Make, stages: Any, now: datetime, bad: OrderWish, field: str, reason: str
) -> None:
    with pytest.raises(OrderRefused) as refused:
        create_order(account_id=account.pk, contact_id=make_contact("Jan", "Bos"), wish=bad, by=None, now=now)
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.django_db
def test_orders_of_another_account_are_not_reached(
    account: Any, other_account: Any, make_contact: Make, stages: dict[str, int], now: datetime
) -> None:
    key: dict[str, Any] = {"by": None, "now": now}
    order = create_order(account_id=account.pk, contact_id=make_contact("Jan", "Bos"), wish=wish(("1", "5")), **key)
    with pytest.raises(OrderMissing):
        set_stage(account_id=other_account.pk, order_id=order, stage_id=stages["Delivered"], **key)
    with pytest.raises(OrderMissing):
        set_paid(account_id=other_account.pk, order_id=order, paid=Decimal(5), **key)
    set_paid(account_id=account.pk, order_id=order, paid=Decimal("7.50"), **key)


def test_sums_are_rounded_line_by_line() -> None:
    lines = [
        Line(Decimal(1), Decimal("0.005")),
        Line(Decimal(1), Decimal("0.005")),
        Line(Decimal(-1), Decimal("0.005")),
    ]
    assert order_amount(lines, "EUR") == Decimal("0.01")
    assert order_amount([Line(Decimal("1.5"), Decimal("33.33"))], "JPY") == Decimal("50.00")
    assert order_amount([], "EUR") == Decimal("0.00")


@given(st.lists(st.tuples(st.decimals(-1000, 1000, places=2), st.sampled_from(["EUR", "HUF", "SAR"]))))
def test_debts_are_exact_and_by_currency(debts: list[tuple[Decimal, str]]) -> None:
    totals = debt_totals(Money(*debt) for debt in debts)
    assert [total.currency for total in totals] == sorted({total.currency for total in totals})
    assert all(total.amount == sum(a for a, c in debts if c == total.currency) != 0 for total in totals)


def test_birthdays_names_and_zones() -> None:
    leap = date(1980, 2, 29)
    assert is_birthday(leap, date(2026, 2, 28)) and not is_birthday(leap, date(2028, 2, 28))
    assert is_birthday(leap, date(2028, 2, 29)) and not is_birthday(None, date(2026, 1, 1))
    assert person_name("Éva", "Kovács", "hu") == "Kovács Éva" and person_name("", "Bos") == "Bos"
    assert zone_of("NL", (), "NL", "Europe/Amsterdam") == "Europe/Amsterdam"
    assert zone_of("HU", (), "NL", "Europe/Amsterdam") == "Europe/Budapest"
    assert zone_of("US", ("America/New_York",), "NL", "Europe/Amsterdam") == "America/New_York"
    assert zone_of("US", (), "NL", "Europe/Amsterdam") == zone_of("", (), "NL", "Europe/Amsterdam") == ""
