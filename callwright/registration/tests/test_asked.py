"""Who was asked to register which call is written down when it ends, and follows the call (REG-1, REG-5)."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import Trunc
from django.utils import timezone

from callwright.calls.models import Call, DirtyDay
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.forget_calls import anonymise_calls, remove_calls
from callwright.calls.operations.set_contact import set_contact
from callwright.calls.ports import tell_final
from callwright.calls.testing import add_call
from callwright.contacts.models import Category as ContactCategory
from callwright.contacts.models import Contact
from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.keeping import keep_sums
from callwright.registration.models import (
    AskAgain,
    AskedAgent,
    DueRegistration,
    OfferSpell,
    QualityQuarter,
    QualitySpan,
    QualitySum,
    Registration,
    TalkQueue,
)
from callwright.registration.operations.add_up_quality import add_up_quality, keep_sums_of_quality
from callwright.registration.operations.ask_again import ask_again
from callwright.registration.operations.register import register
from callwright.registration.operations.retire import retire_category, retire_topic
from callwright.registration.operations.save_category import CategoryWish, save_category
from callwright.registration.operations.save_topic import Spot, add_topic
from callwright.registration.quality_figures import QUALITY
from callwright.registration.queries.quality_sums import quality_figures
from callwright.registration.testing import Conversation
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def topics(account):
    return add_topics("Order", "Complaint")


@pytest.fixture
def call(account, owner):
    return lambda hours=1, **more: add_call(
        more.pop("account", account), NOW - hours * HOUR, employee=more.pop("employee", owner), **more
    )


def rows(*names):
    return list(AskedAgent.objects.order_by("call_id", "agent_id").values_list(*names))


def added_up():
    """What the quarters say, as the rows do."""
    names = ("asked", "registered", "missing", "wrong")
    of_rows = {
        (row["account_id"], row["agent_id"]): tuple(row[name] for name in names)
        for row in AskedAgent.objects.values("account_id", "agent_id").annotate(
            **{name: Count("call_id", filter=Q(**{name: True})) for name in names}
        )
    }  # fmt: skip
    found = {}
    for row in QualityQuarter.objects.values_list("account_id", "agent_id", *names):
        old = found.get(row[:2], (0, 0, 0, 0))
        found[row[:2]] = tuple(a + b for a, b in zip(old, row[2:], strict=True))
    return {key: value for key, value in found.items() if any(value)}, of_rows


@pytest.fixture
def talk(owner, account):
    return Conversation("201")


def test_the_end_of_a_call_is_written_down_and_what_is_registered_later(talk, topics, owner):
    talk.answer("201")
    assert not AskAgain.objects.exists()  # nothing is noted while a call rings and is talked
    talk.hang_up("201")
    add_up_quality(timezone.now())
    assert rows("agent_id", "asked", "registered", "missing") == [(owner.pk, True, False, True)]
    told = {"call_id": talk.call.id, "account_id": talk.call.account_id, "by": owner.pk, "comment": ""}
    register(**told, topics=[topics[0].pk], now=timezone.now())
    add_up_quality(timezone.now())
    assert rows("agent_id", "asked", "registered", "missing") == [(owner.pk, True, True, False)]
    register(**told, topics=[], now=timezone.now())
    add_up_quality(timezone.now())
    assert rows("agent_id", "asked", "registered", "missing") == [(owner.pk, True, False, True)]
    assert not AskAgain.objects.exists()
    found, wanted = added_up()
    assert found == wanted


def test_what_is_offered_when_the_call_ends_counts_however_late_the_worker_is(call, owner, administrator, queue):
    by = {"by": administrator.pk}
    category = save_category(category_id=None, wish=CategoryWish("Reason"), **by, now=NOW - 20 * HOUR)
    without_topics = call(15)
    topic = add_topic(name="Order", to=Spot(category), **by, now=NOW - 12 * HOUR)
    asked = call(10)
    retire_topic(topic_id=topic, category_id=category, retired=True, **by, now=NOW - 8 * HOUR)
    all_retired = call(7)
    retire_topic(topic_id=topic, category_id=category, retired=False, **by, now=NOW - 6 * HOUR)
    wish = CategoryWish("Reason", queue_ids=(queue.pk,))
    save_category(category_id=category, wish=wish, **by, now=NOW - 5 * HOUR)
    elsewhere, in_queue = call(4), call(3, queue=queue)
    save_category(category_id=category, wish=CategoryWish("Reason 2", queue_ids=(queue.pk,)), **by, now=NOW - 2 * HOUR)
    retire_category(category_id=category, retired=True, **by, now=NOW - HOUR)
    write_down_asked()
    assert {row[0] for row in rows("call_id")} == {asked.id, in_queue.id}
    assert not {without_topics.id, all_retired.id, elsewhere.id} & {row[0] for row in rows("call_id")}
    spells = OfferSpell.objects.order_by("since").values_list("since", "until")
    hours = [tuple((NOW - one) // HOUR for one in spell) for spell in spells]
    assert hours == [(12, 8), (6, 5), (5, 1)]  # another name is no other offer


def test_a_topic_under_a_retired_one_is_asked_by_nobody(call, administrator, topics):
    for topic in topics:
        type(topic).objects.create(category=topic.category, parent=topic, name="Under it")
        retire_topic(
            topic_id=topic.pk, category_id=topic.category_id, retired=True, by=administrator.pk, now=NOW - 2 * HOUR
        )
    call(1)
    write_down_asked()
    assert rows("call_id") == []


@pytest.fixture
def queue(pbx):
    from callwright.telephony.models import Queue

    return Queue.objects.create(pbx=pbx, name="sales", label="Sales")


def test_whoever_talked_in_another_queue_is_asked_what_that_one_asks(
    call, owner, colleague, account, administrator, queue
):
    first = type(queue).objects.create(pbx=queue.pbx, name="desk", label="Desk")
    add_topics("Order", queues=[first])
    gone_on, other = call(2, queue=queue), call(1, queue=queue)
    TalkQueue.objects.create(account=account, call_id=gone_on.id, user=owner, queue=first)
    add_registration(gone_on, colleague, *add_topics("Price", category="Sales", queues=[queue]))
    OfferSpell.objects.filter(category__name="Sales").delete()
    DueRegistration.objects.create(account=account, call_id=other.id, user=owner, at=NOW)
    write_down_asked()
    assert {row[:2]: row[2:] for row in rows("call_id", "agent_id", "asked", "queue_id")} == {
        (gone_on.id, owner.pk): (True, first.pk),
        (gone_on.id, colleague.pk): (False, queue.pk),
        (other.id, owner.pk): (True, queue.pk),
    }


def test_each_agent_of_a_call_answers_for_what_was_asked_of_them(call, owner, colleague, account, topics):
    by_another, demanded, freed = call(3), call(2), call(1)
    add_registration(by_another, colleague, topics[0])
    for one, outcome in ((demanded, "released"), (freed, "not_asked")):
        DueRegistration.objects.create(
            account=account, call_id=one.id, user=colleague, at=NOW, settled_at=NOW, outcome=outcome
        )
    add_registration(demanded, owner, topics[0])
    add_registration(freed, owner)  # nothing is ticked in it
    write_down_asked()
    assert {row[:2]: row[2:] for row in rows("call_id", "agent_id", "asked", "registered", "missing")} == {
        (by_another.id, owner.pk): (True, False, False),  # somebody did
        (by_another.id, colleague.pk): (False, True, False),
        (demanded.id, owner.pk): (True, True, False),
        (demanded.id, colleague.pk): (True, False, True),  # of whom it was demanded, nobody else's counts
        (freed.id, owner.pk): (True, False, True),
    }


def test_it_goes_where_its_call_goes(call, account, other_account, owner, topics):
    stays, moves, goes, hidden = (call(hours) for hours in (4, 3, 2, 1))
    write_down_asked()
    assert len(rows("call_id")) == 4
    Call.objects.filter(id=moves.id).update(account=other_account)
    ask_again([(account.pk, moves.id), (other_account.pk, moves.id)])
    remove_calls(account_id=account.pk, ids=[goes.id])
    anonymise_calls(account_id=account.pk, ids=[hidden.id], now=NOW)
    add_up_quality(NOW)
    assert rows("account_id", "call_id") == [(account.pk, stays.id), (other_account.pk, moves.id)]
    found, wanted = added_up()
    assert found == wanted and set(found) == {(account.pk, owner.pk), (other_account.pk, owner.pk)}


def test_a_contact_that_is_chosen_after_the_call_brings_its_category(call, account, owner, topics):
    vip, one = ContactCategory.objects.create(name="VIP"), call(1)
    write_down_asked()
    assert rows("category_id") == [(0,)] and not DirtyDay.objects.exists()
    ann = Contact.objects.create(account=account, kind="person", name="Ann", surname="Ann", category=vip)
    set_contact(account_id=account.pk, call_id=one.id, contact_id=ann.pk, category_id=vip.pk, now=NOW)
    add_up_quality(NOW)
    assert rows("category_id") == [(vip.pk,)]
    counts = QualityQuarter.objects.exclude(missing=0).values_list("category_id", "missing")
    assert list(counts) == [(vip.pk, 1)]
    assert list(DirtyDay.objects.values_list("local_day", flat=True)) == [
        one.local_day
    ]  # reports of calls count it too


def test_calls_that_are_over_and_registered_keep_their_figures_when_they_go(call, account, owner, topics):
    kept, gone = call(1), call(30)
    ask_again([(account.pk, one.id) for one in (kept, gone)])
    tell_final(date(2026, 11, 19), [account.pk])
    remove_calls(account_id=account.pk, ids=[gone.id])
    remove_calls(account_id=account.pk, ids=[kept.id])
    add_up_quality(NOW)
    assert rows("call_id") == []
    assert added_up()[0] == {(account.pk, owner.pk): (1, 0, 1, 0)}  # that of the final day


def test_imported_calls_are_asked_about_by_what_was_offered_then(call, account, owner, topics):
    OfferSpell.objects.update(since=NOW - 5 * HOUR)
    before, after = call(9), call(2)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE loaded_ones (account_id bigint, id uuid) ON COMMIT DROP")
        cursor.execute("INSERT INTO loaded_ones SELECT account_id, id FROM calls_call")
    after_load("loaded_ones", now=NOW)
    assert [one.call_id for one in AskAgain.objects.all()] == [after.id] != [before.id]
    add_up_quality(NOW)
    assert rows("call_id") == [(after.id,)]


@pytest.fixture
def random_calls(account, other_account, owner, colleague, topics, queue):
    """Registered or not, corrected afterwards, and added up each time; the account's months are large."""
    chance, vip = random.Random(11), ContactCategory.objects.create(name="VIP")
    for turn in range(3):
        for _turn in range(60):
            one = add_call(
                chance.choice([account, other_account]), NOW - timedelta(seconds=chance.randrange(70 * 86_400)),
                employee=chance.choice([owner, colleague]), direction=chance.choice(["inbound", "outbound"]),
                queue=chance.choice([queue, None]), category=chance.choice([vip, None]),
            )  # fmt: skip
            if chance.random() < 0.6:
                add_registration(one, chance.choice([owner, colleague]), topics[0])
        write_down_asked()
        keep_sums_of_quality(NOW)
        Registration.objects.filter(id__in=[
            one.id for one in Registration.objects.all() if turn and chance.random() < 0.2
        ]).update(topics=[])  # fmt: skip
        some = chance.sample(list(Call.objects.values_list("id", flat=True)), 10)
        Call.objects.filter(id__in=some).update(category=chance.choice([vip, None]))
        write_down_asked()
    assert QualitySpan.objects.filter(grain="m", state="due").exists() and not AskAgain.objects.exists()
    keep_sums(QUALITY, NOW, large=15)


