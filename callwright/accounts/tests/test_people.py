"""The people of an account, when they are away, and the rules by which callers are handed on (ACC-5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callwright.accounts.models import Account, AccountPerson, ForwardingRule, PersonAbsence, PersonSpan
from callwright.accounts.operations.save_forwarding import RuleWish, save_rule
from callwright.accounts.operations.save_hours import add_closed_day, save_hours
from callwright.accounts.operations.save_person import PersonRefused, add_absence, save_person
from callwright.accounts.queries.on_card import AccountOnCard, account_on_card
from callwright.accounts.queries.people import person_of

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))
OFFICE = {day: [(9 * 60, 17 * 60)] for day in range(5)}


@pytest.fixture
def at(account: Any) -> str:
    return f"/accounts/{account.pk}/"


def a_person(account: Any, name: str = "Anna", *, numbers: tuple[str, ...] = ("0612345678",), **more: Any) -> int:
    return save_person(account_id=account.pk, name=name, numbers=numbers, now=MONDAY, **more)


def on_card(account: Any, at: datetime = MONDAY) -> AccountOnCard:
    card = account_on_card(account.pk, now=at)
    assert card is not None
    return card


def test_supervisors_keep_the_list_and_agents_read_it(
    at: str, supervisor_client: Any, owner_client: Any, outsider_client: Any, account: Any
) -> None:
    sent = {
        "name": "Anna", "role": "Fitter", "numbers": "06 12345678\n201", "email": "anna@example.org", "day_0": "9-12",
        "day_1": "9:00-12:30, 13:30-17:00", "on_closed_days": "on",
    }  # fmt: skip
    assert owner_client.post(f"{at}people/new/", sent).status_code == 403
    assert supervisor_client.post(f"{at}people/new/", sent).status_code == 302
    person = AccountPerson.objects.get()
    assert (person.numbers, person.on_closed_days) == (["+31612345678", "201"], True)
    assert sorted(PersonSpan.objects.values_list("weekday", "begins_min", "ends_min")) == [
        (0, 540, 720), (1, 540, 750), (1, 810, 1020),
    ]  # fmt: skip
    of = f"{at}people/{person.pk}/"
    page = supervisor_client.get(of).content.decode()
    assert "9:00–12:30, 13:30–17:00" in page and "06 12345678" in page
    assert (
        "Anna" in owner_client.get(of).content.decode()
        and "Fitter" in owner_client.get(f"{at}people/").content.decode()
    )
    assert owner_client.post(of, sent).status_code == 403 and outsider_client.get(of).status_code == 404
    supervisor_client.post(of, {**sent, "name": "Anne", "day_0": "", "day_1": "", "numbers": ""})
    person.refresh_from_db()
    assert (person.name, person.numbers) == ("Anne", []) and not PersonSpan.objects.exists()
    assert supervisor_client.post(of, {"remove": "1"}).status_code == 302 and not AccountPerson.objects.exists()


def test_nothing_of_another_accounts_people_can_be_touched(
    at: str, make_user: Any, browser_of: Any, other_account: Any, account: Any
) -> None:
    person = a_person(account)
    rule = save_rule(account_id=account.pk, wish=RuleWish(people=[person]), now=MONDAY)
    foreign = browser_of(make_user("sven", role="supervisor", accounts=[other_account]))
    sent = {"name": "X", "when": "always", "otherwise": "y", "begins_on": "2026-11-23", "ends_on": "2026-11-24"}
    for page in (
        f"people/{person}/", f"people/{person}/absences/", "people/order/", f"forwarding/{rule}/", "forwarding/new/",
    ):  # fmt: skip
        assert foreign.post(f"{at}{page}", sent).status_code == 404, page
        assert foreign.post(f"/accounts/{other_account.pk}/{page}", {"remove": "1"}).status_code in (200, 204, 404)
    own = f"/accounts/{other_account.pk}/"
    stolen = {"name": "Y", "stand_in": person}
    assert "Select a valid choice" in foreign.post(f"{own}people/new/", stolen).content.decode()
    foreign.post(f"{own}forwarding/new/", {"when": "always", "people": [person], "otherwise": "z"})
    assert ForwardingRule.objects.count() == AccountPerson.objects.count() == 1
    with pytest.raises(PersonRefused):
        save_person(account_id=other_account.pk, name="Y", stand_in_id=person, now=MONDAY)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "A", "numbers": "rubbish"}, "is no number that can be called"),
        ({"name": "A", "email": "x@"}, "e-mail"), ({"name": "A", "day_0": "25"}, "is no time"),
        ({"name": "\x00"}, "a character"), ({"name": ""}, "required"),
        ({"name": "A", "numbers": "\n".join(f"061234567{n}" for n in range(9))}, "too many"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(at: str, supervisor_client: Any, sent: dict[str, str], words: str) -> None:
    assert words in supervisor_client.post(f"{at}people/new/", sent).content.decode()
    assert not AccountPerson.objects.exists()


def test_without_hours_of_their_own_people_are_there_while_the_account_works(account: Any) -> None:
    a_person(account)
    assert on_card(account).people[0].presence.until is None  # the account works around the clock
    assert on_card(account).open is None
    save_hours(account_id=account.pk, spans=OFFICE, call_back_within_s=None, now=MONDAY)
    card = on_card(account)
    assert card.open and card.open.until == card.people[0].presence.until == MONDAY.replace(hour=17)
    add_closed_day(account_id=account.pk, on=MONDAY.date(), name="Stocktaking", now=MONDAY)
    card = on_card(account)
    assert card.open and (card.open.is_there, card.open.reason) == (False, "Stocktaking")
    assert not card.people[0].presence.is_there


def test_who_is_there_on_closed_days_too_is_there(account: Any) -> None:
    a_person(account, spans={0: [(8 * 60, 12 * 60)]}, on_closed_days=True)
    a_person(account, "Bert", spans={0: [(8 * 60, 12 * 60)]})
    save_hours(account_id=account.pk, spans=OFFICE, call_back_within_s=None, holidays_country="NL", now=MONDAY)
    holiday = datetime(2027, 3, 29, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))  # Easter Monday
    card = on_card(account, holiday)
    assert [one.presence.is_there for one in card.people] == [True, False]
    assert card.open and not card.open.is_there and card.open.reason


def test_absences_come_and_go(at: str, supervisor_client: Any, owner_client: Any, account: Any) -> None:
    person = a_person(account)
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    of = f"{at}people/{person}/absences/"
    sent = {"begins_on": today, "ends_on": today + timedelta(days=2), "reason": "on holiday"}
    assert owner_client.post(of, sent).status_code == 403
    assert supervisor_client.post(of, sent).status_code == 302
    away = on_card(account, datetime.now(UTC)).people[0].presence
    assert (away.is_there, away.reason) == (False, "on holiday")
    backwards = supervisor_client.post(of, {**sent, "ends_on": today - timedelta(days=1)})
    assert "ends before it begins" in backwards.content.decode()
    assert "too far away" in supervisor_client.post(of, {**sent, "ends_on": "9999-12-31"}).content.decode()
    hours = {"begins_on": today, "begins_at": "12:00", "ends_on": today, "ends_at": "13:00"}
    assert supervisor_client.post(of, hours).status_code == 302
    kept = person_of(account.pk, person, country="NL", today=today)
    assert kept and [(one.begins, one.ends) for one in kept.absences] == [("", ""), ("12:00", "13:00")]
    assert "on holiday" in owner_client.get(f"{at}people/{person}/").content.decode()
    supervisor_client.post(of, {"remove": kept.absences[0].id})
    assert PersonAbsence.objects.count() == 1


def test_a_past_absence_is_neither_shown_nor_read(account: Any) -> None:
    person = a_person(account)
    add_absence(
        account_id=account.pk, person_id=person, begins_on=date(2026, 1, 1), ends_on=date(2026, 1, 9), now=MONDAY
    )
    kept = person_of(account.pk, person, country="NL", today=MONDAY.date())
    assert kept and kept.absences == () and on_card(account).people[0].presence.is_there


def test_rules_are_kept_in_order_and_say_who_is_next(at: str, supervisor_client: Any, account: Any) -> None:
    anna, bert = a_person(account), a_person(account, "Bert", numbers=("201",))
    add_absence(
        account_id=account.pk, person_id=anna, begins_on=MONDAY.date(), ends_on=MONDAY.date(), reason="ill", now=MONDAY
    )
    save_hours(account_id=account.pk, spans=OFFICE, call_back_within_s=None, now=MONDAY)
    new = f"{at}forwarding/new/"
    assert (
        supervisor_client.post(new, {"topic": "Emergencies", "when": "always", "people": [anna, bert]}).status_code
        == 302
    )
    supervisor_client.post(new, {"when": "closed", "otherwise": "Call back tomorrow"})
    supervisor_client.post(new, {"when": "open", "people": [anna]})
    first, second = on_card(account).forwarding
    assert first.topic == "Emergencies" and first.next and first.next.name == "Bert"
    assert [(one.name, one.presence.reason) for one in first.tried] == [("Anna", "ill")]
    assert (second.next, second.otherwise) == (None, "")
    evening = on_card(account, MONDAY.replace(hour=20)).forwarding
    assert [(one.topic, one.otherwise) for one in evening] == [("Emergencies", ""), ("", "Call back tomorrow")]
    ids = list(ForwardingRule.objects.values_list("pk", flat=True))
    supervisor_client.post(f"{at}forwarding/order/", {"rule": [ids[2], ids[0]]})
    assert list(ForwardingRule.objects.values_list("pk", flat=True)) == [ids[2], ids[0], ids[1]]


def test_a_rule_says_something(at: str, supervisor_client: Any, account: Any) -> None:
    page = supervisor_client.post(f"{at}forwarding/new/", {"topic": "Invoices", "when": "always"}).content.decode()
    assert "Tick somebody, or say what is done otherwise." in page and 'value="Invoices"' in page
    assert "Select a valid choice" in supervisor_client.post(f"{at}forwarding/new/", {"when": "x"}).content.decode()
    assert not ForwardingRule.objects.exists()


def test_a_person_who_goes_leaves_the_rules(at: str, supervisor_client: Any, account: Any) -> None:
    anna = a_person(account)
    bert = a_person(account, "Bert", stand_in_id=anna)
    save_rule(account_id=account.pk, wish=RuleWish(people=[anna, bert]), now=MONDAY)
    supervisor_client.post(f"{at}people/{anna}/", {"remove": "1"})
    (way,) = on_card(account).forwarding
    assert way.next and way.next.name == "Bert" and way.tried == ()
    assert AccountPerson.objects.get().stand_in_id is None


def test_the_card_reads_them_all_in_one_statement(account: Any, django_assert_num_queries: Any) -> None:
    for number in range(15):
        person = a_person(account, f"Person {number}", spans=OFFICE)
        add_absence(account_id=account.pk, person_id=person, begins_on=MONDAY.date(), ends_on=MONDAY.date(), now=MONDAY)
        save_rule(account_id=account.pk, wish=RuleWish(topic=f"Topic {number}", people=[person]), now=MONDAY)
    with django_assert_num_queries(1):
        card = on_card(account)
    assert len(card.people) == len(card.forwarding) == 15
    Account.objects.filter(pk=account.pk).update(time_zone="Asia/Tokyo")
    assert on_card(account).people[0].presence.until == datetime(2026, 11, 24, 0, tzinfo=UTC)  # nine in Tokyo
