"""An account's hours on the screen: who sets them, what is refused, what the targets then are (CALL-6)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callwright.accounts.models import ClosedDay, OpenSpan
from callwright.accounts.queries.hours import calendars, holiday_countries, public_holidays
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
OFFICE = {f"day_{day}": "9:00-12:30, 13:30-17:00" for day in range(5)}


def test_a_supervisor_sets_hours_target_and_holidays(supervisor_client: Any, account: Any) -> None:
    url = f"/accounts/{account.pk}/hours/"
    answer = supervisor_client.post(
        url, {**OFFICE, "call_back_within_min": 30, "holidays_country": "DE", "holidays_subdivision": "by"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert OpenSpan.objects.filter(account=account).count() == 10
    shown = supervisor_client.get(url).content.decode()
    assert "9:00–12:30, 13:30–17:00" in shown and 'value="30"' in shown
    calendar = calendars([account.pk])[account.pk]
    assert calendar.call_back_within_s == 1800
    # Monday before Epiphany, a holiday of Bavaria and not of all Germany: ten minutes then, twenty on Wednesday
    assert date(2026, 1, 6) in public_holidays("DE", "BY", 2026)
    assert date(2026, 1, 6) not in public_holidays("DE", "", 2026)
    missed_at = datetime(2026, 1, 5, 15, 50, tzinfo=UTC)
    assert calendar.call_back_due_at(missed_at) == datetime(2026, 1, 7, 8, 20, tzinfo=UTC)
    assert calendar.call_back_due_at(missed_at, 300) == missed_at + timedelta(minutes=5)
    supervisor_client.post(url, {})
    assert not OpenSpan.objects.exists() and calendars([account.pk])[account.pk].call_back_within_s == 1200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"day_0": "nine to five"}, "is no time"),
        ({"day_0": "17-9"}, "ends before it begins"),
        ({"day_0": "9-12, 11-13"}, "overlap"),
        ({"call_back_within_min": "0"}, "greater than or equal to 1"),
        ({"holidays_country": "DE", "holidays_subdivision": "XX"}, "No such region is known"),
        ({"holidays_subdivision": "BY"}, "No regions are known"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    supervisor_client: Any, account: Any, given: dict[str, str], said: str
) -> None:
    answer = supervisor_client.post(f"/accounts/{account.pk}/hours/", {**OFFICE, **given})
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not OpenSpan.objects.exists()


def test_closed_days_come_and_go(supervisor_client: Any, owner_client: Any, account: Any) -> None:
    url = f"/accounts/{account.pk}/closed-days/"
    day = date.today() + timedelta(days=30)
    assert owner_client.post(url, {"on": day.isoformat()}).status_code == 403
    supervisor_client.post(url, {"on": day.isoformat(), "name": "Outing"})
    supervisor_client.post(url, {"on": day.isoformat(), "name": "Summer outing"})
    assert list(ClosedDay.objects.values_list("on", "name")) == [(day, "Summer outing")]
    assert "Summer outing" in owner_client.get(f"/accounts/{account.pk}/hours/").content.decode()
    assert calendars([account.pk])[account.pk].hours.is_closed(day)
    assert supervisor_client.post(url, {"on": "never"}).status_code == 200
    supervisor_client.post(url, {"remove": day.isoformat()})
    assert not ClosedDay.objects.exists()


def test_agents_see_the_hours_and_others_do_not(
    owner_client: Any, outsider_client: Any, customer_client: Any, account: Any
) -> None:
    url = f"/accounts/{account.pk}/hours/"
    assert "0:00–24:00" in owner_client.get(url).content.decode()
    assert owner_client.post(url, OFFICE).status_code == 403
    assert outsider_client.get(url).status_code == 404 and customer_client.get(url).status_code == 403


def test_a_queue_has_a_target_of_its_own(administrator_client: Any, pbx: Any) -> None:
    queue = Queue.objects.create(pbx=pbx, name="sales")
    url = f"/admin/pbx/queues/{queue.pk}/"
    given = {"label": "Sales", "account": "", "wrap_up_s": 30, "call_back_within_s": 10}
    assert administrator_client.post(url, given).status_code == 302
    queue.refresh_from_db()
    assert queue.call_back_within_s == 600
    assert 'value="10"' in administrator_client.get(url).content.decode()


def test_countries_of_the_first_users_are_known() -> None:
    assert {"NL", "HU", "SA", "DE", "BE"} <= holiday_countries().keys()
    assert public_holidays("NL", "", 2026)[date(2026, 4, 27)]
