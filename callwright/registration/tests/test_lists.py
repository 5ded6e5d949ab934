"""The lists of registrations and of unregistered calls: who sees what, the filters, the pages (REG-3, REG-4)."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from callwright.calls.periods import Period
from callwright.calls.testing import add_call
from callwright.registration.asked import read
from callwright.registration.models import Category, DueRegistration, Registration
from callwright.registration.operations.retire import retire_category
from callwright.registration.operations.save_category import CategoryWish, save_category
from callwright.registration.queries.lists import count_missing, count_registrations, missing, registrations
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def asked(default=Period.MONTH, **given):
    pairs = {name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
             for name, value in given.items()}  # fmt: skip
    return read(pairs, zone="Europe/Amsterdam", default=default)


@pytest.fixture
def queue(pbx):
    return Queue.objects.create(pbx=pbx, name="sales", label="Sales")


@pytest.fixture
def call(account, owner):
    return lambda hours=1, **more: add_call(
        more.pop("account", account), NOW - timedelta(hours=hours), employee=more.pop("employee", owner), **more
    )


def listed(viewer, **given):
    return [row.id for row in registrations(viewer, asked(**given), now=NOW).rows]


def test_agents_see_their_own_and_supervisors_those_of_their_accounts(
    owner, colleague, outsider, supervisor, controller, customer, other_account, topics, call
):
    mine = add_registration(call(3), owner, topics[0])
    theirs = add_registration(call(2, employee=colleague), colleague, topics[1])
    elsewhere = add_registration(call(1, account=other_account), outsider, topics[0])
    assert listed(owner) == [mine.id]
    assert listed(colleague) == [theirs.id]
    assert listed(outsider) == [elsewhere.id]
    assert listed(supervisor) == listed(controller) == [theirs.id, mine.id]
    assert listed(customer) == []
    assert listed(supervisor, account=other_account.pk) == []  # an address gives no right
    assert listed(owner, agent=colleague.pk) == []


def test_each_filter_narrows_and_several_values_widen(account, owner, colleague, supervisor, topics, call, queue):
    other = add_topics("Praise", category="Mood")
    first = add_registration(call(30, queue=queue), owner, topics[0], other[0], comment="Ask_ed 50% off")
    second = add_registration(call(2, direction="outbound", employee=colleague), colleague, topics[1])
    both = [second.id, first.id]
    assert listed(supervisor) == both
    assert listed(supervisor, topic=topics[0].pk) == [first.id]
    assert listed(supervisor, topic=[topics[0].pk, topics[1].pk]) == both
    assert listed(supervisor, category=other[0].category_id) == [first.id]
    assert listed(supervisor, agent=colleague.pk) == [second.id]
    assert listed(supervisor, queue=queue.pk) == [first.id]
    assert listed(supervisor, queue=0) == [second.id]
    assert listed(supervisor, direction="outbound") == [second.id]
    assert listed(supervisor, text="ask_ED 50%") == [first.id]
    assert listed(supervisor, text="ask%off") == []
    assert listed(supervisor, period="today") == [second.id]
    assert listed(supervisor, **{"from": "2026-11-19", "until": "2026-11-19"}) == [first.id]
    assert listed(supervisor, hour=7, zone="Europe/Amsterdam") == [first.id]  # 6:00 UTC
    assert listed(supervisor, hour=6, zone="UTC") == [first.id]
    assert listed(supervisor, weekday=4) == [first.id]  # a Thursday
    assert listed(supervisor, weekday=[4, 5]) == both


def test_what_is_neither_ticked_nor_written_is_no_registration(owner, call):
    add_registration(call(), owner)
    assert listed(owner) == []


def test_pages_follow_each_other_without_a_gap(owner, supervisor, topics, call):
    made = {add_registration(call(hours), owner, topics[0]).id for hours in range(1, 8)}
    seen, after = [], ""
    for _turn in range(4):
        page = registrations(supervisor, asked(), now=NOW, after=after, limit=2)
        seen, after = seen + [row.id for row in page.rows], page.next
    assert not after and len(seen) == len(set(seen)) == 7 and set(seen) == made
    assert seen == sorted(seen, reverse=True)
    assert count_registrations(supervisor, asked(), now=NOW) == 7


def unregistered(viewer, **given):
    write_down_asked()
    return [(row.call.call_id, row.call.agent_id) for row in missing(viewer, asked(**given), now=NOW).rows]


def test_a_call_is_missing_where_something_is_offered_and_nobody_registered(
    account, owner, colleague, supervisor, topics, call, queue
):
    done, left = call(5), call(4)
    add_registration(done, owner, topics[0])
    call(3, status="missed", employee=None)
    call(2, direction="internal")
    empty = call(1)
    add_registration(empty, owner, comment="only words")  # something must be ticked
    assert unregistered(supervisor) == [(empty.id, owner.pk), (left.id, owner.pk)]
    assert unregistered(owner) == unregistered(supervisor)
    assert unregistered(colleague) == []


def test_what_was_missing_stays_so_whatever_becomes_of_the_categories(
    account, owner, supervisor, administrator, topics, call, queue
):
    left = call(4)
    category = Category.objects.get()
    stays = [(left.id, owner.pk)]
    wish = CategoryWish(category.name, directions=("outbound",), queue_ids=(queue.pk,))
    save_category(category_id=category.pk, wish=wish, by=administrator.pk, now=NOW - timedelta(hours=3))
    not_asked = call(2)
    assert unregistered(supervisor) == stays
    save_category(category_id=category.pk, wish=CategoryWish(category.name), by=administrator.pk, now=NOW)
    assert unregistered(supervisor) == stays  # that it is asked everywhere now says nothing of the call before
    retire_category(category_id=category.pk, retired=True, by=administrator.pk, now=NOW)
    assert unregistered(supervisor) == stays
    retire_category(category_id=category.pk, retired=False, by=administrator.pk, now=NOW)
    assert unregistered(supervisor) == stays and not_asked.id != left.id


def test_who_had_to_register_is_listed_until_they_have(
    account, owner, colleague, supervisor, administrator, topics, call
):
    retire_category(category_id=topics[0].category_id, retired=True, by=administrator.pk, now=NOW - timedelta(hours=9))
    one = call(2)
    due = DueRegistration.objects.create(account=account, call_id=one.id, user=colleague, at=NOW)
    write_down_asked()
    [row] = missing(supervisor, asked(), now=NOW).rows
    assert (row.call.agent_id, row.due) == (colleague.pk, "open")
    DueRegistration.objects.filter(pk=due.pk).update(settled_at=NOW, outcome="released", released_by=supervisor)
    [row] = missing(supervisor, asked(), now=NOW).rows
    assert (row.due, row.released_by) == ("released", supervisor.name)
    add_registration(one, colleague, topics[0])
    assert unregistered(supervisor) == []
    DueRegistration.objects.filter(pk=due.pk).update(outcome="registered")
    assert unregistered(supervisor) == []


def test_unregistered_calls_by_pages_and_their_number(owner, colleague, supervisor, topics, call, account):
    made = set()
    for hours in range(1, 6):
        one = call(hours)
        made.add((one.id, owner.pk))
        if hours % 2:
            DueRegistration.objects.create(account=account, call_id=one.id, user=colleague, at=NOW)
            made.add((one.id, colleague.pk))
    write_down_asked()
    seen, after = [], ""
    for _turn in range(4):
        page = missing(supervisor, asked(), now=NOW, after=after, limit=2)
        seen, after = seen + [(row.call.call_id, row.call.agent_id) for row in page.rows], page.next
    assert not after and len(seen) == 8 and set(seen) == made
    assert count_missing(supervisor, asked(), now=NOW) == 8
    assert count_missing(supervisor, asked(agent=colleague.pk), now=NOW) == 3


def test_each_call_of_a_random_day_is_in_one_of_the_lists(account, other_account, supervisor, owner, colleague, topics):
    chance = random.Random(4)
    for _turn in range(120):
        one = add_call(
            chance.choice([account, other_account]), NOW - timedelta(seconds=chance.randrange(20 * 86_400)),
            employee=chance.choice([owner, colleague, None]), direction=chance.choice(["inbound", "outbound"]),
            status=chance.choice(["answered", "answered", "missed"]),
        )  # fmt: skip
        if one.employee and one.status == "answered" and chance.random() < 0.5:
            add_registration(one, one.employee, *chance.sample(topics, chance.randrange(1, 3)))
    write_down_asked()
    done, left = count_registrations(supervisor, asked(), now=NOW), count_missing(supervisor, asked(), now=NOW)
    from callwright.calls.models import Call

    answered = Call.objects.filter(account=account, status="answered").exclude(employee=None)
    assert done == Registration.objects.filter(account=account).count() > 10
    assert done + left == answered.count()
    parts = [count_registrations(supervisor, asked(topic=one.pk), now=NOW) for one in topics]
    assert sum(parts) == sum(len(row.topics) for row in Registration.objects.filter(account=account))


def test_screens(browser_of, owner, supervisor, topics, call):
    add_registration(call(1, from_name="Ann <b>Vos</b>"), owner, topics[0], comment="<script>alert(1)</script>")
    call(2)
    write_down_asked()
    page = browser_of(supervisor).get("/registration/?period=all").content.decode()
    assert "Order" in page and "&lt;script&gt;" in page and "<script>alert" not in page and "<b>Vos" not in page
    page = browser_of(supervisor).get("/registration/missing/?period=all").content.decode()
    assert "Not registered" in page
    assert "1 call" in browser_of(supervisor).get("/registration/missing/?period=all&part=count").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    browser_of, supervisor, owner, topics, call, django_assert_max_num_queries
):
    for hours in range(1, 30):
        add_registration(call(hours), owner, topics[0], topics[1], comment="said")
    write_down_asked()
    browser = browser_of(supervisor)
    for path, most in (("", 24), ("missing/", 24), ("quality/", 31)):
        with django_assert_max_num_queries(most):
            browser.get(f"/registration/{path}?period=all")


@pytest.mark.parametrize(
    "query",
    ["topic=x&agent=-1&from=2026-99-99&until=0000-00-00&zone=Mars/Crater", "after=nonsense", "after=x.y", "text=%25%27",
     "topic=99999999999999999999999", "hour=77&weekday=0&direction=sideways&period=never", "zone=../../etc/passwd",
     "from=2026-11-20&until=2026-11-01", "state=none&rule=abc", "after=019aa000-0000-7000-8000-000000000000.5"],
)  # fmt: skip
def test_whatever_stands_in_an_address_is_no_error(browser_of, supervisor, owner, topics, call, query):
    add_registration(call(1), owner, topics[0])
    for path in ("", "missing/", "quality/", "quality/agents/"):
        assert browser_of(supervisor).get(f"/registration/{path}?{query}").status_code == 200
