"""What is offered for a call or request: read for each card (REG-1)."""

from itertools import product
from random import Random
from typing import Any

import pytest

from callwright.accounts.models import Account
from callwright.registration.drawing import draw_choices
from callwright.registration.models import Category, Topic
from callwright.registration.queries.offer import offered_for
from callwright.registration.rules import CHANNELS, DIRECTIONS, Place, Subject, is_offered
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db


def test_the_statement_decides_as_the_rule_does(django_assert_num_queries: Any) -> None:
    random = Random(5)
    accounts = [Account.objects.create(name=f"A{n}").pk for n in range(3)]
    pbx = Pbx.objects.create(slug="main")
    queues = [Queue.objects.create(pbx=pbx, name=f"q{n}").pk for n in range(3)]
    places = {}
    for n in range(60):

        def some(of: list[Any]) -> list[Any]:
            return random.choice([[], random.sample(of, random.randint(1, len(of)))])

        place = Place(some(DIRECTIONS), some(CHANNELS), some(accounts), some(queues), random.random() < 0.3)
        category = Category.objects.create(
            name=f"C{n}", directions=place.directions, channels=place.channels, for_campaigns=place.for_campaigns,
            position=random.randint(0, 20),
        )  # fmt: skip
        category.accounts.set(place.account_ids)
        category.queues.set(place.queue_ids)
        Topic.objects.create(category=category, name="one")
        places[category.pk] = place
    in_order = list(Category.objects.order_by("position", "pk").values_list("pk", flat=True))
    directions = [*DIRECTIONS, "internal"]
    for account, direction, queue, channel, campaign in product(
        accounts, directions, [None, *queues], CHANNELS, [False, True]
    ):
        subject = Subject(account, direction, queue, channel, campaign)
        with django_assert_num_queries(1 if direction in DIRECTIONS else 0):
            found = [one.id for one in offered_for(subject)]
        assert found == [pk for pk in in_order if is_offered(places[pk], subject)]


def test_neither_empty_nor_retired_categories_are_asked() -> None:
    from datetime import UTC, datetime

    gone = datetime(2026, 1, 1, tzinfo=UTC)
    full, retired, empty = (Category.objects.create(name=name) for name in ("Full", "Retired", "Empty"))
    Category.objects.filter(pk=retired.pk).update(retired_at=gone)
    Topic.objects.create(category=retired, name="x")
    Topic.objects.create(category=empty, name="x", retired_at=gone)
    above = Topic.objects.create(category=full, name="above", retired_at=gone)
    Topic.objects.create(category=full, name="under", parent=above)
    assert offered_for(Subject(1, "inbound")) == ()
    Topic.objects.create(category=full, name="one", wants_comment=True)
    [category] = offered_for(Subject(1, "inbound"))
    assert [(one.name, one.wants_comment, one.under) for one in category.all_topics()] == [("one", True, ())]


def test_what_is_drawn_once_is_kept_until_it_changes(django_assert_num_queries: Any) -> None:
    category = Category.objects.create(name="Reason")
    topics = Topic.objects.bulk_create(Topic(category=category, name=f"Topic {n}", position=n) for n in range(300))
    first = draw_choices(offered_for(Subject(1, "inbound")))
    assert draw_choices(offered_for(Subject(1, "inbound"))) is first
    assert first.count('type="radio"') == 300 and "checked" not in first
    ticked = draw_choices(offered_for(Subject(1, "inbound")), [topics[7].pk])
    assert ticked.count("checked") == 1 and f'value="{topics[7].pk}" checked' in ticked
    Topic.objects.filter(pk=topics[0].pk).update(name="<b>New</b>")
    assert "&lt;b&gt;New&lt;/b&gt;" in draw_choices(offered_for(Subject(1, "inbound")))
