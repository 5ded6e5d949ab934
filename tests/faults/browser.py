"""A desk in a real Chromium."""

from typing import Any

from playwright.async_api import Browser, Page


async def open_desk(
    browser: Browser, port: int, agent: dict[str, Any], *, scripts: tuple[str, ...] = (), **options: Any
) -> Page:
    """The desk of a logged-in agent, once its live stream is open; `scripts` run before the page's own, `options` are
    those of Playwright's contexts.
    """
    url = f"http://127.0.0.1:{port}"
    context = await browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}, **options)
    await context.add_cookies([{"name": "sessionid", "value": agent["session"], "url": url}])
    page = await context.new_page()
    for script in scripts:
        await page.add_init_script(script)
    await page.goto("/desk/")
    await page.wait_for_selector("html[data-connection=connected]", state="attached", timeout=60_000)
    return page
