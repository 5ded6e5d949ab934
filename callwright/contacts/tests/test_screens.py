"""The screens of contacts, through HTTP."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from callwright.accounts.models import Organisation
from callwright.contacts.models import Contact, CustomField, Order, OrderStageChange
from callwright.contacts.operations.lists import save_category
from callwright.contacts.operations.orders import LineWish, OrderWish, create_order
from callwright.contacts.queries.contacts import PAGE

pytestmark = pytest.mark.django_db
Make = Callable[..., int]
PART = {"HX-Request": "true"}


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 600), **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return written.getvalue()


@pytest.fixture
def order(account: Any, make_contact: Make, stages: dict[str, int], owner: Any, now: datetime) -> int:
    lines = [LineWish("Anvil", Decimal("2.5"), Decimal("19.99")), LineWish("Delivery", Decimal(1), Decimal("7.255"))]
    wish = OrderWish("Anvils", "EUR", date(2026, 3, 1), lines, responsible_id=owner.pk, paid=Decimal("20.00"))
    contact = make_contact("Jan", "Jansen", numbers=["0201234567"])
    return create_order(account_id=account.pk, contact_id=contact, wish=wish, by=owner.pk, now=now)


class TestDoors:
    """Every address: who works for the account, a colleague, another account's user, a customer, a stranger."""

    @pytest.fixture
    def addresses(self, order: int, make_company: Make, owner_client: Any) -> list[tuple[str, str]]:
        contact = Order.objects.get(pk=order).contact
        number, company = contact.numbers.get(), make_company("Acme")
        owner_client.post(f"/contacts/{contact.pk}/emails/add/", {"email": "jan@example.org"})
        owner_client.post(f"/contacts/{contact.pk}/photo/upload/", {"photo": io.BytesIO(picture())})
        of = f"/contacts/{contact.pk}/"
        return [
            ("get", of), ("get", f"{of}head/"), ("get", f"{of}numbers/"), ("get", f"{of}orders/"),
            ("get", f"/contacts/{company}/"), ("get", f"{of}photo/"), ("get", f"{of}photo/small/"),
            ("get", f"{of}orders/new/"), ("get", f"/contacts/orders/{order}/"),
            ("post", f"{of}field/"), ("post", f"{of}numbers/add/"), ("post", f"{of}emails/add/"),
            ("post", f"{of}numbers/{number.pk}/kind/"), ("post", f"{of}photo/upload/"),
            ("post", f"{of}orders/new/"), ("post", f"/contacts/orders/{order}/"),
            ("post", f"/contacts/orders/{order}/stage/"), ("post", f"{of}photo/delete/"),
            ("post", f"{of}emails/{contact.emails.get().pk}/remove/"),
            ("post", f"{of}numbers/{number.pk}/remove/"),
        ]  # fmt: skip

    def test_of_one_contact(
        self, addresses: list[tuple[str, str]], colleague_client: Any, outsider_client: Any, customer_client: Any,
        stranger_client: Any, owner_client: Any,
    ) -> None:  # fmt: skip
        before = Contact.objects.values().order_by("pk")
        kept = list(before)
        for method, address in addresses:
            assert getattr(outsider_client, method)(address).status_code == 404, address
            assert getattr(customer_client, method)(address).status_code == 403, address
            answer = getattr(stranger_client, method)(address)
            assert answer.status_code == 302 and answer.url.startswith("/login/"), address
        assert list(before.all()) == kept
        for browser in (colleague_client, owner_client):
            for method, address in addresses:
                if method == "get":
                    assert getattr(browser, method)(address).status_code == 200, address
        for method, address in addresses:
            if method == "post":
                assert owner_client.post(address).status_code in (200, 302), address

    def test_of_the_lists(
        self,
        owner_client: Any,
        supervisor_client: Any,
        customer_client: Any,
        stranger_client: Any,
        outsider_client: Any,
    ) -> None:
        for address in ("/contacts/", "/contacts/find/?search=x", "/contacts/new/person/", "/contacts/new/company/"):
            assert owner_client.get(address).status_code == 200, address
            assert outsider_client.get(address).status_code == 200, address
            assert customer_client.get(address).status_code == 403, address
            assert stranger_client.get(address).status_code == 302, address
        for of in ("categories", "stages", "fields"):
            for address in (f"/contacts/lists/{of}/",):
                assert supervisor_client.get(address).status_code == 200, address
                for browser in (owner_client, customer_client):
                    assert browser.get(address).status_code == 403, address
                assert stranger_client.get(address).status_code == 302
            for address in (
                f"/contacts/lists/{of}/order/",
                f"/contacts/lists/{of}/1/",
                f"/contacts/lists/{of}/1/retire/",
            ):
                assert owner_client.post(address).status_code == 403, address
        assert supervisor_client.get("/contacts/lists/secrets/").status_code == 404
        assert supervisor_client.post("/contacts/lists/fields/999/").status_code == 404

    def test_a_controller_reads_and_changes_nothing(self, order: int, browser_of: Any, controller: Any) -> None:
        contact = Order.objects.get(pk=order).contact_id
        browser = browser_of(controller)
        page = browser.get(f"/contacts/{contact}/").content.decode()
        assert "Jansen" in page and "quiet" not in page and '<form class="edit-value' not in page
        assert browser.get(f"/contacts/orders/{order}/").status_code == 200
        answer = browser.post(f"/contacts/{contact}/field/", {"field": "city", "city": "Oz"})
        assert answer.status_code == 403 and Contact.objects.get(pk=contact).city == ""

    def test_others_contacts_are_not_in_any_list(
        self, make_contact: Make, other_account: Any, owner_client: Any
    ) -> None:
        make_contact("Secret", "Person", of=other_account, numbers=["0201234567"])
        queries = ("", "?search=secret", "?search=1234567", f"?account={other_account.pk}")
        for address in ("/contacts/find/?search=secret", *(f"/contacts/{query}" for query in queries)):
            assert b"Secret" not in owner_client.get(address).content, address

    def test_nothing_is_made_in_anothers_account(self, owner_client: Any, other_account: Any) -> None:
        answer = owner_client.post("/contacts/new/person/", {"account": other_account.pk, "surname": "Bos"})
        assert answer.status_code == 200 and not Contact.objects.exists()


