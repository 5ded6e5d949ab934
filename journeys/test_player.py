"""The player of a recording in a browser: seen, steered by mouse and keys, over several files, and when it has run out
of its time (CALL-9).
"""

import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import Locator, Page, Route, expect

from callwright.calls.operations.set_recording import set_recording
from callwright.recordings.models import Source
from callwright.recordings.operations import issue_ticket
from callwright.recordings.testing import add_recorded_call, also_recorded, fetch_now, recorded_call_events, tone
from callwright.staff.models import User
from journeys.ground import OUTPUT, ago

pytestmark = pytest.mark.browser

# How high the picture is where the sound is: at a tenth and at the middle of its width, as parts of its height.
HEIGHTS = """(canvas) => {
  const { width, height } = canvas;
  const at = (part) => {
    const pixels = canvas.getContext("2d").getImageData(Math.floor(width * part), 0, 6, height).data;
    let lines = 0;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < 6; x += 1) if (pixels[(y * 6 + x) * 4 + 3] > 0) { lines += 1; break; }
    }
    return lines / height;
  };
  return [at(0.1), at(0.5)];
}"""


@pytest.fixture
def source(stage: Any, tmp_path: Path) -> Path:
    Source.objects.create(pbx=stage.pbx, kind="folder", folder=str(tmp_path), pattern="{uniqueid}.*")
    return tmp_path


@pytest.fixture
def opened(stage: Any, page_of: Callable[..., Page]) -> Callable[[UUID], Locator]:
    """The player on the page of a call, which plays."""

    def play(call_id: UUID) -> Locator:
        boss = User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True)
        page = page_of(boss)
        page.goto(f"/calls/{call_id}/")
        page.locator("#recording-player").get_by_role("button", name="Listen").click()
        player = page.locator("[data-player]")
        expect(player.get_by_role("button", name="Pause the sound")).to_be_visible()
        return player

    return play


def recorded(stage: Any, folder: Path, key: str, *, began: datetime | None = None, **sound: Any) -> UUID:
    """A call of 40 seconds, of which the PBX recorded a sound."""
    os.utime(tone(folder / f"{key}.wav", 40, **sound), (1, 1))
    _account, call_id = add_recorded_call(stage.pbx, key, began or ago(600), talk_s=40)
    fetch_now()
    return call_id


def paused_at(player: Locator, text: str) -> None:
    """It stands still there, on the clock and on the slider."""
    expect(player.locator("[data-now]")).to_have_text(text)
    minutes, seconds = text.split(":")
    at = float(player.locator("[data-seek]").input_value())
    assert abs(at - int(minutes) * 60 - int(seconds)) <= 1


def rate(player: Locator) -> float:
    return float(player.locator("audio").evaluate("(audio) => audio.playbackRate"))


def begin(player: Locator) -> None:
    """Stands still at the beginning."""
    player.press(" ")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    player.locator("[data-seek]").fill("0")
    paused_at(player, "0:00")


def test_the_waveform_is_drawn_and_a_click_in_it_goes_there(
    stage: Any, source: Path, opened: Callable[[UUID], Locator]
) -> None:
    player = opened(recorded(stage, source, "wave-1", channels=2, silent=[(10, 40)]))
    wave = player.locator(".player-wave")
    expect(wave).to_be_visible()
    lanes = player.locator(".player-canvas .canvases canvas")
    expect(lanes).to_have_count(2)
    for lane in range(2):
        loud, silent = lanes.nth(lane).evaluate(HEIGHTS)
        assert loud > 0.4 and silent < 0.2, (loud, silent)
    expect(player.locator("[data-lanes] span")).to_have_text(["Client", "Employee"])
    begin(player)
    box = player.locator(".player-canvas").bounding_box()
    assert box and box["height"] >= 48
    player.locator(".player-canvas").click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    expect(player.locator("[data-now]")).to_have_text(re.compile("^0:(29|30)$"))
    player.page.screenshot(path=OUTPUT / "player.png")


def test_keys_buttons_and_slider_steer_it(stage: Any, source: Path, opened: Callable[[UUID], Locator]) -> None:
    player = opened(recorded(stage, source, "keys-1"))
    assert player.evaluate("(root) => root === document.activeElement")  # keys reach it without a click
    begin(player)
    for key, there in (
        ("ArrowRight", "0:05"), ("Shift+ArrowRight", "0:35"), ("ArrowRight", "0:39"), ("ArrowLeft", "0:34"),
        ("Shift+ArrowLeft", "0:04"), ("Shift+ArrowLeft", "0:00"),
    ):  # fmt: skip
        player.press(key)
        paused_at(player, there)
    player.get_by_role("button", name="Five seconds on").click()
    player.get_by_role("button", name="Five seconds on").click()
    player.get_by_role("button", name="Five seconds back").click()
    paused_at(player, "0:05")
    slider = player.get_by_role("slider", name="Place in the recording")
    slider.fill("20")
    paused_at(player, "0:20")
    slider.press("ArrowRight")
    paused_at(player, "0:25")
    expect(slider).to_have_attribute("aria-valuetext", "0:25 / 0:40")
    slider.press(" ")
    expect(player.locator("[data-now]")).to_have_text(re.compile("^0:2[6-9]"))
    slider.press(" ")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_the_speed_is_chosen_by_key_and_by_list(stage: Any, source: Path, opened: Callable[[UUID], Locator]) -> None:
    player = opened(recorded(stage, source, "speed-1"))
    speed = player.get_by_label("Speed")
    for key, value in ((">", "1.25"), (">", "1.5"), ("<", "1.25"), *[("<", "0.75")] * 3):
        player.press(key)
        if value != "0.75":
            expect(speed).to_have_value(value)
            assert rate(player) == float(value)
    expect(speed).to_have_value("0.75")  # there is nothing slower
    speed.select_option("2")
    assert rate(player) == 2
    began = float(player.locator("[data-seek]").input_value())
    player.page.wait_for_timeout(2000)
    assert float(player.locator("[data-seek]").input_value()) - began > 2.5  # two seconds, twice as fast


