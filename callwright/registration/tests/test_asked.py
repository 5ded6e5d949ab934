"""Who was asked to register which call is written down when it ends, and follows the call (REG-1, REG-5)."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import Trunc
from django.utils import timezone

from callwright.calls.models import Call
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.forget_calls import anonymise_calls, remove_calls
from callwright.calls.ports import tell_final
from callwright.calls.testing import add_call
from callwright.kit.identity import uuid7_floor
from callwright.registration.models import (
    AskAgain,
    AskedAgent,
    DueRegistration,
    OfferSpell,
    QualityQuarter,
    QualitySpan,
    Registration,
    TalkQueue,
)
from callwright.registration.operations.add_up_quality import add_up_quality, keep_sums_of_quality
from callwright.registration.operations.ask_again import ask_again
from callwright.registration.operations.register import register
from callwright.registration.operations.retire import retire_category, retire_topic
from callwright.registration.operations.save_category import CategoryWish, save_category
from callwright.registration.operations.save_topic import Spot, add_topic
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


def test_the_figures_of_any_time_are_those_of_the_rows(account, other_account, owner, colleague, topics, queue):
    chance = random.Random(11)
    for turn in range(3):
        for _turn in range(60):
            one = add_call(
                chance.choice([account, other_account]), NOW - timedelta(seconds=chance.randrange(70 * 86_400)),
                employee=chance.choice([owner, colleague]), direction=chance.choice(["inbound", "outbound"]),
                queue=chance.choice([queue, None]),
            )  # fmt: skip
            if chance.random() < 0.6:
                add_registration(one, chance.choice([owner, colleague]), topics[0])
        write_down_asked()
        keep_sums_of_quality(NOW)
        Registration.objects.filter(id__in=[
            one.id for one in Registration.objects.all() if turn and chance.random() < 0.2
        ]).update(topics=[])  # fmt: skip
        write_down_asked()
    assert QualitySpan.objects.filter(grain="m", state="due").exists() and not AskAgain.objects.exists()
    keep_sums_of_quality(NOW)
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


def _counted(accounts, interval, zone):
    from zoneinfo import ZoneInfo

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
