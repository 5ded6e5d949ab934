"""The audit log: who reads it, how it is searched, and that nothing in it changes (PLA-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records
from callwright.staff.models import AuditEntry
from callwright.staff.operations.record_audit import record_audit

pytestmark = pytest.mark.django_db
CALL = "0193f3a0-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def words() -> None:
    declare_actions({"test_played": "Listened to a recording", "test_exported": "Exported calls"})
    declare_records({"test": Kind("Test record", "staff:user"), "bare": Kind("Bare record")})
    declare_details({"test_rows": "Lines written"})


@pytest.fixture
def entry(account: Any, owner: Any) -> Any:
    def add(**fields: Any) -> AuditEntry:
        values: dict[str, Any] = {
            "action": "test_played", "subject": f"call:{CALL}", "by": owner.pk, "account_id": account.pk,
            "now": datetime.now(UTC),
        }  # fmt: skip
        return AuditEntry.objects.get(pk=record_audit(**{**values, **fields}))

    return add


def test_administrators_read_it_and_nobody_else(
    administrator_client: Any, supervisor_client: Any, owner_client: Any, customer_client: Any, stranger_client: Any,
    entry: Any,
) -> None:  # fmt: skip
    entry(detail={"test_rows": 3, "kept": True}, address="192.0.2.7")
    page = administrator_client.get("/audit/").content.decode()
    for text in ("Listened to a recording", "Olivia", "Baker &amp; Sons", CALL, "Lines written", "192.0.2.7", "yes"):
        assert text in page, text
    for client in (supervisor_client, owner_client, customer_client):
        for url in ("/audit/", f"/audit/about/?record=call:{CALL}"):
            assert client.get(url).status_code == 403
    assert stranger_client.get("/audit/").status_code == 302
    assert "Listened" in administrator_client.get(f"/audit/about/?record=call:{CALL}").content.decode()


def test_an_administrator_of_some_accounts_does_not_read_of_others(
    make_user: Any, browser_of: Any, account: Any, other_account: Any, entry: Any
) -> None:
    entry(account_id=other_account.pk, subject="bare:elsewhere")
    entry(account_id=account.pk, subject="bare:here")
    entry(account_id=None, subject="bare:nowhere")
    part = make_user("ada", role="administrator", accounts=[account])
    page = browser_of(part).get("/audit/").content.decode()
    assert "here" in page and "nowhere" in page and "elsewhere" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person=oli", {"mine", "old"}),
        ("person=car", {"his"}),
        ("action=test_exported", {"his"}),
        ("account=other", {"his"}),
        ("account=baker", {"mine", "old"}),
        ("record=bare:mine", {"mine"}),
        ("from=&to=", {"mine", "his", "old", "older"}),
        ("from=2026-99-99", {"mine", "his", "old", "older"}),
        ("person=%25", set()),
        ("action=%27%3B--&record=%00", set()),
    ],
)
def test_it_is_searched(
    administrator_client: Any, entry: Any, colleague: Any, other_account: Any, query: str, found: set[str]
) -> None:
    now = datetime.now(UTC)
    entry(subject="bare:mine")
    entry(subject="bare:his", by=colleague.pk, action="test_exported", account_id=other_account.pk)
    entry(subject="bare:old", now=now - timedelta(days=20))
    entry(subject="bare:older", now=now - timedelta(days=40), by=None)
    page = administrator_client.get(f"/audit/?{query}").content.decode()
    assert {name for name in ("mine", "his", "old", "older") if f">{name}</bdi>" in page} == found


def test_the_address_of_a_call_finds_what_was_done_to_it(administrator_client: Any, entry: Any) -> None:
    entry()
    entry(subject="bare:other")
    page = administrator_client.get(f"/audit/?record=http://callwright.test/calls/{CALL}/").content.decode()
    assert CALL in page and ">other</bdi>" not in page


def test_pages_follow_one_another_without_gap_or_repetition(administrator_client: Any, entry: Any) -> None:
    now = datetime.now(UTC)
    for number in range(120):
        entry(subject=f"bare:n{number:03}", now=now - timedelta(minutes=number))
    seen: list[str] = []
    url = "/audit/"
    while url:
        page = administrator_client.get(url).content.decode()
        seen += [part.split("<")[0] for part in page.split('dir="ltr">n')[1:]]
        marker = 'hx-get="/audit/?'
        url = ""
        if '<tr class="more">' in page:
            url = "/audit/?" + page.split('<tr class="more">')[1].split(marker)[1].split('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03}" for number in range(120)]


def test_a_record_that_can_be_opened_is_a_link(administrator_client: Any, entry: Any, owner: Any) -> None:
    entry(subject=f"test:{owner.pk}")
    entry(subject="test:no-number")
    page = administrator_client.get("/audit/").content.decode()
    assert f'<a href="/admin/users/{owner.pk}/">Test record</a>' in page and page.count("Test record</a>") == 1


def test_the_database_refuses_to_change_or_remove_an_entry(entry: Any, owner: Any) -> None:
    kept = entry(detail={"rows": 3})
    for statement in (
        "UPDATE staff_auditentry SET detail = '{}'",
        "UPDATE staff_auditentry SET by_name = 'x', by_id = NULL",
        "UPDATE staff_auditentry SET at = now()",
        "DELETE FROM staff_auditentry",
    ):
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            connection.cursor().execute(statement)
    owner.delete()
    kept.refresh_from_db()
    assert (kept.by_id, kept.by_name, kept.detail) == (None, "Olivia", {"rows": 3})


@pytest.mark.parametrize("language", ["nl", "ar", "hu"])
def test_it_speaks_the_languages(administrator: Any, browser_of: Any, entry: Any, language: str) -> None:
    administrator.language = language
    administrator.save()
    entry(by=None)
    page = browser_of(administrator).get("/audit/").content.decode()
    with translation.override(language):
        assert translation.gettext("Audit log") in page and translation.gettext("Audit log") != "Audit log"
