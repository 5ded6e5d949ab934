"""The one way to choose an account: nothing in a house, a list of few, a search among many."""

from typing import Any

import pytest

from callwright.accounts.models import Account, Organisation
from callwright.accounts.queries.choosing import SHORT_LIST, account_chooser
from callwright.staff.models import AccountRight

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def bureau(db: None) -> Organisation:
    return Organisation.objects.create(pk=1, kind="bureau", name="Answer & Co")


@pytest.fixture
def thousands(bureau: Any, account: Any, owner: Any) -> list[Account]:
    made = Account.objects.bulk_create([Account(name=f"Customer {n:04}", number=f"K{n}") for n in range(1500)])
    AccountRight.objects.bulk_create([AccountRight(user=owner, account=one) for one in made[:600]])
    return made


def test_a_house_shows_no_chooser_and_means_its_own_account(
    owner: Any, account: Any, other_account: Any, owner_client: Any
) -> None:
    AccountRight.objects.create(user=owner, account=other_account)
    other_account.name = "A former one"
    other_account.save()
    chooser = account_chooser(owner)
    assert not chooser.is_shown and chooser.only is not None and chooser.only.id == account.pk
    page = owner_client.get("/contacts/new/person/").content.decode()
    assert f'<input type="hidden" name="account" id="pick-account" value="{account.pk}">' in page
    assert 'name="account"' not in owner_client.get("/contacts/").content.decode()


def test_few_accounts_are_a_plain_list(bureau: Any, owner: Any, account: Any, other_account: Any) -> None:
    AccountRight.objects.create(user=owner, account=other_account)
    chooser = account_chooser(owner, other_account.pk)
    assert chooser.is_shown and not chooser.is_long and chooser.chosen is not None
    assert [one.name for one in chooser.options] == ["Baker & Sons", "Other Ltd"]


@pytest.mark.parametrize("address", ["/", "/contacts/", "/contacts/new/person/", "/desk/layout/", "/admin/users/new/"])
def test_no_screen_lists_thousands_of_accounts(
    address: str, thousands: Any, administrator_client: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        page = administrator_client.get(address).content.decode()
    assert page.count("Customer 0") <= SHORT_LIST
    assert 'data-picker="/accounts/find/' in page


def test_the_search_holds_the_viewers_accounts_alone(thousands: Any, owner_client: Any, customer_client: Any) -> None:
    page = owner_client.get("/accounts/find/?search=customer+05&list=x").content.decode()
    assert page.count("data-value") == SHORT_LIST and "There are more" in page
    assert f'data-value="{thousands[599].pk}"' in owner_client.get("/accounts/find/?search=0599").content.decode()
    assert "data-value" not in owner_client.get("/accounts/find/?search=0600").content.decode()
    # Nobody without the right to give rights searches among all.
    assert "data-value" not in owner_client.get("/accounts/find/?search=0600&for=rights").content.decode()
    assert customer_client.get("/accounts/find/").status_code == 403


def test_an_account_outside_the_viewers_own_is_never_taken_from_the_form(thousands: Any, owner_client: Any) -> None:
    sent = {"account": thousands[700].pk, "surname": "Jansen"}
    answer = owner_client.post("/contacts/new/person/", sent)
    assert answer.status_code == 200 and "Choose an account from the list." in answer.content.decode()
    assert owner_client.post("/contacts/new/person/", {**sent, "account": thousands[599].pk}).status_code == 302


def test_the_list_goes_on_to_its_end(thousands: Any, administrator_client: Any) -> None:
    Account.objects.filter(pk=thousands[3].pk).update(is_active=False)
    address, seen = "/accounts/", []
    while address:
        answer = administrator_client.get(address, headers=HX)
        seen += [one.pk for one in answer.context["accounts"]]
        address = answer.context["next_url"]
    assert len(seen) == len(set(seen)) == 1501 and seen[-1] == thousands[3].pk
    found = administrator_client.get("/accounts/?search=K14", headers=HX).content.decode()
    assert "Customer 0014" in found and "Customer 0100" not in found


def test_rights_on_accounts_are_given_through_the_search(thousands: Any, owner: Any, administrator_client: Any) -> None:
    page = administrator_client.get(f"/admin/users/{owner.pk}/").content.decode()
    assert page.count('name="accounts"') == 601 and 'data-picker-many="accounts"' in page
    found = administrator_client.get("/accounts/find/?for=rights&search=Customer+1499").content.decode()
    assert f'data-value="{thousands[1499].pk}"' in found
    sent = {"name": "Olivia", "username": "olivia", "role": "agent", "time_zone": "Europe/Amsterdam"}
    administrator_client.post(f"/admin/users/{owner.pk}/", {**sent, "accounts": [thousands[1499].pk]})
    assert list(owner.account_rights.values_list("account_id", flat=True)) == [thousands[1499].pk]


def test_the_list_of_users_goes_on_to_its_end(make_user: Any, administrator_client: Any) -> None:
    for n in range(120):
        make_user(f"agent{n:03}", name="Same name" if n % 2 else f"Agent {n}")
    address, seen = "/admin/users/?role=agent", []
    while address:
        answer = administrator_client.get(address, headers=HX)
        seen += [row.id for row in answer.context["rows"]]
        address = answer.context["next_url"]
    assert len(seen) == len(set(seen)) == 120
