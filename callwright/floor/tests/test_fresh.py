"""What screens are shown is never older than the change that they were woken by, and costs no more than it must."""

import threading
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from callwright.floor.boards import _floors, _wallboards, floor_now
from callwright.floor.models import FloorSettings, Wallboard
from callwright.floor.queries.day import day_so_far
from callwright.floor.queries.snapshot import _Kept
from callwright.staff.models import AgentState

pytestmark = pytest.mark.django_db


def test_a_change_right_after_a_page_was_opened_is_shown(owner: Any, queue: Any) -> None:
    AgentState.objects.update_or_create(user=owner, defaults={"state": "ready", "wanted": "ready"})
    assert floor_now(None)[f"a:{owner.pk}"]["s"] == "ready"
    AgentState.objects.filter(user=owner).update(state="paused")
    [shown] = _floors([(None, 0)], monotonic()).values()  # woken by this change, some milliseconds later
    assert shown[f"a:{owner.pk}"]["s"] == "paused"


def test_boards_of_one_paint_share_what_was_read(queue: Any, django_assert_num_queries: Any) -> None:
    wall = Wallboard.objects.create(name="Hall", all_accounts=True, changed_at=timezone.now())
    since = monotonic()
    _floors([(None, 0)], since)
    with django_assert_num_queries(2):  # the wallboard, and the day of its time zone
        _wallboards([(wall.pk, None)], since)


def test_pages_that_are_opened_at_once_share_what_was_begun_after_all_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, began, go, asked = [], threading.Event(), threading.Event(), threading.Semaphore(0)

    def slow(now: Any) -> Any:
        taken.append(now)
        began.set()
        assert go.wait(10)
        return object()

    monkeypatch.setattr("callwright.floor.queries.snapshot.take_snapshot", slow)
    kept = _Kept()

    def ask() -> None:
        since = monotonic()
        asked.release()
        kept.get(timezone.now(), since)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    threads[0].start()
    assert began.wait(10)
    for thread in threads[1:]:
        thread.start()
    for _ in threads:
        assert asked.acquire(timeout=10)
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(taken) == 2  # the first one's, and one for all who asked while it was read


def test_boards_with_other_limits_count_the_day_together(django_assert_num_queries: Any) -> None:
    since = timezone.now() - timedelta(hours=3)
    with django_assert_num_queries(2):  # the second limit is new
        day_so_far(since, {20})
        day_so_far(since, {30})
    with django_assert_num_queries(0):
        for _ in range(5):
            assert set(day_so_far(since, {20})[0]) == {20, 30}
            assert set(day_so_far(since, {30})[0]) == {20, 30}


def test_a_count_that_fails_changes_nothing_of_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    since = timezone.now() - timedelta(hours=3)
    known = day_so_far(since, {20})

    def fail(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("the statement was ended")

    monkeypatch.setattr("callwright.floor.queries.day.calls_since", fail)
    for _ in range(2):
        with pytest.raises(OperationalError):
            day_so_far(since, {30})
    assert day_so_far(since, {20}) == known


def test_the_floor_and_a_wall_with_another_limit_each_have_their_own_level(queue: Any) -> None:
    FloorSettings.objects.create(within_s=30)
    wall = Wallboard.objects.create(name="Hall", all_accounts=True, within_s=10, changed_at=timezone.now())
    assert floor_now(None)["set"]["within"] == 30
    [shown] = _wallboards([(wall.pk, None)], monotonic()).values()
    assert shown["set"]["within"] == 10
