"""Categories and topics on the page of supervisors (REG-1)."""

import re
from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Account
from callwright.registration.models import Category, Topic
from callwright.registration.queries.offer import offered_for
from callwright.registration.rules import Subject
from callwright.registration.tests.offer import add, person, retire, told, topic
from callwright.staff.models import AuditEntry
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def bakery() -> Account:
    return Account.objects.create(name="Bakery", is_default=True)


@pytest.fixture
def boss(bakery: Account) -> Client:
    return person("boss", "supervisor")


def page(client: Client) -> str:
    answer = client.get("/registration/topics/")
    assert answer.status_code == 200
    return answer.content.decode()


def preview(client: Client, **chosen: Any) -> str:
    return client.get("/registration/topics/preview/", chosen, headers=HX).content.decode()


def test_categories_and_topics_are_added_in_order_with_one_level_under_them(boss: Client) -> None:
    category = add(boss)
    order = topic(boss, category, "Order")
    topic(boss, category, "Complaint")
    topic(boss, category, "Late", parent=order.pk)
    assert told() == [("Reason", ["Order", "Order > Late", "Complaint"])]
    late = Topic.objects.get(name="Late")
    answer = boss.post(
        f"/registration/topics/{category.pk}/topics/", {"name": "Deeper", "parent": late.pk}, follow=True
    )
    assert "no deeper" in answer.content.decode()
    assert not Topic.objects.filter(name="Deeper").exists()


def test_the_page_begins_with_what_a_category_is(boss: Client) -> None:
    text = page(boss)
    assert "No categories yet" in text and "Nothing is asked about this." in text
    add(boss)
    assert "No categories yet" not in page(boss)


def test_the_preview_is_the_part_that_agents_see(boss: Client, bakery: Account) -> None:
    category = add(boss)
    topic(boss, category, "Order", wants_comment="on")
    several = add(boss, "Mood", several="several")
    topic(boss, several, "Angry")
    text = preview(boss)
    assert re.search(rf'type="radio" name="topic-{category.pk}"[^>]*data-wants-comment><bdi>Order', text)
    assert re.search(rf'type="checkbox" name="topic-{several.pk}"[^>]*><bdi>Angry', text)
    from callwright.registration.drawing import draw_choices

    assert text.strip() == draw_choices(offered_for(Subject(bakery.pk, "inbound"))).strip()
    assert text.strip() in page(boss)


def test_the_preview_follows_direction_channel_queue_account_and_campaign(boss: Client, bakery: Account) -> None:
    garage = Account.objects.create(name="Garage")
    Account.objects.create(name="Office")
    queue = Queue.objects.create(pbx=Pbx.objects.create(slug="main"), name="sales", label="Sales")
    limits: dict[str, dict[str, Any]] = {
        "Out": {"directions": ["outbound"]}, "Asked": {"channels": ["request"]}, "Sales": {"queues": [queue.pk]},
        "Cars": {"accounts": [garage.pk]}, "Dialled": {"for_campaigns": "on"}, "All": {},
    }  # fmt: skip
    for name, limit in limits.items():
        topic(boss, add(boss, name, **limit), f"about {name}")

    def asked(**chosen: Any) -> set[str]:
        return set(re.findall(r"about (\w+)", preview(boss, account=bakery.pk, **chosen)))

    assert asked() == {"All"}
    assert asked(direction="outbound") == {"All", "Out"}
    assert asked(channel="request") == {"All", "Asked"}
    assert asked(queue=queue.pk) == {"All", "Sales"}
    assert asked(campaign="1") == {"All", "Dialled"}
    assert set(re.findall(r"about (\w+)", preview(boss, account=garage.pk))) == {"All", "Cars"}
    assert asked(direction="sideways", channel="x", queue="99999999999999999999999") == {"All"}


def test_a_category_is_changed_and_the_audit_log_says_what(boss: Client, bakery: Account) -> None:
    category = add(boss, accounts=[bakery.pk], directions=["inbound"])
    form = boss.get(f"/registration/topics/{category.pk}/").content.decode()
    [seen] = re.findall(r'name="seen" value="([^"]+)"', form)
    answer = boss.post(
        f"/registration/topics/{category.pk}/",
        {"name": "Why", "several": "several", "directions": ["inbound", "outbound"], "seen": seen},
    )
    assert answer.status_code == 302
    category.refresh_from_db()
    assert (category.name, category.several, category.directions) == ("Why", True, [])
    assert not category.accounts.exists()
    entry = AuditEntry.objects.get(action="registration_category_changed")
    assert entry.detail["before"] == {
        "name": "Reason", "several": False, "directions": ["inbound"], "accounts": ["Bakery"],
    }  # fmt: skip
    administrator = person("admin", "administrator")
    shown = administrator.get("/audit/").content.decode()
    assert "Changed a category of registration" in shown and "Accounts: Bakery" in shown


