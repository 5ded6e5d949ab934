"""How many callers wait in each queue (LIVE-6): kept for many at once, told where it changed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.live.models import LiveEvent
from callwright.telephony.events import QueueChanged
from callwright.telephony.models import Pbx, Queue
from callwright.telephony.operations.note_member import note_waiting
from callwright.telephony.queries.pbxs import PbxFacts, hearing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def pbx() -> Pbx:
    return Pbx.objects.create(slug="main", name="Main", home_country="NL")


def waits(queue: str, count: int, pbx: str = "main") -> QueueChanged:
    return QueueChanged(pbx=pbx, at=NOW, queue=queue, waiting=count)


def told() -> list[tuple[str, Any]]:
    rows = LiveEvent.objects.order_by("id").values_list("topic", "data")
    return [(topic, data["waiting"]) for topic, data in rows]


def test_the_last_word_counts_and_new_queues_are_made(pbx: Pbx, account: Any) -> None:
    known = Queue.objects.create(pbx=pbx, name="support", account=account)
    note_waiting([waits("support", 1), waits("sales", 4), waits("support", 2)], now=NOW)
    made = Queue.objects.get(name="sales")
    assert dict(Queue.objects.values_list("name", "waiting")) == {"support": 2, "sales": 4}
    assert told() == [("queues", 2), (f"queue:{known.pk}", 2), ("queues", 4), (f"queue:{made.pk}", 4)]
    assert set(LiveEvent.objects.values_list("data__waiting", "account_id")) == {(2, account.pk), (4, None)}


def test_what_is_so_already_is_not_told(pbx: Pbx) -> None:
    Queue.objects.create(pbx=pbx, name="support", waiting=2)
    note_waiting([waits("support", 2)], now=NOW)
    assert told() == []


def test_two_pbxs_may_have_a_queue_of_the_same_name(pbx: Pbx) -> None:
    other = Pbx.objects.create(slug="other", name="Other", home_country="BE")
    note_waiting([waits("support", 1), waits("support", 3, pbx="other")], now=NOW)
    assert dict(Queue.objects.values_list("pbx_id", "waiting")) == {pbx.pk: 1, other.pk: 3}


def test_a_pbx_that_nobody_knows(pbx: Pbx) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        note_waiting([waits("support", 1, pbx="nowhere")], now=NOW)


def test_who_hears_a_pbx_asks_once(pbx: Pbx, django_assert_num_queries: Any) -> None:
    Queue.objects.create(pbx=pbx, name="support", waiting=2)
    with hearing(PbxFacts(pbx.pk, "main", "NL")), django_assert_num_queries(1):
        note_waiting([waits("support", 2)], now=NOW)
