"""A wallboard is read from five metres: no letter is smaller than 28 of 1080 lines, and nothing is cut (REP-6)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from callwright.floor.models import Wallboard
from callwright.floor.operations.screens import make_screen
from callwright.staff.models import User
from journeys.ground import OUTPUT, ago

pytestmark = pytest.mark.browser

SIZES = [(1920, 1080), (3840, 2160)]
STATES = ["talking", "ready", "wrap_up", "ringing", "paused", "talking", "talking"]
FIRST = ["Wilhelmina", "Ada", "Jean-Baptiste", "Éva", "Mohammed"]
LAST = ["van Wijngaarden", "King", "Oyelaran-Oyeyinka", "Szentgyörgyi", "Al Maktoum"]

MEASURE = (Path(__file__).parent / "measure_wall.js").read_text().rstrip().rstrip(";")


def what_happens(agents: int, now: datetime) -> dict[str, Any]:
    """A busy floor, in the values that travel."""
    at = round(now.timestamp() * 1000)
    values: dict[str, Any] = {
        "set": {"within": 20, "target": 80, "parts": ["agents", "queues", "totals", "waiting"], "rev": "1"},
        "day": {"a": 12345, "m": 1234, "b": 567, "c": 1089, "o": 14146, "sl": 79},
    }
    for n in range(18):
        values[f"q:{n}"] = {
            "n": f"{['Orders', 'Customer service Netherlands', 'Help'][n % 3]} {n}", "w": n % 4 * 7, "sl": 60 + n * 2,
            "l": at - n * 411_000 if n % 4 else None, "f": n, "t": 120 - n, "u": n % 5, "p": n % 7, "o": 500,
        }  # fmt: skip
    for n in range(30):
        values[f"w:{n}"] = {"q": n % 18, "n": f"Customer service Netherlands {n % 18}", "t": at - n * 130_000}
    for n in range(agents):
        state = STATES[n % len(STATES)]
        values[f"a:{n}"] = {
            "n": f"{FIRST[n % 5]} {LAST[n % 4]}", "e": str(2000 + n), "s": state, "t": at - n * 61_000,
            **({"r": "Training of new colleagues"} if state == "paused" else {}),
        }  # fmt: skip
    return {"all": True, "set": values, "at": at}


@pytest.fixture
def wall(chromium: Browser, web: Any) -> Any:
    context = chromium.new_context(base_url=web.url)
    yield context.new_page()
    context.close()


def show(wall: Page, agents: int) -> None:
    """The screen hears of so many agents."""

    def answer(route: Route) -> None:
        told = {"topic": "wallboard:1", "name": "board", "key": "", "data": what_happens(agents, ago(0))}
        route.fulfill(content_type="text/event-stream", body=f"event: live\ndata: {json.dumps(told)}\n\n")

    wall.unroute("**/floor/screen/live")
    wall.route("**/floor/screen/live", answer)
    wall.wait_for_load_state()
    wall.reload()
    expect(wall.locator("[data-board]")).to_be_visible(timeout=30_000)
    wall.evaluate("document.fonts.ready")


@pytest.mark.parametrize("language", ["en", "ar", "hu"])
def test_a_wallboard_can_be_read_from_afar(stage: Any, wall: Page, language: str) -> None:
    boss = User.objects.create(username="boss", name="Boss", role="supervisor", all_accounts=True)
    board = Wallboard.objects.create(name="The room", all_accounts=True, changed_at=ago(0), language=language)
    _, token = make_screen(viewer=boss, wallboard_id=board.pk, name="Hall", expires_at=None, now=ago(0))
    found: dict[str, Any] = {}
    wall.route("**/floor/screen/live", lambda route: route.abort())
    wall.goto(f"/floor/screen/#{token}")
    expect(wall.locator("[data-opening]")).to_be_visible(timeout=30_000)
    for agents in (12, 60, 150, 500):
        for width, height in SIZES:
            wall.set_viewport_size({"width": width, "height": height})
            show(wall, agents)
            wall.wait_for_timeout(150)
            told = wall.evaluate(MEASURE)
            if told["small"] or told["cut"]:
                found[f"{agents} agents, {height} lines"] = told
            if height == 1080:
                wall.screenshot(path=OUTPUT / f"wallboard-{language}-{agents}.png")
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