def test_a_category_that_somebody_else_changed_meanwhile_is_not_overwritten(boss: Client) -> None:
    category = add(boss)
    address = f"/registration/topics/{category.pk}/"
    [seen] = re.findall(r'name="seen" value="([^"]+)"', boss.get(address).content.decode())
    assert boss.post(address, {"name": "First", "several": "one", "seen": seen}).status_code == 302
    answer = boss.post(address, {"name": "Second", "several": "one", "seen": seen})
    assert answer.status_code == 422 and "Somebody else changed" in answer.content.decode()
    category.refresh_from_db()
    assert category.name == "First"


def test_a_form_sent_twice_adds_one_category(boss: Client) -> None:
    for _ in range(2):
        assert boss.post("/registration/topics/new/", {"name": "Reason", "several": "one"}).status_code == 302
    category = Category.objects.get()
    topic(boss, category, "Order")
    again = boss.post(f"/registration/topics/{category.pk}/topics/", {"name": " order "}, headers=HX)
    assert again.status_code == 422 and "offered there already" in again.headers["HX-Trigger"]
    assert Topic.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "\u202e\x00", "x" * 81])
def test_names_that_are_none_are_refused(name: str, boss: Client) -> None:
    category = add(boss)
    assert boss.post("/registration/topics/new/", {"name": name, "several": "one"}).status_code in (400, 422)
    boss.post(f"/registration/topics/{category.pk}/topics/", {"name": name})
    assert not Topic.objects.exists() and Category.objects.count() == 1


def test_long_and_hostile_names_stay_names(boss: Client) -> None:
    long, hostile = "W" * 80, "<script>alert(1)</script>{{ 7*7 }}"
    category = add(boss, hostile)
    topic(boss, category, long)
    topic(boss, category, hostile)
    text = page(boss)
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text and long in text


def test_retired_topics_are_no_longer_offered_and_come_back(boss: Client) -> None:
    category = add(boss)
    order = topic(boss, category, "Order")
    topic(boss, category, "Late", parent=order.pk)
    topic(boss, category, "Complaint")
    answer = retire(boss, order, headers=HX)
    assert answer.status_code == 204 and f"{order.pk}/retire/?again=1" in answer.headers["HX-Trigger"]
    assert told() == [("Reason", ["Complaint"])]
    retire(boss, order)  # by somebody else, at the same time
    assert AuditEntry.objects.filter(action="registration_topic_retired").count() == 1
    assert "1 retired topic" in page(boss)
    boss.post(f"/registration/topics/{category.pk}/topics/{order.pk}/retire/?again=1", headers=HX)  # the undo
    assert told() == [("Reason", ["Order", "Order > Late", "Complaint"])]


def test_a_name_that_was_given_anew_keeps_the_retired_topic_away(boss: Client) -> None:
    category = add(boss)
    order = topic(boss, category, "Order")
    retire(boss, order)
    boss.post(f"/registration/topics/{category.pk}/topics/", {"name": "ORDER"})
    answer = retire(boss, order, again=True, headers=HX)
    assert answer.status_code == 422 and "Choose another name" in answer.headers["HX-Trigger"]
    assert told() == [("Reason", ["ORDER"])]


def test_a_retired_category_takes_its_topics_along_and_brings_them_back(boss: Client) -> None:
    category = add(boss)
    topic(boss, category, "Order")
    boss.post(f"/registration/topics/{category.pk}/retire/")
    assert told() == [] and "1 retired category" in page(boss)
    boss.post(f"/registration/topics/{category.pk}/retire/", {"again": "1"})
    assert told() == [("Reason", ["Order"])]


def test_a_topic_retired_while_another_is_added_beneath_it(boss: Client) -> None:
    category = add(boss)
    order = topic(boss, category, "Order")
    form = f"/registration/topics/{category.pk}/topics/form/?parent={order.pk}"
    assert "New topic under Order" in boss.get(form, headers=HX).content.decode()
    retire(person("other", "supervisor"), order)
    sent = {"name": "Late", "parent": order.pk, "in_dialog": "1"}
    answer = boss.post(f"/registration/topics/{category.pk}/topics/", sent, headers=HX)
    assert answer.status_code == 422 and "no longer offered" in answer.content.decode()
    assert boss.get(form, headers=HX).status_code == 404
    changed = {"name": "Orders", "id": order.pk, "in_dialog": "1"}
    answer = boss.post(f"/registration/topics/{category.pk}/topics/", changed, headers=HX)
    assert answer.status_code == 422 and "retired it meanwhile" in answer.content.decode()
    assert Topic.objects.get().name == "Order"


def test_three_hundred_topics_are_folded_and_can_be_found(boss: Client, django_assert_max_num_queries: Any) -> None:
    category = add(boss)
    Topic.objects.bulk_create(Topic(category=category, name=f"Topic {n}", position=n) for n in range(300))
    with django_assert_max_num_queries(24):
        text = page(boss)
    assert "data-topics-find" in text and "data-answers-find" in text
    assert f'id="topics-of-{category.pk}"><summary' in text  # not open
    assert len(text) < 900_000
