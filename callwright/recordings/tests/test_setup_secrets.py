"""Secrets of sources go to the server for which they were entered, and to no other (CALL-9)."""

from typing import Any

import pytest

from callwright.recordings.models import Source
from callwright.recordings.operations.open_source import secrets_of
from callwright.recordings.tests.test_settings import sftp
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user: Any, browser_of: Any) -> Any:
    return browser_of(make_user("ada", role="administrator", all_accounts=True))


@pytest.fixture
def page(admin: Any, pbx: Any) -> Any:
    """Saves the source of the PBX; the answer's text, empty where it was saved."""

    def save(**given: Any) -> str:
        answer = admin.post(f"/recordings/sources/{pbx.pk}/", sftp(**given))
        return "" if answer.status_code == 302 else str(answer.content.decode())

    return save


def http(**more: Any) -> dict[str, Any]:
    return {"kind": "http", "url": "https://files.example/rec/", "pattern": "{uniqueid}.wav", "password": "", **more}


@pytest.mark.parametrize("change", [{"host": "evil.example"}, {"port": 2222}])
def test_another_sftp_server_is_not_given_what_is_stored(page: Any, change: dict[str, Any]) -> None:
    page(password="s3cret", private_key="KEY")
    said = page(password="", **change)
    assert said.count("it is not sent to another server unasked") == 2
    known = Source.objects.get()
    assert (known.host, known.port, secrets_of(known)["password"]) == ("files.example", 22, "s3cret")
    assert page(password="new", remove_private_key="on", **change) == ""
    assert secrets_of(Source.objects.get()) == {"password": "new"}


def test_another_web_server_is_not_given_the_token(page: Any) -> None:
    page(**http(token="t0ken"))
    assert page(**http(url="https://files.example/other/")) == ""
    assert secrets_of(Source.objects.get()) == {"token": "t0ken"}
    for url in ("http://files.example/rec/", "https://files.example:8443/rec/", "https://evil.example/rec/"):
        assert "it is not sent to another server unasked" in page(**http(url=url))
    assert Source.objects.get().url == "https://files.example/other/"
    assert page(**http(url="https://evil.example/rec/", remove_token="on")) == ""
    assert Source.objects.get().sealed == ""


def test_with_another_kind_of_source_nothing_is_kept(page: Any, admin: Any, pbx: Any) -> None:
    page(password="s3cret")
    assert "Leave empty to keep" in admin.get(f"/recordings/sources/{pbx.pk}/?kind=sftp").content.decode()
    assert "Leave empty to keep" not in admin.get(f"/recordings/sources/{pbx.pk}/?kind=http").content.decode()
    assert page(**http()) == ""
    assert Source.objects.get().sealed == ""
    page(**http(token="t0ken"))
    assert page(kind="folder", folder="/srv/monitor", password="") == ""
    assert Source.objects.get().sealed == ""


def test_a_stored_secret_can_be_removed(page: Any, admin: Any, pbx: Any) -> None:
    page(password="s3cret", private_key="KEY")
    shown = admin.get(f"/recordings/sources/{pbx.pk}/").content.decode()
    names = ("username", "password", "remove_password", "remove_private_key", "pattern")
    places = [shown.index(f'name="{name}"') for name in names]
    assert places == sorted(places)  # beside the user
    assert page(password="", remove_private_key="on") == ""
    assert secrets_of(Source.objects.get()) == {"password": "s3cret"}
    shown = admin.get(f"/recordings/sources/{pbx.pk}/").content.decode()
    assert "Remove the stored password" in shown and "Remove the stored private key" not in shown


def test_the_audit_log_says_where_and_which_secrets_but_not_what_they_are(page: Any) -> None:
    page(password="s3cret")
    page(password="", remove_password="on", host="other.example")
    first, second = AuditEntry.objects.filter(action="recording_source_changed").order_by("id")
    assert first.detail == {
        "kind": "sftp", "enabled": True, "where": "callwright@files.example:22 /rec", "secrets_entered": "password",
    }  # fmt: skip
    assert second.detail["where"] == "callwright@other.example:22 /rec"
    assert second.detail["secrets_removed"] == "password"


def test_a_port_that_cannot_be_is_refused(page: Any) -> None:
    assert "begins with http:// or https://" in page(**http(url="http://files.example:99999/"))
