"""What every journey needs: the real web server on the test database, browsers that are logged in, and a stage: a house
with people, contacts and calls made from events through the product's own door.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, BrowserContext, Page, expect

OUTPUT = Path("test-output")
expect.set_options(timeout=20_000)  # for a machine with other things to do; what is measured stands in benchmarks


def said(text: str, language: str, *, context: str = "") -> str:
    """A text of the product as whoever reads this language sees it."""
    with override(language):
        return pgettext(context, text) if context else gettext(text)


class Web:
    """The web server as a process of its own; it can be stopped and started again at the same address."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "callwright.config.command", "web", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=os.environ.copy())
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the web server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def one_web(django_db_setup: None) -> Iterator[Web]:
    running = Web()
    yield running
    running.stop()


@pytest.fixture
def web(one_web: Web, transactional_db: None) -> Web:
    """One server for all journeys; a journey may stop it, the next one finds it running."""
    if not one_web.is_running:
        one_web.start()
    return one_web


@pytest.fixture
def page_of(chromium: Browser, web: Web) -> Iterator[Callable[..., Page]]:
    """`page_of(user, width=1440)`: a page of a browser of its own in which the user is logged in. Errors on the page
    and requests to other machines fail the test.
    """
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from callwright.staff.sessions import BACKEND, SessionStore

    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(user: Any, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        context = chromium.new_context(base_url=web.url, viewport={"width": width, "height": height}, **options)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": web.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)