class TestList:
    def test_pages_by_name_with_a_key(
        self, make_contact: Make, owner_client: Any, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(PAGE + 5):
            make_contact("Jan", f"Jansen {n:03}", numbers=[f"020123{n:04}"])
        with django_assert_max_num_queries(10):
            first = owner_client.get("/contacts/").content.decode()
        assert first.count("contact-link") == PAGE and "Jansen 049" in first and "Jansen 050" not in first
        after = first.split('class="more"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
        rest = owner_client.get(after, headers=PART).content.decode()
        assert rest.count("contact-link") == 5 and "<table" not in rest and 'class="more"' not in rest

    @pytest.mark.parametrize(
        "search", ["kovacs", "Ковач", "eva kov", "234567", "06 1 234 567", "+361", "kovasc", "acme"]
    )
    def test_search_as_you_type(self, make_contact: Make, make_company: Make, owner_client: Any, search: str) -> None:
        """CON-5."""
        make_contact("Éva", "Kovács", numbers=["+36 1 234 5678"], company=make_company("Acme"))
        make_contact("Piet", "Bos", numbers=["+31 6 9999 9999"])
        page = owner_client.get("/contacts/", {"search": search}, headers=PART).content.decode()
        assert "Kovács" in page and "Bos" not in page and "<html" not in page

    def test_a_search_asks_the_database_a_fixed_number_of_times(
        self, make_contact: Make, owner_client: Any, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(30):
            make_contact("Jan", f"Jansen {n:03}", numbers=[f"020123{n:04}", f"061234{n:04}"])
        with django_assert_max_num_queries(9):
            page = owner_client.get("/contacts/?search=jansen", headers=PART).content.decode()
        assert page.count("contact-link") == 30

    def test_states_without_rows(self, owner_client: Any) -> None:
        assert b"No contacts yet" in owner_client.get("/contacts/").content
        assert b"Nobody found" in owner_client.get("/contacts/?search=zzz").content

    @pytest.mark.parametrize(
        "query", ["search=%00", "search=" + "x" * 5000, "search=%25%5C_", "account=9" * 30, "category=x&kind=robot",
                  "after=%00&last=99999999999999999999", "search=%E2%80%AE", "search='%20OR%201=1--", "last=-1"],
    )  # fmt: skip
    def test_hostile_addresses(self, owner_client: Any, make_contact: Make, query: str) -> None:
        make_contact("Jan", "Jansen")
        expected = 400 if "%00" in query else 200  # a NUL byte is refused for the whole product
        assert owner_client.get(f"/contacts/?{query}").status_code == expected
        assert owner_client.get(f"/contacts/find/?{query}").status_code == expected

    def test_a_house_never_shows_an_account_chooser(
        self, make_contact: Make, administrator_client: Any, make_account: Any, account: Any
    ) -> None:
        make_account("Spare")
        make_contact("Jan", "Jansen")
        Organisation.objects.create(pk=1, kind="house", name="House")
        assert b'name="account"' not in administrator_client.get("/contacts/").content
        Organisation.objects.update(kind="bureau")
        assert b'name="account"' in administrator_client.get("/contacts/").content


class TestPage:
    def test_a_person_is_made_and_opened(self, owner_client: Any, account: Any) -> None:
        sent = {
            "account": account.pk,
            "first_name": "Jan",
            "surname": "Jansen",
            "number": "020 1234567",
            "number_kind": "work",
        }
        answer = owner_client.post("/contacts/new/person/", sent, follow=True)
        assert "020 123 4567" in answer.content.decode() and "Jan Jansen" in answer.content.decode()
        again = owner_client.post("/contacts/new/person/", {**sent, "number": "hello"}).content.decode()
        assert "not a whole telephone number" in again and Contact.objects.count() == 1

    def test_texts_from_people_are_shown_as_text(self, make_contact: Make, owner_client: Any) -> None:
        contact = make_contact("<b>Jan</b>", "<script>alert(1)</script>", warning='"><img src=x onerror=alert(1)>')
        for address in (f"/contacts/{contact}/", "/contacts/", "/contacts/find/?search=alert"):
            page = owner_client.get(address).content.decode()
            assert "<script>alert" not in page and "<b>Jan" not in page and "<img src=x" not in page
            assert "&lt;script&gt;alert(1)" in page

    def test_a_field_saved_in_place(self, make_contact: Make, owner_client: Any) -> None:
        contact = make_contact("Jan", "Jansen")
        address = f"/contacts/{contact}/field/"
        assert b"Saved" in owner_client.post(address, {"field": "city", "city": "Utrecht"}, headers=PART).content
        assert Contact.objects.get(pk=contact).city == "Utrecht"
        answer = owner_client.post(address, {"field": "city", "city": "x" * 10_000}, headers=PART)
        assert b"too long" in answer.content and Contact.objects.get(pk=contact).city == "Utrecht"
        assert owner_client.post(address, {"field": "nonsense"}, headers=PART).status_code == 200

    def test_numbers_in_place(self, make_contact: Make, owner_client: Any) -> None:
        contact = make_contact("Jan", "Jansen", numbers=["0201234567"])
        add = f"/contacts/{contact}/numbers/add/"
        page = owner_client.post(add, {"number": "06-12345678", "kind": "mobile"}, headers=PART).content.decode()
        assert 'data-call="+31612345678"' in page
        assert "has it already" in owner_client.post(add, {"number": "+31612345678"}, headers=PART).content.decode()
        assert "extension" in owner_client.post(add, {"number": "204"}, headers=PART).content.decode()

    def test_the_page_asks_the_database_a_fixed_number_of_times(
        self, order: int, make_contact: Make, owner_client: Any, account: Any, stages: Any, owner: Any, now: datetime,
        django_assert_max_num_queries: Any,
    ) -> None:  # fmt: skip
        contact = Order.objects.get(pk=order).contact_id
        lines = [LineWish("Anvil", Decimal(1), Decimal(5))]
        for _ in range(6):
            wish = OrderWish("More", "EUR", date(2026, 3, 1), lines)
            create_order(account_id=account.pk, contact_id=contact, wish=wish, by=owner.pk, now=now)
        for n in range(5):
            owner_client.post(f"/contacts/{contact}/numbers/add/", {"number": f"02012345{n:02}"})
            CustomField.objects.create(code=f"f{n}", label=f"Field {n}")
        with django_assert_max_num_queries(13):
            assert owner_client.get(f"/contacts/{contact}/").status_code == 200
        with django_assert_max_num_queries(9):
            assert owner_client.get(f"/contacts/{contact}/head/").status_code == 200

    def test_a_category_with_its_advice(self, make_contact: Make, owner_client: Any, now: datetime) -> None:
        """CON-3."""
        vip = save_category(name="VIP", colour="violet", icon="star", advice="Put through at once.", now=now)
        page = owner_client.get(f"/contacts/{make_contact('Jan', 'Jansen', category=vip)}/").content.decode()
        assert 'data-tone="violet"' in page and "#star" in page and "Put through at once." in page


class TestOrders:
    """CON-7."""

    def test_an_order_is_made_by_hand(
        self, make_contact: Make, owner_client: Any, stages: dict[str, int], owner: Any
    ) -> None:
        contact = make_contact("Jan", "Jansen")
        sent = {
            "title": "Anvils", "ordered_on": "2026-03-01", "currency": "EUR", "paid": "20", "stage": stages["New"],
            "responsible": owner.pk, "text": ["Anvil", "Delivery", ""], "quantity": ["2,5", "1", "1"],
            "price": ["19.99", "7.255", ""],
        }  # fmt: skip
        page = owner_client.post(f"/contacts/{contact}/orders/new/", sent, follow=True).content.decode()
        order = Order.objects.get()
        assert (order.number, order.amount, order.paid) == ("2026-0001", Decimal("57.24"), Decimal("20.00"))
        assert "€37.24" in page and "Olivia" in page
        answer = owner_client.post(f"/contacts/{contact}/orders/new/", {**sent, "quantity": ["two", "1", "1"]})
        assert b"Write a number" in answer.content and Order.objects.count() == 1

    def test_an_order_moves_through_its_stages(self, order: int, owner_client: Any, stages: dict[str, int]) -> None:
        owner_client.post(f"/contacts/orders/{order}/stage/", {"stage": stages["Delivered"]})
        owner_client.post(f"/contacts/orders/{order}/stage/", {"stage": "999999"})
        steps = OrderStageChange.objects.filter(order_id=order).order_by("id")
        assert [(step.from_stage and step.from_stage.name, step.to_stage.name, step.by.name) for step in steps] == [
            (None, "New", "Olivia"), ("New", "Delivered", "Olivia"),
        ]  # fmt: skip
        page = owner_client.get(f"/contacts/orders/{order}/").content.decode()
        assert page.count('class="moment"') == 2

    def test_lines_are_changed_and_the_amount_follows(self, order: int, owner_client: Any) -> None:
        sent = {"title": "A", "number": "2026-0001", "ordered_on": "2026-03-01", "currency": "EUR", "paid": "0",
                "text": ["One"], "quantity": ["3"], "price": ["0.335"]}  # fmt: skip
        assert owner_client.post(f"/contacts/orders/{order}/", sent).status_code == 302
        assert Order.objects.get(pk=order).amount == Decimal("1.01")
        answer = owner_client.post(f"/contacts/orders/{order}/", {**sent, "price": ["-5"]})
        assert answer.status_code == 200 and Order.objects.get(pk=order).amount == Decimal("1.01")


class TestLists:
    def test_a_supervisor_edits_categories(self, supervisor_client: Any, make_contact: Make) -> None:
        of = "/contacts/lists/categories/"
        sent = {"name": "VIP", "advice": "Be quick.", "colour": "violet", "icon": "star"}
        assert supervisor_client.post(of, sent).status_code == 302
        assert b"in use already" in supervisor_client.post(of, sent).content
        assert supervisor_client.post(of, {**sent, "name": "X", "colour": "url(evil)"}).status_code == 200
        supervisor_client.post(of, {**sent, "name": "Problem", "colour": "red"})
        page = supervisor_client.get(of).content.decode()
        ids = [part.split('"')[0] for part in page.split('name="entry" value="')[1:]]
        assert page.index("VIP") < page.index("Problem")
        assert supervisor_client.post(f"{of}order/", {"entry": ids[::-1]}).status_code == 204
        supervisor_client.post(f"{of}{ids[0]}/retire/", {"retired": "1"})
        page = supervisor_client.get(of).content.decode()
        assert page.index("Problem") < page.index("VIP") and "No longer offered" in page

    def test_a_stage_that_orders_need_stays(self, order: int, stages: dict[str, int], supervisor_client: Any) -> None:
        address = "/contacts/lists/stages/{}/retire/"
        page = supervisor_client.post(address.format(stages["New"]), follow=True).content.decode()
        assert "must stay" in page
        supervisor_client.post(address.format(stages["In work"]))
        assert b"In work" not in supervisor_client.get("/contacts/lists/stages/").content

    def test_a_field_is_there_at_once(self, supervisor_client: Any, make_contact: Make) -> None:
        contact = make_contact("Jan", "Jansen")
        sent = {"label": "Size", "kind": "choice", "choices": "S\nL\n", "on_card": "on"}
        assert supervisor_client.post("/contacts/lists/fields/", sent).status_code == 302
        assert "custom.size" in supervisor_client.get(f"/contacts/{contact}/").content.decode()
        again = supervisor_client.post("/contacts/lists/fields/", {**sent, "choices": ""})
        assert b"Fill this in" in again.content
