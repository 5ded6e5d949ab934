"""What counts as debt, and orders that two people change at once (CON-7)."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from callwright.contacts.models import Order, OrderStage
from callwright.contacts.operations.lists import save_stage
from callwright.contacts.operations.orders import LineWish, OrderWish, create_order
from callwright.contacts.queries.card import card_contact
from callwright.contacts.rules import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_order(account: Any, make_contact: Any, owner: Any, now: datetime) -> Any:
    contact = make_contact("Jan", "Jansen")

    def make(stage: int, price: str, paid: str = "0") -> int:
        wish = OrderWish(
            title="Anvils", currency="EUR", ordered_on=now.date(), stage_id=stage, paid=Decimal(paid),
            lines=[LineWish("Anvil", Decimal(1), Decimal(price))],
        )  # fmt: skip
        return create_order(account_id=account.pk, contact_id=contact, wish=wish, by=owner.pk, now=now)

    make.contact = contact  # type: ignore[attr-defined]
    return make


def test_only_stages_that_count_make_a_debt(
    make_order: Any, stages: dict[str, int], owner: Any, owner_client: Any, supervisor_client: Any, now: datetime
) -> None:
    make_order(stages["New"], "100", "40")
    cancelled = make_order(stages["Delivered"], "500")
    card = card_contact(owner, make_order.contact, now=now)
    assert card is not None and card.debts == (Money(Decimal("60.00"), "EUR"),)
    assert "500.00 to pay" not in owner_client.get(f"/contacts/{make_order.contact}/").content.decode()
    assert "Still to pay" not in owner_client.get(f"/contacts/orders/{cancelled}/").content.decode()
    # A supervisor decides: what is delivered must be paid.
    of = f"/contacts/lists/stages/{stages['Delivered']}/"
    sent = {"name": "Delivered", "colour": "green", "counts_as_debt": "on"}
    assert supervisor_client.post(of, sent).status_code == 302
    assert not OrderStage.objects.get(pk=stages["Delivered"]).is_open
    card = card_contact(owner, make_order.contact, now=now)
    assert card is not None and card.debts == (Money(Decimal("560.00"), "EUR"),)


def test_a_stage_counts_while_it_is_open_unless_it_is_said(db: None, now: datetime) -> None:
    made = [save_stage(name=str(is_open), colour="blue", is_open=is_open, now=now) for is_open in (True, False)]
    assert [OrderStage.objects.get(pk=pk).counts_as_debt for pk in made] == [True, False]


def test_what_was_paid_too_much_is_a_credit_in_words(
    make_order: Any, stages: dict[str, int], owner_client: Any
) -> None:
    order = make_order(stages["New"], "100", "150")
    page = owner_client.get(f"/contacts/{make_order.contact}/").content.decode()
    assert "Credit <bdi" in page or "Credit €50.00" in page
    said = re.sub("<[^>]*>", "", page)  # without addresses, which can have -50 in the version of a file
    assert "Owes" not in said and "-€50" not in said and "-50" not in said
    page = owner_client.get(f"/contacts/orders/{order}/").content.decode()
    assert "Credit" in page and "-€50" not in page


def test_nobody_overwrites_what_a_colleague_saved_meanwhile(
    make_order: Any, stages: dict[str, int], owner_client: Any, colleague_client: Any
) -> None:
    order = make_order(stages["New"], "100")
    address = f"/contacts/orders/{order}/"
    seen = owner_client.get(address).context["form"]["version"].value()
    sent = {"title": "Mine", "number": "2026-0001", "ordered_on": "2026-03-01", "currency": "EUR", "paid": "0",
            "text": ["Anvil"], "quantity": ["1"], "price": ["100"], "version": seen}  # fmt: skip
    assert colleague_client.post(address, {**sent, "title": "Theirs", "paid": "30"}).status_code == 302
    answer = owner_client.post(address, {**sent, "text": ["Two anvils"]})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Carl changed this order meanwhile" in page
    assert 'value="Two anvils"' in page and 'value="Mine"' in page
    assert (Order.objects.get().title, Order.objects.get().paid) == ("Theirs", Decimal("30.00"))
    # Who has looked and saves again is heard.
    again = {**sent, "version": answer.context["form"]["version"].value()}
    assert owner_client.post(address, again).status_code == 302 and Order.objects.get().title == "Mine"


def test_a_stage_moved_meanwhile_is_a_change_too(
    make_order: Any, stages: dict[str, int], owner_client: Any, colleague_client: Any
) -> None:
    order = make_order(stages["New"], "100")
    address = f"/contacts/orders/{order}/"
    seen = owner_client.get(address).context["form"]["version"].value()
    colleague_client.post(f"{address}stage/", {"stage": stages["Delivered"]})
    sent = {"title": "Mine", "number": "2026-0001", "ordered_on": "2026-03-01", "currency": "EUR", "paid": "0",
            "text": ["Anvil"], "quantity": ["1"], "price": ["100"], "version": seen}  # fmt: skip
    assert "Carl changed" in owner_client.post(address, sent).content.decode()
