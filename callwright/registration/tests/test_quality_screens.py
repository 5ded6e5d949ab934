"""Data quality on the screens: rules and what contradicts what, findings, corrections, figures by agent (REG-5)."""

import random
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from callwright.accounts.models import Organisation
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.testing import add_call
from callwright.registration.asked import read
from callwright.registration.models import (
    QualityAddress,
    QualityFinding,
    QualityRule,
    QualityRun,
    QualitySettings,
    Registration,
    RegistrationChange,
)
from callwright.registration.operations.quality_evaluate import ask_evaluation, evaluate_due
from callwright.registration.operations.quality_findings import dismiss
from callwright.registration.operations.quality_rules import RuleWish, save_quality_rule
from callwright.registration.queries.findings import count_wrong
from callwright.registration.queries.lists import count_missing, count_registrations
from callwright.registration.queries.quality_agents import STEPS, quality_by_agent
from callwright.registration.testing_lists import add_registration, write_down_asked
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db
RULES = "/registration/quality/rules/"


@pytest.fixture
def desk(browser_of, boss):
    return browser_of(boss)


def saved(browser, kind, **data):
    return browser.post(f"{RULES}new/?kind={kind}", {"least": 1, "active": "on", **data})


def wrong_call(account, agent, topics, hours=5):
    call = add_call(account, timezone.now() - timedelta(hours=hours), employee=agent)
    return add_registration(call, agent, topics[0], topics[2])


@pytest.fixture
def finding(account, owner, topics, boss):
    wish = RuleWish("contradiction", topics=(topics[0].pk,), others=(topics[2].pk,))
    save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=timezone.now())
    wrong_call(account, owner, topics)
    _evaluated(boss)
    return QualityFinding.objects.get()


def _evaluated(boss):
    ask_evaluation(by=boss.pk, accounts=None, now=timezone.now())
    evaluate_due(timezone.now())


def test_each_kind_of_rule_is_set_up_with_its_own_fields(desk, topics, account):
    both = {"topics": [topics[0].pk], "others": [topics[1].pk]}
    for kind, data in {
        "contradiction": both, "comment": {"least": 20}, "direction": {**both, "directions": "inbound"},
        "talk_time": {**both, "shortest": "0:30", "longest": "1:00:00"}, "duplicate": {"accounts": [account.pk]},
        "contact": {"fields": ["email", "city"], "name": "Reach them", "words": "Ask for the address"},
    }.items():  # fmt: skip
        answer = saved(desk, kind, **data)
        assert answer.status_code == 302, (kind, answer.content.decode())
    kept = {row.kind: row for row in QualityRule.objects.all()}
    assert (kept["talk_time"].shortest_s, kept["talk_time"].longest_s) == (30, 3600)
    assert (kept["comment"].least, kept["comment"].topics) == (20, [])
    assert kept["direction"].others == []  # not its own
    assert (kept["contact"].fields, kept["contact"].words) == (["email", "city"], "Ask for the address")
    assert kept["duplicate"].accounts == [account.pk]
    page = desk.get(RULES).content.decode()
    assert "Reach them" in page and "0:30 to 1:00:00" in page and "“Order” not together with “Complaint”" in page
    assert AuditEntry.objects.filter(action="quality_rule_saved").count() == 6


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [("contradiction", {}, "Choose the topics"),
     ("talk_time", {"topics": "T", "shortest": "soon"}, "Write a time like"),
     ("talk_time", {"topics": "T"}, "how long"), ("queue", {"topics": "T"}, "Choose the queues"),
     ("contact", {"fields": "password"}, "password is not one of"),
     ("needs", {"topics": "T", "others": "T"}, "both sides"),
     ("direction", {"topics": "T", "directions": "internal"}, "internal is not one of"),
     ("comment", {"least": 0}, "greater than or equal to 1"),
     ("comment", {"topics": "999999"}, "999999 is not one of")],
)  # fmt: skip
def test_a_rule_without_sense_is_refused_in_words(desk, topics, kind, data, words):
    given = {name: topics[0].pk if value == "T" else value for name, value in data.items()}
    answer = saved(desk, kind, **given)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not QualityRule.objects.exists()


