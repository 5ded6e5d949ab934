"""The screen of watched folders, and folders that are looked into from a time of day on (CALL-11)."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account, Organisation
from callwright.imports.models import Import, Mapping, WatchedFolder
from callwright.imports.operations.watch_folders import STILL_FOR, watch_folders
from callwright.imports.tests.test_faults import master_line
from callwright.staff.models import User
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db
URL = "/imports/folders/"


@pytest.fixture
def screen(client: Client, house: Account) -> Client:
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    return client


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def asked(place: Path, pbx: Pbx, **more: Any) -> dict[str, Any]:
    return {"path": str(place), "pbx": pbx.pk, "after": "move", "enabled": "on", **more}


def test_a_folder_is_saved_shown_changed_and_removed(screen: Client, place: Path, pbx: Pbx, bakery: Account) -> None:
    Organisation.objects.create(pk=1, name="Bureau", time_zone="Europe/Budapest")
    page = screen.get(URL).content.decode()
    assert "No folder is watched" in page and "Europe/Budapest" in page
    saved = Mapping.objects.create(name="Provider")
    more = {"account": bakery.pk, "mapping": saved.pk, "zone": "Europe/Moscow", "daily_at": "02:30"}
    answer = screen.post(URL, asked(place, pbx, **more), follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    folder = WatchedFolder.objects.get()
    assert (folder.path, folder.pbx, folder.account, folder.mapping) == (str(place), pbx, bakery, saved)
    assert (folder.zone, folder.daily_at, folder.after, folder.enabled) == ("Europe/Moscow", time(2, 30), "move", True)
    page = answer.content.decode()
    assert "Saved." in page and str(place) in page and "every day from 02:30" in page
    one = f"{URL}{folder.pk}/"
    page = screen.get(one).content.decode()
    assert 'value="02:30' in page and '<option value="Europe/Moscow" selected>' in page
    assert screen.post(one, asked(place, pbx, enabled="", after="leave")).status_code == 302
    folder.refresh_from_db()
    assert (folder.account, folder.daily_at, folder.after, folder.enabled) == (None, None, "leave", False)
    page = screen.get(URL).content.decode()
    assert "Not watched" in page and "every day from" not in page
    removed = screen.post(one, {"remove": "1"}, follow=True).content.decode()
    assert "is not watched any more" in removed and not WatchedFolder.objects.exists()
    assert screen.get(one).status_code == 404


def test_what_is_no_folder_is_refused_beside_the_field(screen: Client, place: Path, pbx: Pbx) -> None:
    (place / "file.csv").write_text("x")
    for wrong in ("in", str(place / "none"), str(place / "file.csv")):
        answer = screen.post(URL, asked(place, pbx, path=wrong))
        assert answer.status_code == 422
        assert "There is no such folder on the server." in answer.content.decode()
    others = {"pbx": "", "daily_at": "25:00", "zone": "Mars/Olympus", "account": "4711", "after": ""}
    for name, wrong in others.items():
        answer = screen.post(URL, asked(place, pbx) | {name: wrong})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {name})
    assert not WatchedFolder.objects.exists()
    assert screen.post(URL, asked(place, pbx)).status_code == 302
    assert screen.post(URL, asked(place, pbx)).status_code == 422, "it is watched already"


def test_why_a_folder_cannot_be_read_is_shown(screen: Client, place: Path, pbx: Pbx) -> None:
    folder = WatchedFolder.objects.create(path=str(place / "gone"), pbx=pbx)
    watch_folders(timezone.now())
    assert "Cannot be read" in screen.get(URL).content.decode()
    assert "No such file" in screen.get(f"{URL}{folder.pk}/").content.decode()


def test_only_administrators_of_all_accounts_watch_folders(client: Client, place: Path, pbx: Pbx) -> None:
    client.force_login(User.objects.create_user("carl", "x", name="Carl", role="controller", all_accounts=True))
    assert client.get(URL).status_code == 403
    assert client.post(URL, asked(place, pbx)).status_code == 403
    assert not WatchedFolder.objects.exists()


def taken_at(place: Path, pbx: Pbx, first: datetime, last: datetime, **more: Any) -> datetime | None:
    """When a file that lies in the folder since before `first` was taken in, looking every five minutes."""
    WatchedFolder.objects.create(path=str(place), pbx=pbx, **more)
    (place / "Master.csv").write_text(master_line())
    now = first
    while now <= last:
        if watch_folders(now):
            return now
        now += timedelta(minutes=5)
    return None


def test_files_wait_for_the_time_of_day_where_the_organisation_is(place: Path, pbx: Pbx) -> None:
    Organisation.objects.create(pk=1, name="Bureau", time_zone="Europe/Budapest")
    first = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)  # midnight in Budapest
    taken = taken_at(place, pbx, first, first + timedelta(hours=23), daily_at=time(2, 30))
    assert taken == datetime(2026, 7, 1, 0, 35, tzinfo=UTC), "02:30 is 00:30 UTC in summer; the second look takes it"


def test_files_wait_for_the_time_of_day_where_the_account_is(place: Path, pbx: Pbx, bakery: Account) -> None:
    Organisation.objects.create(pk=1, name="Bureau", time_zone="America/Lima")
    first = datetime(2026, 6, 30, 21, 0, tzinfo=UTC)  # midnight in Moscow
    taken = taken_at(place, pbx, first, first + timedelta(hours=23), daily_at=time(2, 30), account=bakery)
    assert taken == datetime(2026, 6, 30, 23, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "due"),
    [
        (datetime(2026, 3, 27, 23, 0, tzinfo=UTC), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),  # the day before
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 does not exist
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),  # the day after
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first 02:30
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_time_of_day_stays_where_the_clocks_change(place: Path, pbx: Pbx, first: datetime, due: datetime) -> None:
    Organisation.objects.create(pk=1, name="Bureau", time_zone="Europe/Amsterdam")
    taken = taken_at(place, pbx, first, first + timedelta(hours=22), daily_at=time(2, 30))
    assert taken == due + timedelta(minutes=5)


def test_a_clock_that_is_set_back_after_the_time_of_day_interrupts_nothing(place: Path, pbx: Pbx) -> None:
    """02:40, then 02:10 again: a file that comes in the repeated hour does not wait for the second 02:30."""
    Organisation.objects.create(pk=1, name="Bureau", time_zone="Europe/Amsterdam")
    back = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    taken = taken_at(place, pbx, back, back + timedelta(minutes=15), daily_at=time(2, 30))
    assert taken == back + timedelta(minutes=5)


def test_after_midnight_files_wait_for_the_next_day_s_time(place: Path, pbx: Pbx) -> None:
    Organisation.objects.create(pk=1, name="Bureau", time_zone="Europe/Amsterdam")
    first = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)  # half an hour before midnight
    (place / "early.csv").write_text(master_line().replace("1795255200.1", "1795255200.7"))
    assert taken_at(place, pbx, first, first + STILL_FOR * 20, daily_at=time(20, 0)) == first + timedelta(minutes=5)
    (place / "late.csv").write_text(master_line().replace("1795255200.1", "1795255200.8"))
    made = [first + timedelta(minutes=n) for n in range(31, 24 * 60, 10) if watch_folders(first + timedelta(minutes=n))]
    assert made and made[0] >= datetime(2026, 7, 2, 18, 0, tzinfo=UTC)
    assert Import.objects.filter(name="late.csv").count() == 1
