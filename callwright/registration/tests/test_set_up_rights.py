"""Who may set up which categories: what other accounts are offered is nobody else's to change (REG-1)."""

from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Account, Organisation
from callwright.registration.models import Category, Topic
from callwright.registration.tests.offer import add, person, retire, told, topic
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> dict[str, Account]:
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau"})
    return {name: Account.objects.create(name=name) for name in ("Bakery", "Garage", "Hotel")}


@pytest.fixture
def boss(accounts: Any) -> Client:
    return person("boss", "supervisor")


def _acts(category: Category, one: Topic) -> list[tuple[str, dict[str, Any]]]:
    base = f"/registration/topics/{category.pk}/"
    return [
        (base, {"name": "Stolen", "several": "one"}),
        (base + "retire/", {}),
        (base + "topics/", {"name": "Stolen"}),
        (base + "topics/", {"name": "Stolen", "id": one.pk}),
        (base + f"topics/{one.pk}/place/", {"to": category.pk, "order": ""}),
        (base + f"topics/{one.pk}/retire/", {}),
    ]


@pytest.mark.parametrize("role", ["agent", "controller", "customer"])
def test_without_the_right_nothing_is_seen_or_changed(role: str, boss: Client, accounts: dict[str, Account]) -> None:
    category = add(boss)
    one = topic(boss, category, "Order")
    client = person("other", role, *accounts.values())
    for address in ("", "new/", "preview/", f"{category.pk}/"):
        assert client.get(f"/registration/topics/{address}").status_code == 403
    for address, sent in _acts(category, one):
        assert client.post(address, sent).status_code == 403
    assert client.post("/registration/topics/order/", {"order": ""}).status_code == 403
    assert told() == [("Reason", ["Order"])]


def test_strangers_are_sent_to_the_login(boss: Client) -> None:
    category = add(boss)
    for address in ("/registration/topics/", f"/registration/topics/{category.pk}/"):
        assert Client().get(address).status_code == 302
    assert Client().post(f"/registration/topics/{category.pk}/retire/").status_code == 302
    assert Category.objects.get().retired_at is None


def test_supervisors_of_some_accounts_change_what_only_these_are_offered(
    boss: Client, accounts: dict[str, Account]
) -> None:
    bakery, garage, hotel = accounts.values()
    for_all = add(boss, "All")
    both = add(boss, "Both", accounts=[bakery.pk, garage.pk])
    others = add(boss, "Hotels", accounts=[hotel.pk])
    for category in (for_all, both, others):
        topic(boss, category, f"in {category.name}")
    baker = person("baker", "supervisor", bakery)
    text = baker.get("/registration/topics/").content.decode()
    assert "in All" in text and "in Both" in text
    assert "in Hotels" not in text and "Garage" not in text and "Hotel" not in text
    assert "others that you do not see" in text
    for category in (for_all, both, others):
        one = Topic.objects.get(category=category)
        for address, sent in _acts(category, one):
            assert baker.post(address, sent).status_code == 404, address
    mine = add(baker, "Cakes", accounts=[bakery.pk])
    topic(baker, mine, "Birthday")
    assert told(bakery.pk)[-1] == ("Cakes", ["Birthday"])
    assert "Cakes" not in str(told(garage.pk))
    assert Topic.objects.filter(name="Stolen").count() == 0


def test_they_can_neither_offer_to_others_nor_to_all(boss: Client, accounts: dict[str, Account]) -> None:
    bakery, garage, _hotel = accounts.values()
    baker = person("baker", "supervisor", bakery, accounts["Hotel"])
    for chosen in ([], [garage.pk], [bakery.pk, garage.pk], ["x"], ["99999999999999999999"]):
        answer = baker.post("/registration/topics/new/", {"name": "Mine", "several": "one", "accounts": chosen})
        assert answer.status_code == 422, chosen
    mine = add(baker, "Mine", accounts=[bakery.pk])
    sent = {"name": "Mine", "several": "one", "accounts": []}
    assert baker.post(f"/registration/topics/{mine.pk}/", sent).status_code == 422
    assert [one.name for one in mine.accounts.all()] == ["Bakery"]