def test_contradicting_rules_are_both_named_and_kept_only_when_that_is_wanted(desk, topics, account, boss, owner):
    saved(desk, "needs", topics=topics[0].pk, others=topics[1].pk, name="Order needs complaint")
    against = {"topics": topics[1].pk, "others": topics[0].pk, "name": "Never both"}
    answer = saved(desk, "contradiction", **against)
    page = answer.content.decode()
    assert answer.status_code == 422 and QualityRule.objects.count() == 1
    assert "“Never both” and “Order needs complaint” contradict each other" in page and 'name="although"' in page
    assert saved(desk, "contradiction", **against, although="1").status_code == 302
    assert "contradict each other" in desk.get(RULES).content.decode()
    call = add_call(account, timezone.now() - timedelta(hours=2), employee=owner)
    add_registration(call, owner, topics[0], topics[1])
    saved(desk, "contradiction", **{**against, "name": "The same again"}, although="1")
    _evaluated(boss)
    assert QualityFinding.objects.count() == 2  # two rules that say the same …
    rows = desk.get("/registration/quality/").content.decode()
    assert rows.count(f'href="/calls/{call.id}/"') == 1 and "1 call" in rows  # … about one registration


def test_who_may_do_what(browser_of, topics, other_account, owner, supervisor, controller, outsider, customer, finding):
    for path in (RULES, f"{RULES}new/?kind=comment", f"{RULES}{finding.rule_id}/"):
        answers = [browser_of(one).get(path).status_code for one in (owner, supervisor, customer)]
        assert answers == [403, 403, 403], path
    for person in (owner, outsider, customer):
        dismissing = f"/registration/quality/findings/{finding.pk}/dismiss/"
        assert browser_of(person).post(dismissing, {"reason": "x"}).status_code == 403
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau"})
    one = browser_of(controller)  # of one account: rules for all are theirs to see, not to change
    assert "only together with" not in one.get(RULES).content.decode()
    assert "not together with" in one.get(RULES).content.decode()
    assert one.get(f"{RULES}{finding.rule_id}/").status_code == 404
    assert one.post(f"{RULES}{finding.rule_id}/retire/").status_code == 404
    QualityRule.objects.update(accounts=[other_account.pk])
    assert "not together with" not in one.get(RULES).content.decode()


def test_in_a_bureau_rules_for_all_and_the_hour_are_of_those_who_see_all(
    browser_of, topics, account, other_account, controller, boss
):
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Bureau"})
    one = browser_of(controller)
    assert saved(one, "comment").status_code == 422
    assert saved(one, "comment", accounts=[other_account.pk]).status_code == 422
    assert saved(one, "comment", accounts=[account.pk]).status_code == 302
    assert one.post(f"{RULES}settings/", {"at_hour": 4, "look_back_days": 10}).status_code == 404
    assert one.post(f"{RULES}addresses/", {"email": "a@example.org"}).status_code == 404
    assert one.post(f"{RULES}addresses/", {"email": "a@example.org", "account": other_account.pk}).status_code == 404
    assert one.post(f"{RULES}addresses/", {"email": "a@example.org", "account": account.pk}).status_code == 302
    hidden = RuleWish("duplicate", name="Hidden", accounts=(other_account.pk,))
    save_quality_rule(rule_id=None, wish=hidden, by=boss.pk, now=timezone.now())
    assert "Hidden" not in one.get(RULES).content.decode()
    address = QualityAddress.objects.create(email="other@example.org", account=other_account)
    assert one.post(f"{RULES}addresses/{address.pk}/remove/").status_code == 404
    assert browser_of(boss).post(f"{RULES}addresses/{address.pk}/remove/").status_code == 302


def test_addresses_and_hours(desk):
    assert desk.post(f"{RULES}addresses/", {"email": "quality@example.org"}).status_code == 302
    refused = {"quality@Example.org": "already", "no address": "no e-mail address", "a@b\nBcc: c@d.e": "no e-mail"}
    for email, words in refused.items():
        answer = desk.post(f"{RULES}addresses/", {"email": email})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert QualityAddress.objects.count() == 1
    assert desk.post(f"{RULES}settings/", {"at_hour": "22", "look_back_days": "90"}).status_code == 302
    assert QualitySettings.objects.values_list("at_hour", "look_back_days").get() == (22, 90)
    assert desk.post(f"{RULES}settings/", {"at_hour": "25", "look_back_days": "x"}).status_code == 422


