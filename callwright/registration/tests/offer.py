"""How tests set up categories and topics: as supervisors do."""

from typing import Any

from django.test import Client

from callwright.accounts.models import Account
from callwright.registration.models import Category, Topic
from callwright.registration.queries.offer import offered_for
from callwright.registration.rules import Subject
from callwright.staff.models import AccountRight, User


def person(name: str, role: str, *accounts: Account) -> Client:
    """Somebody who sees these accounts, or without them all."""
    user = User.objects.create_user(name, "x", name=name, role=role, all_accounts=not accounts)
    AccountRight.objects.bulk_create(AccountRight(user=user, account=account) for account in accounts)
    client = Client()
    client.force_login(user)
    return client


def add(client: Client, name: str = "Reason", **fields: Any) -> Category:
    answer = client.post("/registration/topics/new/", {"name": name, "several": "one", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return Category.objects.get(name=name)


def topic(client: Client, category: Category, name: str, **fields: Any) -> Topic:
    answer = client.post(f"/registration/topics/{category.pk}/topics/", {"name": name, "parent": "", **fields})
    assert answer.status_code == 302
    return Topic.objects.get(category=category, name=name)


def retire(client: Client, one: Topic, *, again: bool = False, **named: Any) -> Any:
    address = f"/registration/topics/{one.category_id}/topics/{one.pk}/retire/"
    return client.post(address, {"again": "1"} if again else {}, **named)


def told(account: int = 0, **subject: Any) -> list[tuple[str, list[str]]]:
    """What is offered, as names: the categories with their topics."""
    return [
        (one.name, [line for top in one.topics for line in (top.name, *(f"{top.name} > {u.name}" for u in top.under))])
        for one in offered_for(Subject(account, **({"direction": "inbound"} | subject)))
    ]
