"""The demonstration: what is loaded is whole, believable, the same every time, and calls nobody real."""

import socket
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import timezone

from callwright.accounts.models import Account, Line
from callwright.calls.models import Call, Leg, SavedSearch, TooLongReview
from callwright.config.demo.contacts import Known
from callwright.config.demo.history import History
from callwright.config.demo.house import Kind, organisation
from callwright.config.demo.load import is_empty, load_demo
from callwright.config.demo.logins import AGENTS, OTHERS, PASSWORD
from callwright.config.demo.numbers import RANGES, Numbers
from callwright.config.demo.pbx import callers_of, house_of, keep_port_free
from callwright.config.demo.visitors import FIRST_CALL_S, Attention, Visitor, visitors
from callwright.contacts.models import Contact, ContactNumber, Order
from callwright.staff.models import Extension, User
from callwright.staff.operations.set_state import set_state
from callwright.telephony.events import CallEnded, CallStarted, LegAnswered, LegRinging
from callwright.telephony.fake.house import Caller, Phone
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import Kind as PlanKind
from callwright.telephony.models import Pbx, Queue

WEDNESDAY = datetime(2026, 3, 18, 16, 0, tzinfo=UTC)
RESERVED = tuple(r.prefix.replace(" ", "") for ranges in RANGES.values() for r in ranges)


def script_of(name: str) -> str:
    return unicodedata.name(next(letter for letter in name if letter.isalpha())).split()[0]


def history(days: int) -> list[list[object]]:
    plan, random = organisation(Kind.BUREAU), Random(3)
    known = [Known("Harbour Desk", "+442079460100", "Oliver Barlow")]
    return list(History(plan, known, Numbers(random), random, "demo").calls(days=days, now=WEDNESDAY))


@pytest.mark.django_db
def test_a_bureau_with_forty_customers_twelve_agents_a_supervisor_and_its_calls():
    assert is_empty()
    loaded = load_demo(kind=Kind.BUREAU, pbx="fake", now=WEDNESDAY, days=4)
    assert not is_empty()
    assert Account.objects.filter(is_default=False).count() == 40
    assert Extension.objects.filter(employee__isnull=False).count() == len(AGENTS) + 1 == 13
    assert Contact.objects.count() == 3000
    scripts = Counter(script_of(name) for name in Contact.objects.values_list("name", flat=True))
    assert min(scripts[s] for s in ("LATIN", "CYRILLIC", "ARABIC")) > 200
    assert all(n.startswith(RESERVED) for n in ContactNumber.objects.values_list("number", flat=True))
    assert all(n.startswith(RESERVED) for n in Line.objects.values_list("number", flat=True))
    assert Order.objects.filter(stage__is_open=True).exists()
    assert Call.objects.count() == loaded.calls > 800
    assert not Call.objects.filter(ended_at=None).exists()
    statuses = set(Call.objects.values_list("status", flat=True))
    assert {"answered", "missed", "abandoned", "voicemail", "busy"} <= statuses
    assert Leg.objects.filter(employee__isnull=True, kind="extension").count() == 0
    for one in (*AGENTS, *OTHERS):
        assert authenticate(RequestFactory().get("/"), username=one.username, password=PASSWORD), one.username


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_no_screen_of_what_came_of_calls_is_empty(kind, browser_of, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)
    load_demo(kind=kind, pbx="none", now=WEDNESDAY, days=20)
    sofia = browser_of(User.objects.get(username="sofia"))
    reviews = TooLongReview.objects.all()
    assert 0 < reviews.filter(outcome=None).count() < 10 and reviews.exclude(outcome=None).exists()
    call = reviews.filter(outcome=None).latest("passed_at").call_id
    assert str(call) in sofia.get("/calls/too-long/").content.decode()
    assert "Any call" in sofia.get("/calls/too-long/rules/").content.decode()
    assert set(Call.objects.exclude(marker=None).values_list("marker__name", flat=True)) == {
        "Complaint", "Praise", "Quote sent", "Ask again",
    }  # fmt: skip
    assert Contact.objects.exclude(marker=None).count() == Call.objects.exclude(comment="").count() == 4
    (view,) = SavedSearch.objects.all()
    anna = browser_of(User.objects.get(username="anna"))
    assert view.name in anna.get("/calls/").content.decode()
    found = anna.get(f"/calls/?{view.query}").content.decode()
    assert "No call fits" not in found and "Not called back" in found
    office = Account.objects.get(is_default=True)
    assert office.open_spans.count() == 5 and office.closed_days.count() == 1 and office.holidays_country == "GB"
    assert Queue.objects.exclude(call_back_within_s=None).exists()


@pytest.mark.django_db
def test_a_house_has_one_account():
    load_demo(kind=Kind.HOUSE, pbx="none", now=WEDNESDAY, days=1)
    assert Account.objects.get().is_default
    assert Contact.objects.count() == 3000
    assert set(Call.objects.values_list("account", flat=True)) == {Account.objects.get().pk}


def test_the_past_is_the_same_every_time():
    assert history(3) == history(3)


