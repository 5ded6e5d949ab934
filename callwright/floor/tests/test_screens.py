"""The link of a screen: opens one wallboard and nothing else, until it is withdrawn or expires (REP-6)."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from callwright.floor.boards import STREAM
from callwright.floor.models import Screen, Wallboard, WrongToken
from callwright.floor.operations.screens import make_screen, withdraw_screen
from callwright.floor.queries.screens import screen_of
from callwright.live.tests.conftest import streams
from callwright.live.tests.conversation import Conversation
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db
__all__ = ["streams"]


@pytest.fixture
def wallboard(account: Any, now: datetime) -> Any:
    made = Wallboard.objects.create(name="Hall", changed_at=now, language="nl")
    made.accounts.set([account])
    return made


@pytest.fixture
def link(boss: Any, wallboard: Any, now: datetime) -> tuple[Screen, str]:
    return make_screen(viewer=boss, wallboard_id=wallboard.pk, name="Reception", expires_at=None, now=now)


def opened(token: str, **more: Any) -> tuple[Client, int]:
    browser = Client(**more)
    return browser, browser.post("/floor/screen/open/", {"token": token}).status_code


def test_a_link_is_shown_once_and_kept_as_a_digest(boss: Any, wallboard: Any, browser_of: Any) -> None:
    browser = browser_of(boss)
    answer = browser.post(f"/floor/wallboards/{wallboard.pk}/screens/", {"name": "Reception", "days": "30"})
    token = answer.context["link"].partition("#")[2]
    assert len(token) >= 40 and answer.context["link"].startswith("http://testserver/floor/screen/#")
    screen = Screen.objects.get()
    assert token not in str(screen.__dict__) and screen.expires_at is not None
    assert token not in browser.get(f"/floor/wallboards/{wallboard.pk}/").text
    assert token not in str(list(AuditEntry.objects.values("detail", "subject")))
    assert AuditEntry.objects.filter(action="screen_made", by=boss).exists()


def test_a_token_becomes_a_cookie_of_the_screens_addresses_alone(link: tuple[Screen, str]) -> None:
    browser, status = opened(link[1])
    assert status == 204
    cookie = browser.cookies["callwright_screen"]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/floor/screen/", "Strict", True)
    assert "sessionid" not in browser.cookies
    page = browser.get("/floor/screen/")
    assert page.status_code == 200
    assert 'lang="nl"' in page.text and "Hall" in page.text
    assert link[1] not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "form-action 'none'" in policy and "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_screen_can_open_nothing_else(link: tuple[Screen, str], wallboard: Any) -> None:
    browser, _ = opened(link[1])
    for path in ("/", "/floor/", "/floor/now/", "/calls/", f"/floor/wallboards/{wallboard.pk}/show/"):
        answer = browser.get(path)
        assert answer.status_code == 302 and "/login/" in answer.headers["Location"], path


def test_wrong_tokens_open_nothing_and_are_not_tried_for_ever(
    link: tuple[Screen, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for guess in range(10):
        assert opened(f"guess-{guess}")[1] == 403
    assert opened("one-more")[1] == 429
    assert WrongToken.objects.count() == 10
    assert opened(link[1])[1] == 204  # other screens may share the address
    assert link[1] not in caplog.text and "guess-3" not in caplog.text
    WrongToken.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert opened("another")[1] == 403


def test_an_empty_and_an_endless_token_open_nothing(db: None) -> None:
    assert [opened(token)[1] for token in ("", "x" * 5000)] == [403, 403]


def test_a_link_expires(link: tuple[Screen, str], now: datetime) -> None:
    Screen.objects.update(expires_at=now + timedelta(hours=1))
    assert screen_of(link[1], now=now) is not None
    assert screen_of(link[1], now=now + timedelta(hours=2)) is None


def test_a_withdrawn_link_opens_nothing(link: tuple[Screen, str], boss: Any, browser_of: Any) -> None:
    screen, token = link
    browser, _ = opened(token)
    assert browser.get("/floor/screen/state/").status_code == 204
    assert browser_of(boss).post(f"/floor/wallboards/screens/{screen.pk}/withdraw/").status_code == 302
    assert browser.get("/floor/screen/state/").status_code == 403
    assert "Hall" not in browser.get("/floor/screen/").text
    assert opened(token)[1] == 403
    again = browser_of(boss).post(f"/floor/wallboards/screens/{screen.pk}/withdraw/", follow=True)
    assert "This link was withdrawn before." in again.text


def test_whoever_does_not_see_the_accounts_cannot_touch_the_wallboard(
    link: tuple[Screen, str], make_user: Any, other_account: Any, browser_of: Any, wallboard: Any
) -> None:
    browser = browser_of(make_user("saul", role="supervisor", accounts=[other_account]))
    for path in ("", "show/"):
        assert browser.get(f"/floor/wallboards/{wallboard.pk}/{path}").status_code == 404
    for path in (f"{wallboard.pk}/screens/", f"{wallboard.pk}/remove/", f"screens/{link[0].pk}/withdraw/"):
        assert browser.post(f"/floor/wallboards/{path}", {"name": "x"}).status_code == 404
    assert "Hall" not in browser.get("/floor/wallboards/").text


@pytest.mark.django_db(transaction=True)
async def test_an_open_screen_hears_its_wallboard_and_stops_at_once_when_the_link_is_withdrawn(
    streams: Any, link: tuple[Screen, str], boss: Any, wallboard: Any, queue: Any
) -> None:
    screen, token = link
    conversation = Conversation(streams, "", "calls,desk:1", path=STREAM, other_cookies=f"callwright_screen={token};")
    await conversation.opened()
    first = await conversation.change()
    assert first["topic"] == f"wallboard:{wallboard.pk}"
    assert first["data"]["set"][f"q:{queue.pk}"]["n"] == "Support"
    assert {change.topics for change in streams.hub.clients} == {frozenset({f"wallboard:{wallboard.pk}"})}
    assert await sync_to_async(lambda: Screen.objects.get().last_seen_at)() is not None
    await sync_to_async(withdraw_screen)(viewer=boss, screen_id=screen.pk, now=timezone.now())
    async with asyncio.timeout(10):
        assert (await conversation.over()).ended
    again = await Conversation(streams, "", "calls", path=STREAM, other_cookies=f"callwright_screen={token};").over()
    assert again.status == 401


@pytest.mark.django_db(transaction=True)
async def test_a_token_is_no_session(streams: Any, link: tuple[Screen, str]) -> None:
    cookies = f"callwright_screen={link[1]};"
    assert (await Conversation(streams, "", "calls", other_cookies=cookies).over()).status == 401
    assert (await Conversation(streams, link[1], "calls").over()).status == 401
