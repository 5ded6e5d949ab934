"""Agents whose desk was closed are paused, once, and never because the servers were away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.desk.operations.watch_desks import note_open_desks, pause_without_desk
from callwright.desk.topics import declare_topics
from callwright.live.topics import tell_watch
from callwright.staff.models import AgentState, PauseReason
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now, all_reasons, pause_reasons

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TEN = timedelta(minutes=10)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def watched(first: int, last: int, *users: Any) -> None:
    """A web server runs from one minute to another and these people's desks are open there."""
    for minute in range(first, last + 1):
        note_open_desks(user_ids=[user.pk for user in users], now=at(minute))


@pytest.fixture
def ready(owner: Any, colleague: Any) -> None:
    for user in (owner, colleague):
        set_state(user_id=user.pk, choice="ready", now=NOW)


def test_who_closes_the_desk_is_paused_and_told_so_on_return(
    ready: None, owner: Any, colleague: Any, owner_client: Client
) -> None:
    watched(0, 5, owner, colleague)
    watched(6, 14, colleague)
    assert pause_without_desk(after=TEN, now=at(14)) == []
    watched(15, 16, colleague)
    assert pause_without_desk(after=TEN, now=at(16)) == [owner.pk]
    assert agent_now(owner.pk).state == "paused" and agent_now(colleague.pk).state == "ready"
    shown = owner_client.get("/desk/me").content.decode()
    assert "Your desk was closed for a while" in shown and "No desk open</span>" in shown
    assert 'data-me="no_desk" hidden' not in shown
    owner_client.post("/desk/me/state", {"state": "ready"})
    shown = owner_client.get("/desk/me").content.decode()
    assert 'data-me="no_desk" hidden' in shown and "No desk open</span>" not in shown
    assert not pause_reasons() and not all_reasons()  # nobody can choose it
    assert PauseReason.objects.get().retired


def test_who_then_works_by_phone_alone_is_left_in_peace(ready: None, owner: Any, colleague: Any) -> None:
    watched(0, 1, owner)
    watched(2, 12, colleague)
    assert pause_without_desk(after=TEN, now=at(12)) == [owner.pk]
    set_state(user_id=owner.pk, choice="ready", now=at(13))
    watched(13, 40, colleague)
    assert pause_without_desk(after=TEN, now=at(40)) == []
    assert agent_now(owner.pk).state == "ready"


def test_who_never_had_a_desk_open_is_never_paused(ready: None, owner: Any, colleague: Any) -> None:
    watched(0, 60, colleague)
    assert pause_without_desk(after=TEN, now=at(60)) == []
    assert agent_now(owner.pk).state == "ready"


def test_servers_that_were_away_make_nobody_absent(ready: None, owner: Any, colleague: Any) -> None:
    watched(0, 1, owner, colleague)
    assert pause_without_desk(after=TEN, now=at(30)) == []  # nothing has been heard of any server
    watched(30, 31, colleague)  # it is back; the other has had no time to come back
    assert pause_without_desk(after=TEN, now=at(31)) == []
    watched(32, 40, colleague)
    assert pause_without_desk(after=TEN, now=at(40)) == [owner.pk]


def test_a_pause_of_ones_own_is_kept(ready: None, owner: Any, colleague: Any) -> None:
    PauseReason.objects.create(code="lunch", label="Lunch")
    set_state(user_id=owner.pk, choice="paused", reason="lunch", now=NOW)
    watched(0, 1, owner)
    watched(2, 12, colleague)
    assert pause_without_desk(after=TEN, now=at(12)) == []
    assert AgentState.objects.get(user=owner).reason.code == "lunch"


def test_what_is_listened_to_says_whose_desks_are_open(owner: Any, colleague: Any) -> None:
    from callwright.desk.models import OpenDesk

    declare_topics()
    tell_watch(frozenset({f"desk:{owner.pk}", "calls", "pbx"}), frozenset({owner.pk, colleague.pk}))
    assert list(OpenDesk.objects.values_list("user_id", flat=True)) == [owner.pk]


def test_who_reads_another_screen_is_not_absent(ready: None, owner: Any, colleague: Any) -> None:
    watched(0, 1, owner)
    for minute in range(2, 20):
        note_open_desks(user_ids=[], elsewhere=[owner.pk, colleague.pk], now=at(minute))
    assert pause_without_desk(after=TEN, now=at(19)) == []
    watched(20, 32)
    assert pause_without_desk(after=TEN, now=at(32)) == [owner.pk]
