"""Who sees what of data quality, and what stays of what they do not see (REG-5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from callwright.accounts.models import Organisation
from callwright.calls.testing import add_call
from callwright.registration.asked import read
from callwright.registration.models import QualityAddress, QualityFinding, QualityRule, QualityRun, Topic
from callwright.registration.operations.quality_evaluate import ask_evaluation, evaluate_due
from callwright.registration.operations.quality_rules import RuleWish, save_quality_rule
from callwright.registration.queries.call_part import call_part
from callwright.registration.queries.findings import count_wrong
from callwright.registration.queries.quality_agents import quality_by_agent
from callwright.registration.queries.quality_rules import last_run, quality_addresses
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
RULES = "/registration/quality/rules/"


def evaluated(boss):
    ask_evaluation(by=boss.pk, accounts=None, now=timezone.now())
    evaluate_due(timezone.now())


@pytest.fixture
def made(account, other_account, owner, outsider, topics, boss):
    """A registration of each account without the comment that a rule wants."""
    wish = RuleWish("comment", topics=(topics[0].pk,))
    save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=timezone.now())
    at = timezone.now() - timedelta(hours=5)
    calls = {of: add_call(of, at, employee=agent) for of, agent in ((account, owner), (other_account, outsider))}
    for of, agent in ((account, owner), (other_account, outsider)):
        add_registration(calls[of], agent, topics[0])
    evaluated(boss)
    return calls


def test_agents_read_what_was_found_against_them_and_not_what_was_against_colleagues(
    made, account, owner, colleague, supervisor
):
    call = made[account]
    for viewer, findings, changes in ((owner, 1, 1), (colleague, 0, 0), (supervisor, 1, 1)):
        [registered] = call_part(viewer, call.id).registered
        assert (len(registered.findings), len(registered.changes)) == (findings, changes), viewer
        assert registered.words


def test_an_editor_of_one_account_keeps_what_they_do_not_see_of_a_rule(
    browser_of, controller, account, other_account, pbx, boss, topics
):
    [theirs] = add_topics("Emergency", category="For others", accounts=[other_account])
    wish = RuleWish(
        "needs", topics=(topics[0].pk, theirs.pk), others=(topics[1].pk, topics[2].pk), accounts=(account.pk,)
    )
    id = save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=timezone.now())
    page = browser_of(controller)
    given = {"topics": topics[0].pk, "others": topics[2].pk, "accounts": account.pk, "active": "on", "name": "New"}
    assert page.post(f"{RULES}{id}/", given).status_code == 302
    kept = QualityRule.objects.get(pk=id)
    assert kept.name == "New" and kept.topics == sorted([topics[0].pk, theirs.pk])
    assert kept.others == [topics[2].pk]  # what they do see is as they say


def test_of_two_who_edit_a_rule_the_second_is_told(browser_of, boss, supervisor, topics):
    id = save_quality_rule(rule_id=None, wish=RuleWish("comment", name="Old"), by=boss.pk, now=timezone.now())
    page = browser_of(boss)
    form = page.get(f"{RULES}{id}/").context["form"]
    save_quality_rule(
        rule_id=id, wish=RuleWish("comment", name="Between", least=7), by=supervisor.pk, now=timezone.now()
    )
    sent = {"least": 1, "active": "on", "name": "Mine", "seen_at": form["seen_at"].value()}
    answer = page.post(f"{RULES}{id}/", sent)
    assert answer.status_code == 422 and "changed the rule meanwhile" in answer.content.decode()
    assert QualityRule.objects.get(pk=id).name == "Between"


def test_who_puts_a_contradicting_rule_back_is_told(browser_of, boss, topics):
    page, now = browser_of(boss), timezone.now()
    wish = RuleWish("needs", topics=(topics[0].pk,), others=(topics[1].pk,), name="Needs it")
    id = save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=now)
    page.post(f"{RULES}{id}/retire/")
    against = RuleWish("contradiction", topics=(topics[0].pk,), others=(topics[1].pk,), name="Never both")
    save_quality_rule(rule_id=None, wish=against, by=boss.pk, now=now)
    answer = page.post(f"{RULES}{id}/retire/", {"again": "1"}, follow=True).content.decode()
    assert "It is not in force yet" in answer and "“Never both”" in answer
    assert not QualityRule.objects.get(pk=id).active


def test_a_rule_that_nobody_can_keep_is_marked(browser_of, boss, topics):
    wish = RuleWish("needs", topics=(topics[0].pk,), others=(topics[1].pk,))
    save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=timezone.now())
    assert "Not applied" not in browser_of(boss).get(RULES).content.decode()
    Topic.objects.filter(pk=topics[1].pk).update(retired_at=timezone.now())
    assert "Not applied" in browser_of(boss).get(RULES).content.decode()


def test_who_looks_after_one_account_reads_of_evaluations_and_addresses_of_theirs(made, controller, boss, account):
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Bureau", "kind": "bureau"})
    QualityAddress.objects.create(email="all@example.org")
    QualityAddress.objects.create(email="one@example.org", account=account)
    last = QualityRun.objects.latest("ended_at")
    QualityFinding.objects.update(run=last)
    QualityRun.objects.filter(pk=last.pk).update(found=2)
    assert (last_run(boss).found, last_run(controller).found) == (2, 1)
    assert [row.email for row in quality_addresses(controller)] == ["one@example.org"]
    assert len(quality_addresses(boss)) == 2


def test_findings_are_filtered_by_all_that_the_address_asks(made, boss, topics, account):
    [call] = [call for of, call in made.items() if of == account]
    local = call.started_at.astimezone(timezone.get_default_timezone())
    now = timezone.now()

    def count(**given):
        asked = read({name: [str(value)] for name, value in given.items()}, zone=str(local.tzinfo), default="all")
        return count_wrong(boss, asked, now=now)

    assert count() == 2
    assert (count(hour=local.hour), count(hour=(local.hour + 1) % 24)) == (2, 0)
    assert (count(weekday=local.isoweekday()), count(weekday=local.isoweekday() % 7 + 1)) == (2, 0)
    assert (count(category=topics[0].category_id), count(category=0)) == (2, 0)
    assert (count(contact_category=0), count(contact_category=1)) == (2, 0)
    assert (count(text="nothing of it"), count(topic=topics[1].pk)) == (0, 0)


def test_the_figures_of_agents_know_their_own_criteria_and_no_others(made, boss, browser_of, pbx, owner, account):
    write_down_asked()
    page = browser_of(boss).get("/registration/quality/agents/?hour=9&topic=5&text=x&contact_category=3&weekday=2")
    text = page.content.decode()
    assert "hour=9" not in text and "topic=5" not in text and "contact_category=3" not in text
    page = browser_of(boss).get("/registration/missing/?topic=5&text=x&rule=3&hour=9&period=all").content.decode()
    assert "hour=9" in page and "topic=5" not in page and "rule=3" not in page
    queue = Queue.objects.create(pbx=pbx, name="sales", label="Sales")
    for given, registered in (
        ({}, 2),
        ({"agent": owner.pk}, 1),
        ({"account": account.pk}, 1),
        ({"queue": queue.pk}, 0),
    ):
        asked = read({name: [str(value)] for name, value in given.items()}, zone="UTC", default="month")
        table = quality_by_agent(boss, asked, step="week", now=timezone.now())
        assert table.team.now.registered == table.team.now.wrong == registered, given
    assert QualityFinding.objects.count() == 2
