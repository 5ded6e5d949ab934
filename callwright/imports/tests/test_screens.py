"""The screens of an import: upload, preview, columns named by hand, progress, errors, undo (CALL-11)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call, CallNote
from callwright.contacts.models import Contact, ContactNumber
from callwright.imports.jobs import work
from callwright.imports.models import Import, Mapping
from callwright.imports.tests.conftest import TRACES
from callwright.messaging.models import Notification
from callwright.staff.models import AccountRight, AuditEntry, User
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db


@pytest.fixture
def screen(client: Client, boss: User, tmp_path: Path, settings: Any) -> Client:
    settings.HOME = tmp_path
    client.force_login(boss)
    return client


def upload(screen: Client, content: bytes, name: str = "Master.csv") -> Import:
    answer = screen.post("/imports/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content
    return Import.objects.get(pk=answer["Location"].split("/")[2])


def confirm(screen: Client, row: Import, pbx: Pbx, **more: Any) -> Import:
    given = {"pbx": pbx.pk, "zone": "UTC", "date_order": "ymd", "delimiter": ",", "encoding": "utf-8", "import": "1"}
    answer = screen.post(f"/imports/{row.pk}/", {**given, **more})
    assert answer.status_code == 302, answer.content.decode()
    work(str(row.pk))
    return Import.objects.get(pk=row.pk)


def test_a_file_is_shown_as_it_will_be_understood_and_nothing_is_written(
    screen: Client, pbx: Pbx, bakery: Account
) -> None:
    row = upload(screen, (TRACES / "queue_agent_hangs_up.cdr.csv").read_bytes())
    page = screen.get(f"/imports/{row.pk}/").content.decode()
    assert "Asterisk CDR" in page
    assert "Bakery" in page
    assert "916" in page
    assert (Call.objects.count(), pbx.queues.count()) == (0, 0)


def test_after_confirming_it_runs_and_tells_who_began_it(screen: Client, pbx: Pbx, bakery: Account, boss: User) -> None:
    done = confirm(screen, upload(screen, (TRACES / "queue_agent_hangs_up.cdr.csv").read_bytes()), pbx)
    assert (done.state, done.added, done.by) == ("finished", 1, boss)
    assert Notification.objects.get().event == "import_finished"
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"import_started", "import_finished"}
    assert "Finished" in screen.get(f"/imports/{done.pk}/").content.decode()


def test_columns_of_any_csv_are_named_once_and_known_the_next_time(screen: Client, pbx: Pbx) -> None:
    text = "Datum;Tijd;Wie belt;Gebeld;Duur;Uitkomst\n21-11-2026;10:00:05;0612345678;0201234567;65;beantwoord\n"
    row = upload(screen, text.encode("cp1252"), "lijst.csv")
    page = screen.get(f"/imports/{row.pk}/").content.decode()
    assert "What the columns mean" in page
    columns = ["date", "time", "from", "to", "talk_s", "status"]
    more = {"column": columns, "delimiter": ";", "date_order": "dmy", "header": "on", "mapping_name": "Provider"}
    done = confirm(screen, row, pbx, zone="Europe/Amsterdam", **more)
    assert (done.state, done.added, done.bad) == ("finished", 1, 0)
    call = Call.objects.get()
    assert (call.started_at.isoformat(), call.talk_s, call.status) == ("2026-11-21T09:00:05+00:00", 65, "answered")
    assert Mapping.objects.get().name == "Provider"
    again = upload(screen, text.replace("10:00:05", "11:00:05").encode(), "next.csv")
    assert "10:00" in screen.get(f"/imports/{again.pk}/").content.decode()


def test_bad_lines_come_back_as_a_file_with_the_reason(screen: Client, pbx: Pbx) -> None:
    good = (TRACES / "queue_agent_hangs_up.cdr.csv").read_text().splitlines(keepends=True)
    broken = good[0].replace("2026-11-21", "2026-13-41")
    done = confirm(screen, upload(screen, "".join([*good, broken]).encode()), pbx)
    assert (done.added, done.bad) == (1, 1)
    answer = screen.get(f"/imports/{done.pk}/errors.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.startswith(broken.rstrip())
    assert "is no date with time" in text
    corrected = text.replace("2026-13-41", "2026-11-21")
    fixed = confirm(screen, upload(screen, corrected.encode()), pbx)
    assert (fixed.state, fixed.bad, fixed.added) == ("finished", 0, 0)


def test_undo_takes_out_what_it_added_and_leaves_what_people_wrote_on(screen: Client, pbx: Pbx, boss: User) -> None:
    done = confirm(screen, upload(screen, (TRACES / "two_calls_at_once.cdr.csv").read_bytes()), pbx)
    assert done.added == 2
    noted = Call.objects.order_by("id").first()
    assert noted is not None
    CallNote.objects.create(
        id=1, account=noted.account, call=noted, text="Calls back", by=boss, created_at=noted.started_at,
        updated_at=noted.started_at,
    )  # fmt: skip
    screen.post(f"/imports/{done.pk}/act/", {"act": "undo"})
    work(str(done.pk))
    undone = Import.objects.get(pk=done.pk)
    assert (undone.state, undone.kept, list(Call.objects.values_list("pk", flat=True))) == ("undone", 1, [noted.pk])
    assert "somebody wrote a note" in screen.get(f"/imports/{done.pk}/progress/").content.decode()


def test_a_long_list_of_imports_is_read_with_few_queries(
    screen: Client, pbx: Pbx, house: Account, boss: User, django_assert_max_num_queries: Any
) -> None:
    for n, state in enumerate(["finished", "failed", "running"] * 10):
        Import.objects.create(
            id=UUID(int=n + 1), name=f"{n}.csv", origin="upload", by=boss, pbx=pbx, account=house, state=state,
            created_at=timezone.now(),
        )  # fmt: skip
    screen.get("/imports/")
    with django_assert_max_num_queries(12):
        assert screen.get("/imports/").content.decode().count(".csv</bdi>") == 30


def test_an_agent_finds_no_import(client: Client, house: Account) -> None:
    client.force_login(User.objects.create_user("anna", "x", name="Anna"))
    assert client.get("/imports/").status_code == 403


def test_a_controller_sees_no_imports_of_others(client: Client, pbx: Pbx, boss: User) -> None:
    row = Import.objects.create(id=UUID(int=1), name="a.csv", origin="upload", by=boss, created_at=timezone.now())
    client.force_login(User.objects.create_user("carl", "x", name="Carl", role="controller"))
    assert client.get(f"/imports/{row.pk}/").status_code == 404
    assert "a.csv" not in client.get("/imports/").content.decode()


def test_the_preview_shows_no_names_of_accounts_that_the_viewer_may_not_see(
    client: Client, pbx: Pbx, bakery: Account, tmp_path: Path, settings: Any
) -> None:
    """Nor who their callers are."""
    settings.HOME = tmp_path
    shop = Account.objects.create(name="Shop")
    contact = Contact.objects.create(account=bakery, name="Secret Client")
    ContactNumber.objects.create(account=bakery, contact=contact, number="+79161234567")
    carl = User.objects.create_user("carl", "x", name="Carl", role="controller")
    AccountRight.objects.create(user=carl, account=shop)
    client.force_login(carl)
    row = upload(client, (TRACES / "queue_agent_hangs_up.cdr.csv").read_bytes())
    page = client.get(f"/imports/{row.pk}/").content.decode()
    assert "Shop" in page and "916" in page
    wrong = client.post(f"/imports/{row.pk}/", {"pbx": pbx.pk, "account": bakery.pk}).content.decode()
    for shown in (page, wrong):
        assert "Secret Client" not in shown and "Bakery" not in shown
    boss = User.objects.create_user("boss2", "x", name="Boss", role="administrator", all_accounts=True)
    client.force_login(boss)
    assert "Secret Client" in client.get(f"/imports/{row.pk}/").content.decode()