def test_agents_find_what_is_to_be_corrected_and_nobody_elses(
    browser_of, finding, owner, colleague, outsider, supervisor
):
    address, link = "/registration/quality/", f"/calls/{finding.call_id}/"
    assert link in browser_of(owner).get(address).content.decode()
    assert link in browser_of(supervisor).get(address).content.decode()
    for person in (colleague, outsider):
        assert link not in browser_of(person).get(address).content.decode()


def test_the_part_of_the_call_shows_changes_and_takes_a_correction(
    browser_of, finding, owner, colleague, supervisor, topics
):
    part = f"/registration/calls/{finding.call_id}/"
    form = f"{part}correct/{owner.pk}/"
    assert browser_of(colleague).get(form).status_code == 404
    page = browser_of(owner).get(part).content.decode()
    assert "These topics contradict each other" in page and form in page and "Dismiss" not in page
    assert "Correct the registration" in browser_of(owner).get(form).content.decode()
    category = f"topic-{topics[0].category_id}"
    Registration.objects.update(created_at=timezone.now() - timedelta(days=9))
    answer = browser_of(supervisor).post(form, {category: [topics[0].pk], "comment": "<b>called</b> again"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Corrected" in page and "changed once" in page and "<b>called" not in page
    kept = Registration.objects.get()
    assert (kept.by_id, kept.topics) == (owner.pk, [topics[0].pk])
    assert RegistrationChange.objects.order_by("id").last().by_id == supervisor.pk
    finding.refresh_from_db()
    assert (finding.how, finding.closed_by_id) == ("corrected", supervisor.pk)
    assert browser_of(owner).post(form, {category: [topics[1].pk]}).status_code == 404  # nothing is open any more


def test_a_call_that_was_not_registered_is_registered_later(browser_of, account, owner, colleague, topics, supervisor):
    call = add_call(account, timezone.now() - timedelta(days=9), employee=owner)
    part, category = f"/registration/calls/{call.id}/", f"topic-{topics[0].category_id}"
    assert "Register it" in browser_of(owner).get(part).content.decode()
    assert "Register it" not in browser_of(colleague).get(part).content.decode()
    form = f"{part}correct/{owner.pk}/"
    assert "time in which" in browser_of(owner).post(form, {category: [topics[0].pk]}).content.decode()
    assert browser_of(supervisor).post(form, {category: [topics[0].pk]}).status_code == 200
    assert Registration.objects.get().by_id == owner.pk
    assert "Register it" not in browser_of(owner).get(part).content.decode()


def test_dismissing_wants_a_reason_and_can_be_taken_back(browser_of, finding, supervisor):
    browser, path = browser_of(supervisor), f"/registration/quality/findings/{finding.pk}/"
    assert "Write why" in browser.post(f"{path}dismiss/", {"reason": " "}, follow=True).content.decode()
    assert browser.post(f"{path}dismiss/", {"reason": "Both are true"}).url.endswith("#registration-part")
    assert "Both are true" in browser.get("/registration/quality/?state=dismissed").content.decode()
    assert browser.post(f"{path}dismiss/", {"reason": "again"}).status_code == 302
    browser.post(f"{path}open/")
    finding.refresh_from_db()
    assert finding.how == "" and AuditEntry.objects.filter(action__startswith="quality_finding").count() == 2
    assert browser.post("/registration/quality/findings/999999/dismiss/", {"reason": "x"}).status_code == 404


def test_on_demand_with_progress(desk, finding, browser_of, owner, supervisor):
    for person in (owner, supervisor):
        assert browser_of(person).post("/registration/quality/evaluate/").status_code == 403
    assert desk.post("/registration/quality/evaluate/").status_code == 302
    assert "Waiting for its turn" in desk.get("/registration/quality/").content.decode()
    QualityRun.objects.filter(ended_at=None).update(begun_at=timezone.now(), percent=40)
    answer = desk.get("/registration/quality/progress/")
    assert 'value="40"' in answer.content.decode() and "HX-Refresh" not in answer.headers
    evaluate_due(timezone.now())
    assert desk.get("/registration/quality/progress/").headers["HX-Refresh"] == "true"


def test_pages_of_arabic_readers_are_mirrored(browser_of, make_user, account):
    reader = browser_of(make_user("noor", role="controller", all_accounts=True, language="ar"))
    for path in ("", "missing/", "quality/", "quality/agents/", "quality/rules/", "quality/rules/new/?kind=talk_time"):
        page = reader.get(f"/registration/{path}?direction=inbound" if "?" not in path else f"/registration/{path}")
        assert 'dir="rtl"' in page.content.decode()[:400], path


def test_what_a_rule_demands_runs_as_its_reader_reads(desk, browser_of, make_user, topics):
    saved(desk, "talk_time", name="Short", topics=[topics[2].pk], longest="4:00")
    reader = browser_of(make_user("noor", role="controller", all_accounts=True, language="ar"))
    text = reader.get(RULES).content.decode()
    # By itself a sentence that begins with the name of a topic would run from the left.
    assert re.search(r'<td class="list-topics"><span>“\u2068Wrong number\u2069”: [^<]*4:00', text)


def figures_of(row):
    return (row.now.registered, row.now.wrong, row.now.missing)


def _gone_since(*found):
    """Of what was found and corrected: the topics of some are taken away, the calls of others made anonymous."""
    for at, one in enumerate(found):
        if at % 2:
            Registration.objects.filter(pk=one.registration_id).update(topics=[], comment="said")
        else:
            anonymise_calls(account_id=one.account_id, ids=[one.call_id], now=timezone.now())


@pytest.mark.parametrize("step", STEPS)
def test_the_figures_of_agents_are_those_of_the_lists(
    account, other_account, owner, colleague, outsider, supervisor, topics, boss, step
):
    chance, now, days = random.Random(7), timezone.now(), {"week": 110, "month": 340}[step]
    wish = RuleWish("contradiction", topics=(topics[0].pk,), others=(topics[2].pk,))
    save_quality_rule(rule_id=None, wish=wish, by=boss.pk, now=now)
    save_quality_rule(rule_id=None, wish=RuleWish("comment", topics=(topics[0].pk,)), by=boss.pk, now=now)
    QualitySettings.objects.create(pk=1, look_back_days=400)
    for _turn in range(160):
        of = chance.choice([account, account, other_account])
        agent = chance.choice([owner, colleague]) if of == account else outsider
        call = add_call(of, now - timedelta(seconds=chance.randrange(600, days * 86_400)), employee=agent)
        if chance.random() < 0.7:
            ticked = chance.sample(topics, chance.randrange(4))
            add_registration(call, agent, *ticked, comment=chance.choice(["", "said"]))
    _evaluated(boss)
    found = chance.sample(list(QualityFinding.objects.values_list("pk", flat=True)), 30)
    for id in found[:20]:
        dismiss(account_ids=None, finding_id=id, reason="right", by=boss.pk, now=now)
    QualityFinding.objects.filter(pk__in=found[20:]).update(how="corrected", closed_at=now)
    _gone_since(*QualityFinding.objects.filter(pk__in=found[20:24]))
    write_down_asked()
    for viewer, people in ((supervisor, {owner, colleague}), (boss, {owner, colleague, outsider})):
        asked = read({}, zone="Europe/Amsterdam", default="month")
        table = quality_by_agent(viewer, asked, step=step, now=now)
        assert {row.agent_id for row in table.rows} == {one.pk for one in people}
        for row in (*table.rows, table.team):
            shown = {
                "from": [table.first.isoformat()],
                "until": [table.last.isoformat()],
                "state": ["counted"],
                "ticked": ["1"],
            }
            agent = {} if row.is_team else {"agent": [str(row.agent_id)]}
            same = read({**shown, **agent}, zone="Europe/Amsterdam", default="month")
            counts = [count(viewer, same, now=now) for count in (count_registrations, count_wrong, count_missing)]
            assert figures_of(row) == tuple(counts)
            assert sum(one.wrong for one in row.trend) == row.now.wrong
        assert table.team.now.wrong > 0 and table.team.before.missing > 0


def test_the_table_leads_to_the_rows_behind_each_figure(browser_of, finding, supervisor, owner):
    write_down_asked()
    page = browser_of(supervisor).get("/registration/quality/agents/?part=table").content.decode()
    links = re.findall(r'href="(/registration/quality/\?[^"]+)"', page)
    query = parse_qs(urlsplit(links[0].replace("&amp;", "&")).query)
    assert query["agent"] == [str(owner.pk)] and query["state"] == ["counted"]
    assert 'href="/registration/?ticked=1&amp;' in page
    assert "At least one topic" in browser_of(supervisor).get("/registration/?ticked=1").content.decode()
    assert "1 call" in browser_of(supervisor).get(links[0].replace("&amp;", "&")).content.decode()
    assert browser_of(owner).get("/registration/quality/agents/").status_code == 403
