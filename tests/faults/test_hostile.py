"""What a PBX, or somebody who calls it, could send to do harm."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from callwright.telephony.fake.faults import BROKEN_MESSAGES, HOSTILE_NAMES, HUGE_LINE
from callwright.telephony.fake.house import Caller
from callwright.telephony.fake.plan import CallPlan, Kind
from tests.faults.browser import open_desk
from tests.faults.ground import Installation
from tests.faults.load import SCENARIO, begun, busy_pbx, is_true, linked, make_calls, until

pytestmark = pytest.mark.fault


def resident_mb(pid: int) -> float:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


async def test_malformed_messages_and_endless_lines_harm_no_call(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link")
        await linked(pbx)
        before = resident_mb(link.process.pid)
        make_calls(pbx, 60)
        for many in (5, 15, 25):
            await begun(pbx, many)
            for message in (*BROKEN_MESSAGES, HUGE_LINE):
                pbx.server.send_raw(message)
            await pbx.server.flush(wait=True)
        await pbx.until_quiet(60)
        await is_true(house, pbx)
        assert link.runs
        assert resident_mb(link.process.pid) < before + 60


async def test_names_of_callers_are_kept_as_text_and_shown_as_text(house: Installation) -> None:
    """From the PBX's bytes to the DOM: no name becomes an element, runs as a script or breaks the page."""
    agent = house.agents[0]
    line = next(one.number for one in SCENARIO.house.lines if one.queue == "q0")  # rings at the agent's phone
    async with busy_pbx() as pbx, async_playwright() as playwright:
        house.link_to(pbx.port)
        house.start("link")
        await asyncio.to_thread(house.start_web)
        await linked(pbx)
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await open_desk(browser, house.web_port, agent)
        said: list[str] = []
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("pageerror", lambda error: said.append(str(error)))
        for number, name in enumerate(HOSTILE_NAMES):
            caller = Caller(f"7495123450{number}", name)
            plan = CallPlan(Kind.INBOUND, line, caller=caller, answer_s=0.5, answered_by=agent["extension"], talk_s=120)
            call = pbx.place(plan)
            card = page.locator(".card:visible")
            await expect(card).to_have_count(1, timeout=15_000)
            ((kept,),) = house.rows("SELECT from_name FROM calls_call ORDER BY id DESC LIMIT 1")
            assert kept
            assert await card.get_attribute("data-who")
            assert kept.strip() in (await card.inner_text()) or kept.strip() == (await card.get_attribute("data-who"))
            assert await page.locator(".card script, .slim script, .card img[src='x'], .slim img[src='x']").count() == 0
            pbx.caller_hangs_up(call)
            await expect(card.locator(".strip[data-state=ended]")).to_have_count(1, timeout=15_000)
            await page.keyboard.press("e")
            await expect(card).to_have_count(0, timeout=15_000)
        assert said == []
        assert await page.title()
        await browser.close()
        await until(lambda: not pbx.exchange.calls, 20, "the calls are over")
        await is_true(house, pbx)
