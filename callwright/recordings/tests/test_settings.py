"""Setting up recordings on the screens of an administrator (CALL-9)."""

from pathlib import Path
from typing import Any

import pytest

from callwright.recordings.models import NeverRule, Policy, Source
from callwright.recordings.operations.open_source import secrets_of
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user: Any, browser_of: Any) -> Any:
    return browser_of(make_user("ada", role="administrator", all_accounts=True))


def sftp(**more: Any) -> dict[str, Any]:
    return {
        "kind": "sftp", "enabled": "on", "host": "files.example", "port": 22, "username": "callwright",
        "folder": "/rec", "password": "s3cret pass", "pattern": "{uniqueid}.*",
        "pbx_folder": "/var/spool/asterisk/monitor",
        "announced_only": "on", "raw_rate": 8000, "raw_channels": 2, "time_zone": "Europe/Amsterdam", **more,
    }  # fmt: skip


def test_a_source_is_set_up_tried_and_its_secret_never_shown_again(admin: Any, pbx: Any, monitor: Path) -> None:
    assert "Not set up" in admin.get("/recordings/").content.decode()
    page = f"/recordings/sources/{pbx.pk}/"
    assert admin.post(page, sftp()).status_code == 302
    source = Source.objects.get()
    assert secrets_of(source) == {"password": "s3cret pass"} and "s3cret" not in source.sealed
    assert "s3cret" not in admin.get(page).content.decode()
    Source.objects.update(host_key="ssh-ed25519 AAAA")
    admin.post(page, sftp(password="", folder="/other"))
    source.refresh_from_db()
    assert (secrets_of(source), source.folder) == ({"password": "s3cret pass"}, "/other")
    assert source.host_key
    admin.post(page, sftp(host="elsewhere.example"))
    source.refresh_from_db()
    assert source.host_key == ""  # another server must show its own
    folder = {**sftp(), "kind": "folder", "folder": str(monitor)}
    admin.post(page, folder)
    assert "It works: the folder can be read" in admin.post(f"{page}try/").content.decode()
    Source.objects.update(folder="/not/there")
    assert "The folder is not there" in admin.post(f"{page}try/").content.decode()
    assert AuditEntry.objects.filter(action="recording_source_changed").count() == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pattern": "../{uniqueid}.wav"}, "without .. and without a slash"),
        ({"pattern": "/etc/{uniqueid}"}, "without .. and without a slash"),
        ({"pattern": "{nonsense}.wav"}, "In braces there can only be"),
        ({"pattern": "*.wav"}, "must hold {uniqueid} or {linkedid}"),
        ({"time_zone": "Europe/Nowhere"}, "There is no such time zone"),
        ({"kind": "http", "url": "ftp://x", "pattern": "{uniqueid}.wav"}, "begins with http:// or https://"),
        ({"kind": "http", "url": "http://a:b@x/", "pattern": "{uniqueid}.wav"}, "in their own fields"),
        ({"kind": "http", "url": "http://x/", "pattern": "{uniqueid}.*"}, "cannot be searched"),
        ({"kind": "folder", "folder": "relative"}, "the whole path of the folder"),
    ],
)
def test_what_cannot_work_is_refused_with_a_reason(admin: Any, pbx: Any, change: dict[str, str], said: str) -> None:
    page = admin.post(f"/recordings/sources/{pbx.pk}/", sftp(**change))
    assert page.status_code == 200 and said in page.content.decode()
    assert not Source.objects.exists()


def test_periods_texts_and_rules(admin: Any, account: Any) -> None:
    assert admin.post("/recordings/", {"keep_days": "30", "consent": "We record."}).status_code == 302
    assert (
        admin.post(f"/recordings/accounts/{account.pk}/", {"keep_days": "", "consent": "Own text."}).status_code == 302
    )
    assert set(Policy.objects.values_list("account", "keep_days", "consent")) == {
        (None, 30, "We record."), (account.pk, None, "Own text."),
    }  # fmt: skip
    assert admin.post("/recordings/rules/", {"about": f"account:{account.pk}"}).status_code == 302
    assert admin.post("/recordings/rules/", {"about": "account:999999"}).status_code == 404
    rule = NeverRule.objects.get()
    assert account.name in admin.get("/recordings/").content.decode().replace("&amp;", "&")
    assert admin.post(f"/recordings/rules/{rule.pk}/delete/").status_code == 302
    assert not NeverRule.objects.exists()


def test_a_call_that_is_never_recorded_is_silenced_at_once_and_not_fetched(
    admin: Any, account: Any, pbx: Any, folder_source: Source, started: Any
) -> None:
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events
    from callwright.recordings.models import Recording
    from callwright.recordings.testing import fetch_now, recorded_call_events
    from callwright.telephony.models import Command

    NeverRule.objects.create(account=account)
    events = recorded_call_events("main", "61.1", started)
    apply_events(events[:5], now=started)
    fetch_now()
    order = Command.objects.get()
    assert (order.verb, order.arguments["call"], order.by_id) == ("pause_recording", "61.1", None)
    fetch_now()
    assert Command.objects.count() == 1
    apply_events(events[5:], now=started)
    fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("", "never")
    assert Call.objects.get().recording == ""