def test_the_figures_of_any_time_are_those_of_the_rows(account, random_calls):
    found, wanted = added_up()
    assert found == wanted
    zone = "Europe/Amsterdam"
    for accounts in (None, frozenset([account.pk])):
        for interval in ("week", "month"):
            figures = quality_figures(
                accounts=accounts, begins_on=date(2026, 9, 14), ends_on=date(2026, 11, 20), zone=zone,
                interval=interval, by=("agent",),
            )  # fmt: skip
            told = {(one.begins, *one.keys): (one.asked, one.registered, one.missing) for one in figures}
            assert told == _counted(accounts, interval, zone) and len(told) > 4


BY = [(), ("agent",), ("account",), ("queue",), ("category",), ("direction",), ("hour",), ("weekday",),
      ("category", "agent")]  # fmt: skip


@pytest.mark.parametrize("by", BY, ids="-".join)
def test_they_are_so_by_whatever_reports_ask(by, account, random_calls):
    for of in (0, account.pk):
        assert set(QualitySum.objects.filter(account_id=of).values_list("grain", flat=True)) == set("qhdm")
    asked = {"begins_on": date(2026, 9, 14), "ends_on": date(2026, 11, 20), "zone": "Asia/Kolkata"}
    for accounts in (None, frozenset([account.pk])):
        for interval in ("", "hour", "day", "week"):
            figures = quality_figures(**asked, accounts=accounts, interval=interval, by=by)
            told = {(one.begins, *one.keys): (one.asked, one.registered, one.missing) for one in figures}
            told = {key: row for key, row in told.items() if any(row)}
            assert told == _of_rows(accounts, interval, by) and told


