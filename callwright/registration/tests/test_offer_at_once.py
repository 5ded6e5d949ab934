"""Two supervisors at the same moment: what is offered stays whole (REG-1)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from callwright.registration.models import Category, Topic
from callwright.registration.operations.put_in_order import order_categories
from callwright.registration.operations.refusals import Refused
from callwright.registration.operations.retire import retire_topic
from callwright.registration.operations.save_topic import Spot, add_topic, place_topic
from callwright.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def by() -> int:
    return User.objects.create_user("boss", "x", name="Boss", role="supervisor", all_accounts=True).pk


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """How each went: empty, or why it was refused."""
    start = Barrier(len(acts))

    def go(act: Callable[[], Any]) -> str:
        try:
            start.wait(10)
            act()
        except Refused as refused:
            return refused.reason
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(go, acts))


def test_one_name_is_added_once(by: int) -> None:
    category = Category.objects.create(name="Reason")
    to = Spot(category.pk)
    acts = [lambda name=name: add_topic(name=name, to=to, by=by, now=NOW) for name in ("Late", "LATE", "late ")]
    assert at_once(*acts) == ["", "name_taken", "name_taken"]
    assert Topic.objects.count() == 1


def test_two_topics_put_under_each_other_stand_one_level_deep(by: int) -> None:
    category = Category.objects.create(name="Reason")
    first, second = (Topic.objects.create(category=category, name=name).pk for name in ("First", "Second"))

    def under(one: int, other: int) -> Callable[[], None]:
        to = Spot(category.pk, other)
        return lambda: place_topic(topic_id=one, category_id=category.pk, to=to, by=by, now=NOW)

    assert at_once(under(first, second), under(second, first)) == ["", "too_deep"]
    assert Topic.objects.filter(parent=None).count() == 1


def test_a_topic_is_retired_while_another_goes_under_it(by: int) -> None:
    category = Category.objects.create(name="Reason")
    above = Topic.objects.create(category=category, name="Above").pk
    to = Spot(category.pk, above)
    went = at_once(
        lambda: retire_topic(topic_id=above, category_id=category.pk, retired=True, by=by, now=NOW),
        lambda: add_topic(name="Under", to=to, by=by, now=NOW),
    )
    assert went in (["", ""], ["", "parent_retired"])
    assert Topic.objects.count() == 2 - len([one for one in went if one])
    assert Topic.objects.get(pk=above).retired_at == NOW


def test_two_orders_leave_one_of_them(by: int) -> None:
    ids = [Category.objects.create(name=name, position=place).pk for place, name in enumerate("ABCD")]
    orders = (ids[::-1], [ids[2], ids[0], ids[3], ids[1]])
    acts = [lambda order=order: order_categories(order, allowed=Category.objects.all(), now=NOW) for order in orders]
    assert at_once(*acts) == ["", ""]
    assert list(Category.objects.values_list("pk", flat=True)) in orders
    assert sorted(Category.objects.values_list("position", flat=True)) == [0, 1, 2, 3]
