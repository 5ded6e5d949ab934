"""Takes the pictures of the README from a running demonstration: `make screenshots URL=http://localhost:8000`."""

import argparse
import contextlib
import io
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

IMAGES = Path("docs/images")
WIDTH, HEIGHT = 1440, 900
CALL_WITHIN_MS = 90_000
MOST_CALLS = 6


def keep(page: Page, name: str) -> None:
    """A small file: a screen has few colours."""
    page.mouse.move(WIDTH - 2, HEIGHT - 2)
    page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = IMAGES / f"{name}.png"
    picture.quantize(colors=160, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1024} kB", flush=True)


def log_in(browser: Browser, url: str, name: str, **options: Any) -> Page:
    page = browser.new_context(base_url=url, viewport={"width": WIDTH, "height": HEIGHT}, **options).new_page()
    page.set_default_timeout(20_000)
    page.goto("/")
    page.locator(".demo-logins button", has_text=name).click()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=20_000)
    return page


def wait_for_a_known_caller(page: Page) -> None:
    """Until it rings from somebody who has orders, or for as many calls as patience has."""
    began = time.monotonic()
    ringing = page.locator('.strip[data-state="ringing"]:visible').first
    for number in range(MOST_CALLS):
        ringing.wait_for(timeout=CALL_WITHIN_MS)
        if number == 0:
            print(f"it rang {time.monotonic() - began:.1f} s after the desk was open", flush=True)
        page.wait_for_timeout(600)
        if page.locator(".card:visible .part-orders tr").count() or number == MOST_CALLS - 1:
            return
        with contextlib.suppress(Error):  # a colleague was faster
            page.locator(".card:visible button", has_text="Reject").first.click(timeout=1000)
        ringing.wait_for(state="hidden", timeout=CALL_WITHIN_MS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    url = parser.parse_args().url
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = log_in(browser, url, "Anna Whitlock")
        wait_for_a_known_caller(page)
        keep(page, "desk")
        page.goto("/calls/?period=week")
        page.locator(".call-row").first.wait_for()
        keep(page, "register")
        supervisor = log_in(browser, url, "Sophie Marsden")
        supervisor.goto("/calls/missed/")
        supervisor.locator("main table tbody tr").first.wait_for()
        keep(supervisor, "missed-calls")
        supervisor.goto("/reports/topics/")
        supervisor.locator("main table tbody tr").first.wait_for()
        keep(supervisor, "report")
        supervisor.goto("/floor/")
        supervisor.locator("[data-agent]").first.wait_for()
        keep(supervisor, "floor")
        arabic = log_in(browser, url, "ليلى", color_scheme="dark")
        arabic.locator('.strip[data-state="ringing"]:visible').first.wait_for(timeout=CALL_WITHIN_MS)
        keep(arabic, "desk-arabic-dark")
        browser.close()


if __name__ == "__main__":
    main()
