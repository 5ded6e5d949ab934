"""A recording is played from a call in the history of its contact, without leaving that page (CALL-9, CALL-10)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.recordings.models import Source
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.testing import add_recorded_call, fetch_now, tone
from callwright.staff.models import AuditEntry, User
from journeys.ground import OUTPUT, ago

pytestmark = pytest.mark.browser


@pytest.fixture
def recorded(stage: Any, tmp_path: Path) -> tuple[int, Any]:
    """An answered call of Jan's of which there is a recording: its account and itself."""
    Source.objects.create(pbx=stage.pbx, kind="folder", folder=str(tmp_path), pattern="{uniqueid}.*")
    os.utime(tone(tmp_path / "rec-1.wav", 20, channels=2), (1, 1))
    known = add_recorded_call(stage.pbx, "rec-1", ago(600), talk_s=20)
    fetch_now()
    return known


def test_it_is_played_from_the_history_of_a_contact(
    stage: Any, recorded: tuple[int, Any], page_of: Callable[..., Page]
) -> None:
    account_id, call_id = recorded
    boss = User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True, language="en")
    page = page_of(boss)
    page.goto(f"/contacts/{stage.jan}/")
    row = page.locator(f"#call-{call_id}")
    play = row.get_by_role("button", name="Listen to the recording")
    play.click()
    dock = page.locator("#player-dock")
    expect(dock).to_be_visible()
    expect(dock.get_by_role("button", name="Pause the sound")).to_be_visible()
    expect(dock.locator("[data-total]")).to_have_text("0:20")
    expect(dock.locator("[data-now]")).not_to_have_text("0:00")
    expect(dock.locator(".player-canvas .canvases canvas").first).to_be_visible()
    expect(dock.locator("[data-lanes] span").first).to_be_visible()
    expect(dock.locator("[data-lanes] span").first).to_have_text("Client")
    page.screenshot(path=OUTPUT / "listening.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=OUTPUT / "listening-phone.png")
    end = dock.bounding_box()
    navigation = page.locator(".shell-nav").bounding_box()
    assert end and navigation and end["y"] + end["height"] <= navigation["y"] + 6
    page.set_viewport_size({"width": 1440, "height": 900})
    assert AuditEntry.objects.filter(action="recording_played", subject=f"call:{call_id}").count() == 1
    erase_recording(account_id=account_id, call_id=call_id, by=boss.pk, reason="asked for", now=timezone.now())
    play.click()
    expect(dock).to_contain_text("There is nothing to play")
    expect(dock).to_be_visible()
    dock.get_by_role("button", name="Close the player").click()
    expect(dock).to_be_hidden()


def test_on_the_page_of_a_call_one_sound_is_heard_at_a_time(
    stage: Any, recorded: tuple[int, Any], page_of: Callable[..., Page]
) -> None:
    _account_id, call_id = recorded
    page = page_of(User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True))
    page.goto(f"/calls/{call_id}/")
    panel, dock = page.locator("#recording-player"), page.locator("#player-dock")
    panel.get_by_role("button", name="Listen").click()
    expect(panel.get_by_role("button", name="Pause the sound")).to_be_visible()
    page.locator(f"#call-{call_id}").get_by_role("button", name="Listen to the recording").click()
    expect(dock.get_by_role("button", name="Pause the sound")).to_be_visible()
    expect(panel.get_by_role("button", name="Play")).to_be_visible()


def test_who_may_not_listen_sees_that_there_is_a_recording(
    stage: Any, recorded: tuple[int, Any], page_of: Callable[..., Page]
) -> None:
    _account_id, call_id = recorded
    page = page_of(stage.olivia)
    page.goto(f"/contacts/{stage.jan}/")
    row = page.locator(f"#call-{call_id}")
    expect(row.locator(".recording-sign")).to_be_visible()
    expect(row.locator(".listen")).to_be_hidden()
