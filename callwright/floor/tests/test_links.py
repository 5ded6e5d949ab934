"""Links of screens: somebody answers for each, they outlast their cookie, none puts another away unasked (REP-6)."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.floor.models import Screen, Wallboard
from callwright.floor.operations.save_wallboard import save_wallboard
from callwright.floor.operations.screens import make_screen
from callwright.floor.queries.screens import screen_of
from callwright.staff.models import AccountRight, AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallboard(account: Any, other_account: Any, now: datetime) -> Any:
    made = Wallboard.objects.create(name="Hall", changed_at=now)
    made.accounts.set([account, other_account])
    return made


@pytest.fixture
def maker(make_user: Any, account: Any, other_account: Any) -> Any:
    return make_user("mia", role="supervisor", accounts=[account, other_account])


@pytest.fixture
def token(maker: Any, wallboard: Any, now: datetime) -> str:
    return make_screen(viewer=maker, wallboard_id=wallboard.pk, name="Reception", expires_at=None, now=now)[1]


@pytest.mark.parametrize("loses", ["an account", "the role", "the login"])
def test_a_link_shows_nothing_once_who_answers_for_it_may_not_see_it(
    token: str, maker: Any, other_account: Any, administrator: Any, browser_of: Any, loses: str
) -> None:
    assert screen_of(token, now=timezone.now()) is not None
    if loses == "an account":
        AccountRight.objects.filter(user=maker, account=other_account).delete()
    else:
        User.objects.filter(pk=maker.pk).update(**({"role": "agent"} if loses == "the role" else {"is_active": False}))
    assert screen_of(token, now=timezone.now()) is None
    boss = browser_of(administrator)
    assert "1 screen shows nothing" in boss.get("/floor/wallboards/").text
    screen = Screen.objects.get()
    assert "Mia, who answers for this link" in boss.get(f"/floor/wallboards/{screen.wallboard_id}/").text
    answer = boss.post(f"/floor/wallboards/screens/{screen.pk}/answer/", follow=True)
    assert "You answer for its link." in answer.text
    assert screen_of(token, now=timezone.now()) is not None
    assert AuditEntry.objects.filter(action="screen_answered", by=administrator).exists()


def test_a_screen_that_went_dark_asks_until_somebody_answers_for_its_link(
    token: str, maker: Any, administrator: Any, browser_of: Any
) -> None:
    screen = Client()
    screen.post("/floor/screen/open/", {"token": token})
    User.objects.filter(pk=maker.pk).update(role="agent")
    page = screen.get("/floor/screen/").text
    assert 'data-asked="/floor/screen/state/"' in page and "This screen shows no wallboard" in page
    assert screen.get("/floor/screen/state/").status_code == 403
    browser_of(administrator).post(f"/floor/wallboards/screens/{Screen.objects.get().pk}/answer/")
    assert screen.get("/floor/screen/state/").status_code == 204
    assert "data-stream" in screen.get("/floor/screen/").text


def test_only_who_sees_the_whole_wallboard_answers_for_its_links(token: str, boss: Any, browser_of: Any) -> None:
    screen = Screen.objects.get()
    assert browser_of(boss).post(f"/floor/wallboards/screens/{screen.pk}/answer/").status_code == 404
    assert Screen.objects.get().answered_by_id == screen.answered_by_id


def test_who_shows_more_on_a_wallboard_answers_for_its_links(
    wallboard: Any, maker: Any, administrator: Any, now: datetime, account: Any, other_account: Any
) -> None:
    AccountRight.objects.filter(user=maker, account=other_account).delete()
    wallboard.accounts.set([account])
    _, token = make_screen(viewer=maker, wallboard_id=wallboard.pk, name="Reception", expires_at=None, now=now)
    names = ("name", "all_accounts", "all_queues", "parts", "names", "within_s", "target", "language", "time_zone")
    values = {name: getattr(wallboard, name) for name in (*names, "theme")}
    more = {"accounts": [account.pk, other_account.pk], "queues": []}
    save_wallboard(viewer=administrator, wallboard_id=wallboard.pk, values=values | more, now=now)
    assert screen_of(token, now=now) is not None
    assert Screen.objects.get().answered_by == administrator
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    assert screen_of(token, now=now) is None


def test_a_link_without_an_end_keeps_its_cookie(token: str) -> None:
    browser = Client()
    browser.post("/floor/screen/open/", {"token": token})
    for path in ("/floor/screen/", "/floor/screen/state/"):
        kept = browser.get(path).cookies["callwright_screen"]
        assert (kept.value, kept["max-age"], kept["path"]) == (token, 365 * 24 * 3600, "/floor/screen/")
        assert kept["httponly"] and kept["samesite"] == "Strict"


def test_another_link_is_asked_about_before_it_puts_a_wallboard_away(
    token: str, administrator: Any, now: datetime
) -> None:
    canteen = Wallboard.objects.create(name="Canteen", all_accounts=True, changed_at=now)
    _, other = make_screen(viewer=administrator, wallboard_id=canteen.pk, name="TV", expires_at=None, now=now)
    browser = Client()
    browser.post("/floor/screen/open/", {"token": token})
    answer = browser.post("/floor/screen/open/", {"token": other})
    assert (answer.status_code, answer.json()) == (409, {"shown": "Hall", "asked": "Canteen"})
    assert browser.cookies["callwright_screen"].value == token
    assert browser.post("/floor/screen/open/", {"token": token}).status_code == 204  # the same one is no question
    assert browser.post("/floor/screen/open/", {"token": other, "replace": "yes"}).status_code == 204
    assert browser.cookies["callwright_screen"].value == other
