"""Categories and topics on the page of supervisors (REG-1)."""

from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Account
from callwright.registration.models import Category, Topic
from callwright.registration.queries.offer import offered_for
from callwright.registration.rules import Subject
from callwright.staff.models import AccountRight, AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery() -> Account:
    return Account.objects.create(name="Bakery", is_default=True)


@pytest.fixture
def garage() -> Account:
    return Account.objects.create(name="Garage")


def person(name: str, role: str, *accounts: Account) -> Client:
    user = User.objects.create_user(name, "x", name=name, role=role, all_accounts=not accounts)
    AccountRight.objects.bulk_create(AccountRight(user=user, account=account) for account in accounts)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss(bakery: Account) -> Client:
    return person("boss", "supervisor")


def page(client: Client) -> str:
    answer = client.get("/registration/topics/")
    assert answer.status_code == 200
    return answer.content.decode()


def add(client: Client, name: str = "Reason", **fields: Any) -> Category:
    answer = client.post("/registration/topics/new/", {"name": name, "several": "", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return Category.objects.get(name=name)


def topic(client: Client, category: Category, name: str, **fields: Any) -> Topic:
    answer = client.post(f"/registration/topics/{category.pk}/topics/", {"name": name, "parent": "", **fields})
    assert answer.status_code == 302
    return Topic.objects.get(category=category, name=name)


def test_categories_and_topics_are_added_in_order_with_one_level_under_them(boss: Client) -> None:
    category = add(boss)
    order = topic(boss, category, "Order")
    topic(boss, category, "Complaint")
    topic(boss, category, "Late", parent=order.pk)
    [shown] = offered_for(Subject(account_id=0, direction="inbound"))
    assert [(one.name, [under.name for under in one.under]) for one in shown.topics] == [
        ("Order", ["Late"]), ("Complaint", []),
    ]  # fmt: skip
    late = Topic.objects.get(name="Late")
    answer = boss.post(
        f"/registration/topics/{category.pk}/topics/", {"name": "Deeper", "parent": late.pk}, follow=True
    )
    assert "no deeper" in answer.content.decode()
    assert not Topic.objects.filter(name="Deeper").exists()
    assert {"registration_category_added", "registration_topic_added"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )
