"""Wallboards are set up by those who see what they show (REP-6)."""

from datetime import datetime
from typing import Any

import pytest

from callwright.floor.models import FloorSettings, Screen, Wallboard
from callwright.live.models import LiveEvent
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db


def form(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "Hall", "all_queues": "on", "parts": ["totals", "queues"], "names": "short", "within_s": "30",
        "target": "90", "language": "hu", "time_zone": "Europe/Budapest", "theme": "light",
    }  # fmt: skip
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def test_a_wallboard_of_an_account_is_made_and_changed(boss: Any, account: Any, queue: Any, browser_of: Any) -> None:
    browser = browser_of(boss)
    assert browser.post("/floor/wallboards/new/", form(accounts=[account.pk])).status_code == 302
    made = Wallboard.objects.get()
    assert (made.all_accounts, list(made.accounts.all()), made.parts) == (False, [account], ["totals", "queues"])
    assert (made.names, made.within_s, made.target, made.language) == ("short", 30, 90, "hu")
    changed = form(accounts=[account.pk], all_queues=None, queues=[str(queue.pk)], name="Room")
    assert browser.post(f"/floor/wallboards/{made.pk}/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.all_queues, list(made.queues.all())) == ("Room", False, [queue])
    assert "Room" in browser.get("/floor/wallboards/").text
    assert LiveEvent.objects.filter(topic="wallboards", key=str(made.pk)).count() == 2
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"wallboard_made", "wallboard_changed"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Choose at least one account."),
        ({"all_queues": None}, "Choose at least one queue, or all of them."),
        ({"parts": None}, "Choose at least one part, or the wall stays empty."),
        ({"within_s": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_is_said(boss: Any, browser_of: Any, changes: dict[str, Any], said: str) -> None:
    answer = browser_of(boss).post("/floor/wallboards/new/", form(**changes))
    assert answer.status_code == 200 and said in answer.text
    assert not Wallboard.objects.exists()


def test_nobody_shows_accounts_that_they_do_not_see(boss: Any, other_account: Any, browser_of: Any) -> None:
    browser = browser_of(boss)
    assert "all_accounts" not in browser.get("/floor/wallboards/new/").text
    browser.post("/floor/wallboards/new/", form(all_accounts="on"))
    browser.post("/floor/wallboards/new/", form(accounts=[other_account.pk]))
    assert not Wallboard.objects.exists()


def test_who_sees_all_accounts_may_show_all(administrator: Any, browser_of: Any, boss: Any) -> None:
    assert browser_of(administrator).post("/floor/wallboards/new/", form(all_accounts="on")).status_code == 302
    assert Wallboard.objects.get().all_accounts
    assert "Hall" not in browser_of(boss).get("/floor/wallboards/").text


def test_a_removed_wallboard_stops_its_screens(administrator: Any, browser_of: Any, now: datetime) -> None:
    made = Wallboard.objects.create(name="Hall", all_accounts=True, changed_at=now)
    screen = Screen.objects.create(wallboard=made, name="TV", token_sha256="0" * 64, created_at=now)
    assert browser_of(administrator).post(f"/floor/wallboards/{made.pk}/remove/").status_code == 302
    assert not Screen.objects.exists()
    assert LiveEvent.objects.filter(topic="access", key=str(-screen.pk)).exists()


def test_administrators_say_whether_agents_are_shown_listening(administrator: Any, boss: Any, browser_of: Any) -> None:
    settings = {"show_listening": "on", "within_s": "15", "target": "85"}
    assert "show_listening" not in browser_of(boss).post("/floor/wallboards/", settings).text
    assert not FloorSettings.objects.exists()
    assert browser_of(administrator).post("/floor/wallboards/", settings).status_code == 302
    kept = FloorSettings.objects.get()
    assert (kept.show_listening, kept.within_s, kept.target) == (True, 15, 85)
    assert AuditEntry.objects.filter(action="floor_settings", by=administrator).exists()


def test_the_floor_opens_with_what_goes_on(boss: Any, owner: Any, queue: Any, browser_of: Any) -> None:
    page = browser_of(boss).get("/floor/")
    assert page.status_code == 200
    assert f'"a:{owner.pk}"' in page.text and "Support" in page.text
