"""A double click, or a request that came twice, is one order to the PBX (CALL-14)."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.desk.operations.order_call import dial
from callwright.telephony.models import Command
from callwright.telephony.operations.send_command import finish_command

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def call(user: Any, to: str, seconds: float = 0) -> Any:
    return dial(viewer=user, to=to, account_id=None, now=NOW + timedelta(seconds=seconds))


@pytest.mark.django_db
def test_the_same_order_is_given_once_while_it_is_under_way(owner: Any) -> None:
    first = call(owner, "0301234567")
    assert call(owner, "0301234567", 0.2) == first
    assert call(owner, "0301234568", 0.3) != first
    assert Command.objects.count() == 2
    finish_command(first, done=True, now=NOW + timedelta(seconds=5))
    assert call(owner, "0301234567", 6) != first


@pytest.mark.django_db
def test_the_same_order_of_a_colleague_is_another_one(owner: Any, colleague: Any) -> None:
    assert call(owner, "0301234567") != call(colleague, "0301234567")


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_make_one_order(owner: Any) -> None:
    ready, given = threading.Barrier(4), []

    def order() -> None:
        try:
            ready.wait(10)
            given.append(call(owner, "0301234567"))
        finally:
            connection.close()

    threads = [threading.Thread(target=order) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(given) == 4 and len(set(given)) == 1 and Command.objects.count() == 1
