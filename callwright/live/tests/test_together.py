"""Changes that several operations publish in one transaction are written together."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.live.models import LiveEvent
from callwright.live.operations.publish import Change, publish, published_together

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def kept() -> list[tuple[Any, ...]]:
    return list(LiveEvent.objects.order_by("id").values_list("topic", "name", "key", "account_id", "data", "at"))


def test_one_statement_in_the_order_of_publishing(account: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), published_together():
        publish([Change("floor", "state", "7", data={"state": "ringing"})], now=NOW)
        publish([], now=NOW)
        publish([Change("calls", "call", "é\n1", account.pk), Change("queues", "waiting")], now=NOW)
    assert kept() == [
        ("floor", "state", "7", None, {"state": "ringing"}, NOW),
        ("calls", "call", "é\n1", account.pk, {}, NOW),
        ("queues", "waiting", "", None, {}, NOW),
    ]


def test_nothing_published_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), published_together():
        publish([], now=NOW)


def test_what_was_published_before_something_failed_is_not_told_later() -> None:
    with pytest.raises(KeyError), published_together():
        publish([Change("floor", "state")], now=NOW)
        raise KeyError
    publish([Change("queues", "waiting")], now=NOW)
    assert [row[0] for row in kept()] == ["queues"]
