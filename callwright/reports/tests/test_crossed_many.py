"""Crossed calls with more columns than stand beside each other: the others are one column (REP-5)."""

from csv import DictReader
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callwright.calls.models import Call
from callwright.calls.operations.rollup_hours import count_quarters, note_hours
from callwright.calls.testing import add_call
from callwright.reports.queries import sides
from callwright.reports.tests.conftest import NOW
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def queues(pbx: Any, account: Any, owner: Any, colleague: Any, now: Any) -> list[Any]:
    """Six queues; the n-th has n calls of each of two agents, all but one of each answered."""
    made = [Queue.objects.create(pbx=pbx, name=f"q{n}", label=f"Queue {n}", account=account) for n in range(1, 7)]
    for count, queue in enumerate(made, start=1):
        for who in (owner, colleague):
            for turn in range(count):
                add_call(
                    account, NOW - timedelta(hours=20 + turn), queue=queue, employee=who, talk_s=60,
                    status="answered" if turn else "missed",
                )  # fmt: skip
    note_hours(set(Call.objects.values_list("account_id", "local_day")))
    count_quarters(NOW)
    return made


def rows(client: Any, query: str) -> list[dict[str, str]]:
    address = f"/reports/calls_crossed/file/?format=csv&delimiter=comma&bom=0&period=4_weeks&{query}"
    text = client.get(address).content.decode()
    return list(DictReader(StringIO(text)))


@pytest.mark.parametrize(("figure", "all_of", "others"), [("calls", "21", "6"), ("answered", "15", "3")])
def test_columns_beyond_the_most_are_one_and_are_not_read_apart(
    figure: str, all_of: str, others: str, supervisor_client: Any, queues: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sides, "MOST_COLUMNS", 3)
    with CaptureQueriesContext(connection) as queries:
        found = rows(supervisor_client, f"by=user&across=queue&figure={figure}")
    people = [row for row in found if row["All"] == all_of]
    assert len(people) == 2 and {row["Others"] for row in people} == {others}
    assert [row["Queue 6"] for row in people] == [str(6 if figure == "calls" else 5)] * 2
    assert "Queue 3" not in found[0]
    [pairs] = [one["sql"] for one in queries if "AS k1" in one["sql"]]
    assert "CASE WHEN" in pairs and "wait_max_s" not in pairs  # no more than is shown is read