def _of_rows(accounts, interval, by):
    """Rows counted one by one."""
    found = {}
    for row in AskedAgent.objects.all() if accounts is None else AskedAgent.objects.filter(account__in=accounts):
        at = row.started_at.astimezone(ZoneInfo("Asia/Kolkata"))
        if at.date() < date(2026, 9, 14):
            continue
        begins = {
            "": None, "day": at.date(), "week": at.date() - timedelta(days=at.weekday()),
            "hour": at.replace(minute=0, second=0, microsecond=0),
        }[interval]  # fmt: skip
        words = {"hour": at.hour, "weekday": at.isoweekday(), "direction": row.direction}
        key = begins, *(words[one] if one in words else getattr(row, f"{one}_id") for one in by)
        old = found.get(key, (0, 0, 0))
        found[key] = tuple(map(sum, zip(old, (row.asked, row.registered, row.missing), strict=True)))
    return {key: row for key, row in found.items() if any(row)}


def test_weeks_of_a_large_account_are_read_from_its_days(account, other_account, owner, topics):
    for day in range(3, 25):
        for of in (account, other_account):
            add_call(of, datetime(2026, 10, day, 9, tzinfo=UTC), employee=owner)
    write_down_asked()
    keep_sums(QUALITY, NOW, large=2)
    QualityQuarter.objects.all().delete()
    weeks = {"begins_on": date(2026, 10, 5), "ends_on": date(2026, 10, 18), "zone": "UTC", "interval": "week"}
    rows = quality_figures(accounts=frozenset([account.pk]), by=("agent",), **weeks)
    assert sorted((row.begins, row.keys, row.missing) for row in rows) == [
        (date(2026, 10, 5), (owner.pk,), 7), (date(2026, 10, 12), (owner.pk,), 7),
    ]  # fmt: skip


def _counted(accounts, interval, zone):
    begins = datetime(2026, 9, 14, tzinfo=ZoneInfo(zone))
    of = AskedAgent.objects.filter(call_id__gte=uuid7_floor(begins))
    if accounts is not None:
        of = of.filter(account__in=accounts)
    counts = of.annotate(begins=Trunc(F("started_at"), interval, tzinfo=ZoneInfo(zone))).values_list(
        "begins", "agent_id"
    )
    flags = {name: Count("call_id", filter=Q(**{name: True})) for name in ("asked", "registered", "missing")}
    first = date(2026, 9, 14)
    return {
        (max(begins.date(), first) if interval == "week" else begins.date(), agent): tuple(counted)
        for begins, agent, *counted in counts.annotate(**flags)
    }
