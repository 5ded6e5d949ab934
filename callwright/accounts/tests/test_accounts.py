"""Accounts, their lines and recipients, through HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.accounts.models import Account, Line, NoteRecipient, Organisation
from callwright.accounts.queries.accounts import note_recipients, unknown_callers_policy
from callwright.accounts.queries.choosing import account_chooser
from callwright.accounts.queries.on_card import account_on_card
from callwright.live.models import LiveEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def bureau(db: None) -> Organisation:
    return Organisation.objects.create(pk=1, kind="bureau", name="Answer & Co")


def sent(**more: Any) -> dict[str, Any]:
    return {
        "name": "Acme",
        "home_country": "NL",
        "language": "nl",
        "time_zone": "Europe/Amsterdam",
        "is_active": "on",
        **more,
    }


@pytest.fixture
def addresses(account: Account) -> list[tuple[str, str, dict[str, Any]]]:
    line = Line.objects.create(account=account, number="+31201234567", label="Sales")
    recipient = NoteRecipient.objects.create(account=account, name="Ann", email="ann@example.org")
    of = f"/accounts/{account.pk}/"
    return [
        ("get", of, {}), ("post", of, sent(name="Baker & Sons", is_default="on")),
        ("post", f"{of}lines/", {"number": "020 765 4321"}),
        ("post", f"{of}lines/{line.pk}/", {"label": "Support"}),
        ("post", f"{of}recipients/", {"name": "Bob", "phone": "0612345678"}),
        ("post", f"{of}recipients/{recipient.pk}/", {"name": "Ann B", "email": "ann@example.org"}),
        ("post", f"{of}recipients/{recipient.pk}/", {"remove": "1"}),
        ("post", f"{of}lines/{line.pk}/", {"remove": "1"}),
    ]  # fmt: skip


def test_doors_of_one_account(
    addresses: Any, bureau: Any, owner_client: Any, outsider_client: Any, customer_client: Any, stranger_client: Any,
    supervisor_client: Any, make_user: Any, other_account: Any, browser_of: Any,
) -> None:  # fmt: skip
    foreign = browser_of(make_user("sven", role="supervisor", accounts=[other_account]))
    for method, address, data in addresses:
        # An agent sees accounts and changes none; the page itself says "not found" before "no right".
        is_read, refused = method == "get", 404 if address.count("/") <= 4 else 403
        assert getattr(owner_client, method)(address, data).status_code == (200 if is_read else 403), address
        assert getattr(outsider_client, method)(address, data).status_code == (404 if is_read else refused), address
        assert getattr(foreign, method)(address, data).status_code == 404, address
        assert getattr(customer_client, method)(address, data).status_code == 403, address
        assert getattr(stranger_client, method)(address, data).status_code == 302, address
    assert Line.objects.get().label == "Sales" and NoteRecipient.objects.get().name == "Ann"
    for method, address, data in addresses:
        assert getattr(supervisor_client, method)(address, data).status_code == (200 if method == "get" else 302), (
            address
        )
    assert list(Line.objects.filter(retired=False).values_list("number", flat=True)) == ["+31207654321"]
    assert list(NoteRecipient.objects.values_list("name", "phone")) == [("Bob", "+31612345678")]


def test_doors_of_the_organisation(
    bureau: Any, owner_client: Any, supervisor_client: Any, customer_client: Any, stranger_client: Any,
    administrator_client: Any,
) -> None:  # fmt: skip
    for address in ("/accounts/new/", "/accounts/organisation/"):
        assert administrator_client.get(address).status_code == 200
        for browser in (owner_client, supervisor_client, customer_client):
            assert browser.get(address).status_code == 403, address
            assert browser.post(address, sent(kind="house")).status_code == 403, address
        assert stranger_client.get(address).status_code == 302
    assert Organisation.objects.get().kind == "bureau"
    assert customer_client.get("/accounts/").status_code == 403


def test_a_viewer_lists_only_accounts_of_their_own(
    bureau: Any, account: Any, other_account: Any, owner_client: Any, administrator_client: Any, owner: Any
) -> None:
    Line.objects.create(account=other_account, number="+31201112222")
    page = owner_client.get("/accounts/").content.decode()
    assert "Baker &amp; Sons" in page and "Other Ltd" not in page
    assert [choice.name for choice in account_chooser(owner).options] == ["Baker & Sons"]
    assert b"Other Ltd" not in owner_client.get("/accounts/?search=201112222").content
    found = administrator_client.get("/accounts/?search=020 111 2222", headers={"HX-Request": "true"}).content.decode()
    assert "Other Ltd" in found and "Baker" not in found


def test_a_house_goes_straight_to_its_account(account: Any, administrator_client: Any) -> None:
    answer = administrator_client.get("/accounts/")
    assert answer.status_code == 302 and answer.url == f"/accounts/{account.pk}/"
    assert administrator_client.get("/accounts/new/").status_code == 404


def test_a_number_leads_to_one_account_only(
    bureau: Any, account: Any, other_account: Any, administrator_client: Any
) -> None:
    administrator_client.post(f"/accounts/{account.pk}/lines/", {"number": "020-1234567", "label": "Sales"})
    answer = administrator_client.post(f"/accounts/{other_account.pk}/lines/", {"number": "+31 20 123 4567"})
    assert b"leads to an account already" in answer.content
    assert Line.objects.get().account_id == account.pk
    answer = administrator_client.post(f"/accounts/{account.pk}/lines/", {"number": "hello"})
    assert b"not a whole telephone number" in answer.content


def test_a_bad_screen_pop_address_is_refused_in_words(bureau: Any, account: Any, administrator_client: Any) -> None:
    """DESK-12."""
    answer = administrator_client.post(
        f"/accounts/{account.pk}/", sent(is_default="on", screen_pop_url="javascript:alert(1)")
    )
    assert b"must begin with https://" in answer.content
    good = sent(is_default="on", screen_pop_url="https://crm.example.org/?n={number}", greeting="Good day")
    assert administrator_client.post(f"/accounts/{account.pk}/", good).status_code == 302
    card = account_on_card(account.pk, now=NOW)
    assert (
        card
        and card.screen_pop({"number": "+31"}) == "https://crm.example.org/?n=%2B31"
        and card.greeting == "Good day"
    )
    assert LiveEvent.objects.filter(topic="accounts", key=str(account.pk), account_id=account.pk).exists()


def test_the_line_says_its_own_greeting(account: Any, django_assert_max_num_queries: Any) -> None:
    Account.objects.filter(pk=account.pk).update(greeting="Baker, good day")
    Line.objects.create(account=account, number="+31201234567", label="Sales", greeting="Baker sales")
    with django_assert_max_num_queries(3):
        card = account_on_card(account.pk, line_number="+31201234567", now=NOW)
    assert card and (card.greeting, card.line_label) == ("Baker sales", "Sales")
    other = account_on_card(account.pk, line_number="+31209999999", now=NOW)
    assert other and other.greeting == "Baker, good day"


def test_unclaimed_lines_always_have_an_account(
    bureau: Any, account: Any, other_account: Any, administrator_client: Any
) -> None:
    page = administrator_client.post(f"/accounts/{account.pk}/", sent()).content.decode()
    assert "Choose another one for them first" in page
    administrator_client.post(f"/accounts/{other_account.pk}/", sent(name="Other Ltd", is_default="on"))
    assert list(Account.objects.filter(is_default=True)) == [other_account]


def test_unknown_callers_follow_the_account_then_the_organisation(bureau: Any, account: Any) -> None:
    """CALL-8."""
    assert unknown_callers_policy(account.pk) == "offer"
    Organisation.objects.update(unknown_callers="never")
    assert unknown_callers_policy(account.pk) == "never"
    Account.objects.filter(pk=account.pk).update(unknown_callers="create")
    assert unknown_callers_policy(account.pk) == "create"


def test_a_recipient_needs_a_way_to_be_reached(bureau: Any, account: Any, supervisor_client: Any) -> None:
    address = f"/accounts/{account.pk}/recipients/"
    for data, words in [
        ({"name": "Ann"}, b"e-mail address or a mobile"),
        ({"name": "Ann", "email": "ann@@x"}, b"not an e-mail address"),
        ({"name": "Ann", "phone": "12"}, b"not a whole telephone number"),
        ({"name": "\x00", "email": "a@example.org"}, b"a character that no text has"),
    ]:
        assert words in supervisor_client.post(address, data).content
    assert note_recipients(account.pk) == []


def test_the_organisation_is_saved(administrator_client: Any) -> None:
    data = sent(name="Answer & Co", kind="bureau", unknown_callers="create")
    assert administrator_client.post("/accounts/organisation/", data).status_code == 302
    assert Organisation.objects.get().kind == "bureau"
    assert administrator_client.post("/accounts/organisation/", {**data, "time_zone": "Mars/Base"}).status_code == 200


def test_hostile_texts_stay_texts(bureau: Any, account: Any, administrator_client: Any) -> None:
    name = "<script>alert(1)</script>\u202eevil"
    administrator_client.post(f"/accounts/{account.pk}/", sent(name=name, is_default="on"))
    account.refresh_from_db()
    assert account.name == "<script>alert(1)</script>evil"
    for address in ("/accounts/", f"/accounts/{account.pk}/"):
        page = administrator_client.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;" in page
    answer = administrator_client.post(f"/accounts/{account.pk}/", sent(name="x" * 10_000))
    assert answer.status_code == 200


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    bureau: Any,
    account: Any,
    make_account: Callable[..., Any],
    administrator_client: Any,
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(20):
        made = make_account(f"Account {n}")
        Line.objects.create(account=made, number=f"+3120123{n:04}")
        Line.objects.create(account=account, number=f"+3120124{n:04}")
        NoteRecipient.objects.create(account=account, name=f"R {n}", email="a@example.org")
    with django_assert_max_num_queries(6):
        assert administrator_client.get("/accounts/").status_code == 200
    for page in ("", "lines/", "recipients/", "people/", "knowledge/", "hours/"):
        with django_assert_max_num_queries(10):
            assert administrator_client.get(f"/accounts/{account.pk}/{page}").status_code == 200