def test_silence_is_skipped_when_asked(stage: Any, source: Path, opened: Callable[[UUID], Locator]) -> None:
    player = opened(recorded(stage, source, "skip-1", silent=[(3, 33)]))
    begin(player)
    player.get_by_label("Skip silence").check()
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.locator("[data-now]")).to_have_text(re.compile("^0:3[2-9]"), timeout=15_000)  # without: half a minute


def test_several_files_are_one_recording(stage: Any, source: Path, opened: Callable[[UUID], Locator]) -> None:
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events

    began = ago(600)
    for key, seconds in (("parts-1", 8), ("parts-2", 6)):
        os.utime(tone(source / f"{key}.wav", seconds), (1, 1))
    events = [*recorded_call_events("main", "parts-1", began, talk_s=14), also_recorded("parts-1", began, "parts-2")]
    apply_events(sorted(events, key=lambda one: one.at), now=began)
    fetch_now()
    player = opened(Call.objects.get(pbx_key="parts-1").id)
    part, now = player.locator("[data-part-label]"), player.locator("[data-now]")
    expect(player.locator("[data-total]")).to_have_text("0:14")
    expect(part).to_have_text("Part 1 of 2")
    player.press("ArrowRight")
    expect(part).to_have_text("Part 2 of 2")  # it goes on by itself
    expect(now).to_have_text(re.compile("^0:(09|1[0-3])"))
    expect(player.get_by_role("button", name="Pause the sound")).to_be_visible()
    player.press(" ")
    player.locator("[data-seek]").fill("12")
    paused_at(player, "0:12")
    player.press("ArrowLeft")
    expect(part).to_have_text("Part 1 of 2")  # back over the edge, and still silent
    paused_at(player, "0:07")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    player.locator("[data-seek]").fill("13")
    player.press(" ")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()  # it has ended
    expect(now).to_have_text("0:14")
    player.press(" ")
    expect(part).to_have_text("Part 1 of 2")  # from the beginning
    expect(now).to_have_text(re.compile("^0:0[1-5]"))


def test_who_has_just_asked_to_listen_gets_the_player_whatever_happens_to_the_call(
    stage: Any, source: Path, page_of: Callable[..., Page]
) -> None:
    call_id = recorded(stage, source, "busy-1")
    page = page_of(User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True))
    page.goto(f"/calls/{call_id}/")
    page.wait_for_timeout(1_500)  # the stream of changes is open

    def meanwhile(route: Route) -> None:
        """The answer is on its way for so long that the call changes."""
        answer = route.fetch()
        set_recording(account_id=stage.account.pk, call_id=call_id, state="waiting", now=ago(0))
        set_recording(account_id=stage.account.pk, call_id=call_id, state="downloaded", now=ago(0))
        connections.close_all()  # this runs beside the test, on a connection of its own
        page.wait_for_timeout(2_000)
        route.fulfill(response=answer)

    page.route("**/listen/", meanwhile)
    page.locator("#recording-player").get_by_role("button", name="Listen").click()
    expect(page.locator("[data-player]").get_by_role("button", name="Pause the sound")).to_be_visible()


def test_a_player_that_was_open_for_too_long_says_so(
    stage: Any, source: Path, page_of: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = recorded(stage, source, "late-1")
    page = page_of(User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True))
    issued = 0

    def of_long_ago(route: Route) -> None:
        """What the server answered, as if that were five hours ago: its ticket is the server's own, and as old."""
        nonlocal issued
        answer = route.fetch()
        text, issued = answer.text(), issued + 1
        for ticket in set(re.findall(r'/recordings/stream/[0-9a-f-]+/([^"]+)"', text)):
            values = issue_ticket.signing.loads(ticket, salt=issue_ticket._SALT)
            text = text.replace(ticket, old(values))
        route.fulfill(response=answer, body=text)

    def old(values: Any) -> str:
        import time

        with monkeypatch.context() as patch:
            five_hours_ago = time.time() - 5 * 3600
            patch.setattr("django.core.signing.time.time", lambda: five_hours_ago)
            return str(issue_ticket.signing.dumps(values, salt=issue_ticket._SALT))

    page.route("**/listen/", of_long_ago)
    page.goto(f"/calls/{call_id}/")
    page.locator("#recording-player").get_by_role("button", name="Listen").click()
    player = page.locator("[data-player]")
    expect(player.get_by_role("alert")).to_have_text("This player was open for a long time. Press Listen again.")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert issued == 1
