"""Listening and downloading: never without an entry in the audit log, in pieces, by those who may (CALL-9)."""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import signing
from django.test import Client

from callwright.calls.models import Call
from callwright.recordings.models import Part, Recording
from callwright.recordings.operations import issue_ticket
from callwright.recordings.streaming import with_recordings
from callwright.recordings.testing import add_recorded_call, fetch_now, tone
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


async def _nothing_else(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(scope["path"])


@pytest.fixture
def recorded(folder_source: Any, monitor: Path, pbx: Any, account: Any, started: datetime) -> Any:
    file = tone(monitor / "17.1.wav", 12)
    os.utime(file, (1, 1))
    _, call_id = add_recorded_call(pbx, "17.1", started)
    fetch_now()
    return Part.objects.get(call_id=call_id)


class Http:
    """A browser's requests to the streaming application, each in a loop of its own."""

    def send(self, method: str, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=with_recordings(_nothing_else))
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.request(method, address, headers=headers)

        return asyncio.run(ask())

    def get(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.send("GET", address, headers)

    def head(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.send("HEAD", address, headers)

    def post(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.send("POST", address, headers)


@pytest.fixture
def http() -> Http:
    return Http()


def listens(browser: Client, part: Any) -> tuple[str, dict[str, str]]:
    """The address that the player streams from, and the browser's cookies."""
    page = browser.post(f"/recordings/calls/{part.call_id}/listen/")
    assert page.status_code == 200, page
    address = page.content.decode().split('data-url="')[1].split('"')[0]
    return address, {"cookie": "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())}


def test_listening_stands_in_the_audit_log_once_and_streams_ranges(
    recorded: Any, supervisor: Any, browser_of: Any, http: Http, kept: Path
) -> None:
    address, cookies = listens(browser_of(supervisor), recorded)
    content = (kept / recorded.file).read_bytes()
    whole = http.get(address, headers=cookies)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["accept-ranges"] == "bytes" and whole.headers["content-type"] == "audio/wav"
    size = len(content)
    for asked, first, last in (("0-99", 0, 99), ("100-", 100, size - 1), ("-50", size - 50, size - 1)):
        piece = http.get(address, headers={**cookies, "range": f"bytes={asked}"})
        assert (piece.status_code, piece.content) == (206, content[first : last + 1])
        assert piece.headers["content-range"] == f"bytes {first}-{last}/{size}"
    beyond = http.get(address, headers={**cookies, "range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    several = http.get(address, headers={**cookies, "range": "bytes=0-1,5-6"})
    assert several.status_code == 200
    head = http.head(address, headers=cookies)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    etag = head.headers["etag"]
    other = http.get(address, headers={**cookies, "range": "bytes=0-9", "if-range": '"another"'})
    same = http.get(address, headers={**cookies, "range": "bytes=0-9", "if-range": etag})
    assert (other.status_code, same.status_code) == (200, 206)
    assert (http.get(address, headers={**cookies, "if-none-match": etag})).status_code == 304
    entries = list(AuditEntry.objects.filter(action="recording_played"))
    assert [(one.by_id, one.subject) for one in entries] == [(supervisor.pk, f"call:{recorded.call_id}")]


def test_a_ticket_is_one_persons_for_one_call_and_for_a_while(
    recorded: Any, supervisor: Any, make_user: Any, account: Any, browser_of: Any, http: Http,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address, cookies = listens(browser_of(supervisor), recorded)

    def another() -> dict[str, str]:
        other = make_user("sven", role="supervisor", accounts=[account])
        return {"cookie": "; ".join(f"{n}={one.value}" for n, one in browser_of(other).cookies.items())}

    assert (http.get(address, headers=another())).status_code == 403
    assert (http.get(address)).status_code == 403
    assert (http.get(address[:-3] + "abc", headers=cookies)).status_code == 403
    forged = signing.dumps([supervisor.pk, account.pk, recorded.call_id.hex, 0, "0" * 32], salt="something else")
    assert (http.get(address.rsplit("/", 1)[0] + "/" + forged, headers=cookies)).status_code == 403
    assert (http.post(address, headers=cookies)).status_code == 405
    monkeypatch.setattr(issue_ticket, "LISTEN_S", -1)
    assert (http.get(address, headers=cookies)).status_code == 410


def test_who_loses_the_right_hears_nothing_more(recorded: Any, supervisor: Any, browser_of: Any, http: Http) -> None:
    address, cookies = listens(browser_of(supervisor), recorded)
    type(supervisor).objects.filter(pk=supervisor.pk).update(role="agent")
    assert (http.get(address, headers=cookies)).status_code == 403


def test_downloading_has_a_right_and_an_entry_of_its_own(
    recorded: Any, supervisor: Any, make_user: Any, browser_of: Any, http: Http, kept: Path
) -> None:
    path = f"/recordings/calls/{recorded.call_id}/parts/{recorded.id}/download/"

    def asked() -> tuple[int, str, dict[str, str]]:
        refused = browser_of(supervisor).post(path).status_code
        browser = browser_of(make_user("ada", role="administrator", all_accounts=True))
        answer = browser.post(path)
        return refused, answer.url, {"cookie": "; ".join(f"{n}={c.value}" for n, c in browser.cookies.items())}

    refused, address, cookies = asked()
    assert refused == 403
    file = http.get(address, headers=cookies)
    assert file.content == (kept / recorded.file).read_bytes()
    assert file.headers["content-disposition"] == f'attachment; filename="{recorded.call_id}-1.wav"'
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["recording_downloaded"]


def test_erased_by_hand_the_sound_is_gone_and_the_record_says_who_and_why(
    recorded: Any, make_user: Any, browser_of: Any, kept: Path
) -> None:
    from django.utils import timezone

    from callwright.recordings.operations.keep_files import remove_left_behind

    browser = browser_of(make_user("ada", role="administrator", all_accounts=True))
    path = f"/recordings/calls/{recorded.call_id}/erase/"
    browser.post(path, {"reason": "  "})
    assert (kept / recorded.file).exists()
    page = browser.post(path, {"reason": "The customer asked for it"})
    assert "The customer asked for it" in page.content.decode() and "Ada" in page.content.decode()
    remove_left_behind(timezone.now())
    assert not (kept / recorded.file).exists() and not Part.objects.exists()
    assert Call.objects.get().recording == Recording.objects.get().state == "erased"
    assert AuditEntry.objects.get(action="recording_erased").detail == {"reason": "The customer asked for it"}
    assert browser.post(f"/recordings/calls/{recorded.call_id}/listen/").status_code == 409
    assert fetch_now() == 0


def test_recordings_are_kept_as_long_as_their_account_wants(recorded: Any, account: Any, kept: Path) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from callwright.recordings.models import Policy
    from callwright.recordings.operations.look_after import tidy

    now = timezone.now()
    Policy.objects.create(account=None, keep_days=10)
    own = Policy.objects.create(account=account, keep_days=90)
    tidy(now + timedelta(days=80))
    assert (kept / recorded.file).exists()
    own.delete()
    tidy(now + timedelta(days=80))
    assert not (kept / recorded.file).exists() and not Part.objects.exists()  # nor its waveform
    after = Recording.objects.get()
    assert (after.state, after.reason, after.erased_by_id) == ("erased", "retention", None)
    assert AuditEntry.objects.get().action == "recording_expired"