def test_days_and_hours_look_like_a_workplace_and_nothing_happens_in_the_future():
    starts = [events[0].at for events in history(28)]
    assert all(isinstance(events[0], CallStarted) and isinstance(events[-1], CallEnded) for events in history(1))
    days = Counter(at.weekday() for at in starts)
    assert min(days[d] for d in range(5)) > 3 * days[5] > 3 * days[6] > 0
    hours = Counter(at.hour for at in starts)
    assert hours[10] > hours[12] > hours[18] > hours[22]
    assert max(starts) < WEDNESDAY - timedelta(minutes=29)


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_at_any_hour_everybody_finds_callers_of_today_to_call_back(hour):
    now = datetime(2026, 3, 18, hour, 20, tzinfo=UTC)
    plan, random = organisation(Kind.BUREAU), Random(3)
    known = [Known(account.name, f"+44207946{n:04}", f"Caller {n}") for n, account in enumerate(plan.accounts)]
    calls = list(History(plan, known, Numbers(random), random, "demo").unreturned(now=now))
    assert all(now - timedelta(hours=5) <= events[0].at and events[-1].at < now for events in calls)
    assert not any(isinstance(event, LegAnswered) for events in calls for event in events)
    rung = Counter(event.party for events in calls for event in events if isinstance(event, LegRinging))
    assert min(rung[agent.extension] for agent in AGENTS) >= 2
    midnight = datetime(2026, 3, 18, tzinfo=ZoneInfo("Europe/London"))
    assert all(events[0].at >= midnight for events in calls)


@pytest.mark.django_db
def test_somebody_who_logs_in_gets_the_phone_and_soon_a_caller(client):
    load_demo(kind=Kind.BUREAU, pbx="fake", now=WEDNESDAY, days=0)
    assert visitors(timezone.now()) == []
    client.force_login(User.objects.get(username="admin"), backend="django.contrib.auth.backends.ModelBackend")
    assert visitors(timezone.now()) == [], "administrators have no extension"
    client.force_login(User.objects.get(username="layla"), backend="django.contrib.auth.backends.ModelBackend")
    assert visitors(timezone.now()) == [Visitor("103", is_ready=True)]
    set_state(user_id=User.objects.get(username="layla").pk, choice="paused", reason="lunch", now=timezone.now())
    assert visitors(timezone.now()) == [Visitor("103", is_ready=False)]
    client.logout()
    assert visitors(timezone.now()) == []


async def test_callers_find_a_visitor_whose_phone_is_free_and_leave_one_in_peace_who_pauses():
    plan = organisation(Kind.HOUSE)
    callers = callers_of([(plan.name, "+442079460100", "Oliver Barlow")])
    async with FakePbx(house=house_of(plan), speed=1.0) as pbx:
        attention = Attention(pbx, plan, callers, seed=1)
        anna, layla = Visitor("101", is_ready=True), Visitor("103", is_ready=False)
        attention.notice([anna, layla], at=0.0)
        assert not pbx.exchange.calls
        assert pbx.exchange.phones["101"].phone is pbx.exchange.phones["103"].phone is Phone.PERSON
        attention.notice([anna, layla], at=FIRST_CALL_S)
        (call,) = pbx.exchange.calls.values()
        stranger = replace(call.plan, caller=Caller("+442079460555"))
        seen = list(attention.believable(iter([stranger] * 200)))
        assert 130 < [plan.caller.name for plan in seen].count("Oliver Barlow") < 195
        own = replace(call.plan, kind=PlanKind.OUTBOUND, extension="101")
        assert list(attention.believable(iter([own]))) == []
        attention.notice([layla], at=FIRST_CALL_S + 1)
        assert pbx.exchange.phones["101"].phone is Phone.AUTO
        attention.notice([layla], at=1e6)
        assert len(pbx.exchange.calls) == 1


@pytest.mark.django_db
def test_a_taken_port_of_the_simulated_pbx_is_changed():
    load_demo(kind=Kind.HOUSE, pbx="fake", now=WEDNESDAY, days=0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        Pbx.objects.update(port=taken)
        keep_port_free()
        assert Pbx.objects.get().port != taken
    Pbx.objects.update(port=taken)
    keep_port_free()
    assert Pbx.objects.get().port == taken


def test_the_simulated_pbx_has_every_line_and_phone_of_the_data():
    plan = organisation(Kind.BUREAU)
    house = house_of(plan)
    assert {line.number for line in house.lines} == {one.number for a in plan.accounts for one in a.lines}
    assert [e.number for e in house.extensions] == [one.extension for one in (*AGENTS, *OTHERS) if one.extension]
    known = callers_of([("Harbour Desk", "+442079460100", "Oliver Barlow")])
    callers = [caller for some in known.values() for caller in some]
    assert all(caller.number.startswith(RESERVED) for caller in callers)
    assert len({caller.number for caller in callers}) == len(callers)


def test_calls_come_in_order():
    starts = [events[0].at for events in history(5)]
    assert all(earlier <= later for earlier, later in pairwise(starts))