def test_who_sees_one_account_sets_up_for_that_one(accounts: dict[str, Account]) -> None:
    baker = person("baker", "supervisor", accounts["Bakery"])
    assert [one.name for one in add(baker, "Mine").accounts.all()] == ["Bakery"]


def test_topics_do_not_move_into_categories_of_others(boss: Client, accounts: dict[str, Account]) -> None:
    baker = person("baker", "supervisor", accounts["Bakery"])
    mine, for_all = add(baker, "Mine"), add(boss, "All")
    one, other = topic(baker, mine, "Cake"), topic(boss, for_all, "Order")
    place = f"/registration/topics/{mine.pk}/topics/{one.pk}/place/"
    assert baker.post(place, {"to": for_all.pk, "order": f"{one.pk}"}).status_code == 404
    sent = {"id": one.pk, "name": "Cake", "spot": f"{for_all.pk}.{other.pk}", "spot_before": f"{mine.pk}"}
    assert baker.post(f"/registration/topics/{mine.pk}/topics/", sent).status_code == 404
    form = baker.get(f"/registration/topics/{mine.pk}/topics/form/?id={one.pk}").content.decode()
    assert "Order" not in form and 'label="All"' not in form
    one.refresh_from_db()
    assert one.category_id == mine.pk
    # nor is a topic of another category changed through the address of one's own
    assert retire(baker, Topic(pk=other.pk, category_id=mine.pk)).status_code == 404


def test_queues_that_somebody_does_not_see_stay_where_others_chose_them(
    boss: Client, accounts: dict[str, Account]
) -> None:
    pbx = Pbx.objects.create(slug="main")
    garage_queue = Queue.objects.create(pbx=pbx, name="garage", account=accounts["Garage"])
    mine = Queue.objects.create(pbx=pbx, name="bakery", account=accounts["Bakery"])
    category = add(boss, "Cakes", accounts=[accounts["Bakery"].pk], queues=[garage_queue.pk, mine.pk])
    baker = person("baker", "supervisor", accounts["Bakery"])
    form = baker.get(f"/registration/topics/{category.pk}/").content.decode()
    assert "garage" not in form
    sent = {"name": "Cakes", "several": "one", "accounts": [accounts["Bakery"].pk], "queues": []}
    assert baker.post(f"/registration/topics/{category.pk}/", sent).status_code == 302
    assert set(category.queues.values_list("pk", flat=True)) == {garage_queue.pk}
    assert baker.post("/registration/topics/new/", sent | {"queues": [garage_queue.pk]}).status_code == 422


def test_a_supervisor_of_a_house_sets_up_for_all(accounts: dict[str, Account]) -> None:
    Organisation.objects.update(kind="house")
    baker = person("baker", "supervisor", accounts["Bakery"])
    category = add(baker)
    topic(baker, category, "Order")
    assert not category.accounts.exists() and told() == [("Reason", ["Order"])]


def test_the_order_of_a_part_leaves_the_rest_where_it_is(boss: Client, accounts: dict[str, Account]) -> None:
    bakery, garage, _hotel = accounts.values()
    names = {"A": [bakery.pk], "G1": [garage.pk], "B": [bakery.pk], "G2": [garage.pk], "C": [bakery.pk]}
    ids = {name: add(boss, name, accounts=chosen).pk for name, chosen in names.items()}
    baker = person("baker", "supervisor", bakery)
    baker.post("/registration/topics/order/", {"order": f"{ids['C']},{ids['G2']},{ids['A']},{ids['B']},x,-1"})
    assert list(Category.objects.values_list("name", flat=True)) == ["C", "G1", "A", "G2", "B"]
