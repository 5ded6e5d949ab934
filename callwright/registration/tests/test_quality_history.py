"""Findings stay as they were found, and nobody is wrong who was still at it or could not do better (REG-5)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.calls.operations.after_load import after_load
from callwright.calls.ports import CallChange
from callwright.calls.testing import Other, add_call, until_waiting
from callwright.contacts.models import Contact, ContactNumber
from callwright.kit.identity import uuid7_now
from callwright.messaging.models import Mail, Notification
from callwright.registration.models import (
    AskedAgent,
    PanelSettings,
    QualityAddress,
    QualityFinding,
    QualityReach,
    QualityRule,
    QualityRun,
    Registration,
    Topic,
)
from callwright.registration.operations.add_up_quality import add_up_quality
from callwright.registration.operations.follow_calls import follow_calls
from callwright.registration.operations.quality_evaluate import evaluate_due
from callwright.registration.operations.quality_findings import dismiss
from callwright.registration.operations.quality_judge import judge, rulebook
from callwright.registration.operations.quality_moves import follow_findings
from callwright.registration.operations.quality_rules import (
    RuleRefused,
    RuleWish,
    retire_quality_rule,
    save_quality_rule,
    save_quality_settings,
)
from callwright.registration.operations.register import register
from callwright.registration.operations.retire import retire_topic
from callwright.registration.operations.save_topic import change_topic
from callwright.registration.queries.findings import findings_of
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.registration.words_quality import finding_in_words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def rule(administrator):
    def make(kind, topics=(), others=(), **more):
        wish = RuleWish(
            kind, topics=tuple(one.pk for one in topics), others=tuple(one.pk for one in others),
            **{name: value for name, value in more.items() if name not in ("id", "at", "although")},
        )  # fmt: skip
        return save_quality_rule(
            rule_id=more.get("id"), wish=wish, by=administrator.pk, now=more.get("at", NOW - DAY),
            although_contradicting=more.get("although", False),
        )  # fmt: skip

    return make


@pytest.fixture
def call(account, owner):
    return lambda hours=5, **more: add_call(
        more.pop("account", account), NOW - timedelta(hours=hours), employee=more.pop("employee", owner), **more
    )


def open_findings():
    return list(QualityFinding.objects.filter(closed_at=None).order_by("pk"))


def test_what_is_ticked_while_the_call_goes_on_is_judged_when_it_is_over(rule, topics, call, owner):
    rule("talk_time", [topics[0]], shortest_s=60)
    rule("comment", [topics[0]])
    one = call(0.1, status="talking", talk_s=0)
    kept = add_registration(one, owner, topics[0], at=NOW - MINUTE)
    evaluate_due(NOW)
    assert open_findings() == []
    Call.objects.filter(id=one.id).update(ended_at=NOW + MINUTE, updated_at=NOW + MINUTE, talk_s=300, status="answered")
    evaluate_due(NOW + DAY)
    assert [(found.registration_id, found.rule.kind) for found in open_findings()] == [(kept.id, "comment")]


def test_wrap_up_belongs_to_the_call_and_what_was_passed_over_is_not_forgotten(rule, topics, call, owner, account):
    Account.objects.filter(pk=account.pk).update(wrap_up_s=3 * 3600)
    rule("comment", [topics[0]])
    just_over = add_registration(call(2), owner, topics[0])
    evaluate_due(NOW)
    assert open_findings() == []
    Account.objects.filter(pk=account.pk).update(wrap_up_s=60)
    evaluate_due(NOW + DAY)
    assert [found.registration_id for found in open_findings()] == [just_over.id]


def test_an_account_that_fails_holds_up_no_other_and_what_was_found_is_told(
    rule, topics, call, owner, outsider, account, other_account, settings, caplog
):
    settings.PUBLIC_URL = "https://desk.example.org"
    rule("comment", [topics[0]])
    first = add_registration(call(), owner, topics[0])
    add_registration(call(account=other_account, employee=outsider), outsider, topics[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE division_by_zero; END';"
            " CREATE TRIGGER breaks BEFORE INSERT ON registration_qualityfinding FOR EACH ROW"
            f" WHEN (NEW.account_id = {int(first.account_id)}) EXECUTE FUNCTION breaks()"
        )
    QualityAddress.objects.create(email="all@example.org")
    assert [evaluate_due(NOW) for _turn in range(3)] == [0, 0, 1]
    assert [found.account_id for found in open_findings()] == [other_account.pk]
    assert QualityRun.objects.get().failures == 3 and "failed in account" in caplog.text
    assert (Mail.objects.count(), Notification.objects.get().user_id) == (1, outsider.pk)
    assert not QualityReach.objects.filter(account=account).exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER breaks ON registration_qualityfinding")
    evaluate_due(NOW + DAY)
    assert {found.account_id for found in open_findings()} == {account.pk, other_account.pk}


def looked_at(now):
    evaluate_due(now)
    return QualityRun.objects.latest("pk").looked_at


def test_what_else_changes_what_is_right_has_everything_looked_at_again(
    rule, topics, call, owner, account, administrator
):
    rule("contact", [topics[0]], fields=("number",))
    rule("duplicate")
    company = Contact.objects.create(account=account, name="Vos Ltd", kind="company", sort_key="vos ltd")
    ann = Contact.objects.create(account=account, name="Ann Vos", sort_key="ann vos", company=company)
    ContactNumber.objects.create(account=account, contact=ann, number="+31612345678")
    Contact.objects.update(updated_at=NOW - DAY)
    for hours in (5, 6):
        add_registration(call(hours, contact=ann), owner, topics[0])
    add_registration(call(40 * 24), owner, topics[1])
    assert [looked_at(NOW), looked_at(NOW + DAY)] == [2, 0]
    by = {"by": administrator.pk}
    save_quality_settings(at_hour=3, look_back_days=90, **by, now=NOW + 1.5 * DAY)
    assert [looked_at(NOW + 2 * DAY), looked_at(NOW + 3 * DAY)] == [3, 0]
    change = {"topic_id": topics[1].pk, "category_id": topics[1].category_id, "name": "Complaint", **by}
    change_topic(**change, wants_comment=True, now=NOW + 3.5 * DAY)
    assert [looked_at(NOW + 4 * DAY), looked_at(NOW + 5 * DAY)] == [3, 0]
    Contact.objects.filter(pk=company.pk).update(name="Vos & Co", updated_at=NOW + 5.5 * DAY)
    assert [looked_at(NOW + 6 * DAY), looked_at(NOW + 7 * DAY)] == [2, 0]
    other = Contact.objects.create(account=account, name="Ann Vos", sort_key="ann vos", updated_at=NOW + 7.5 * DAY)
    ContactNumber.objects.create(account=account, contact=other, number="+31612345678")
    Contact.objects.filter(pk=other.pk).update(updated_at=NOW + 7.5 * DAY)
    assert looked_at(NOW + 8 * DAY) == 2 and {found.rule.kind for found in open_findings()} == {"duplicate"}
    QualityFinding.objects.update(closed_at=NOW, how="dismissed")
    Account.objects.filter(pk=account.pk).update(home_country="BE")
    assert [looked_at(NOW + 9 * DAY), looked_at(NOW + 10 * DAY)] == [3, 0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE put_back (account_id bigint, id uuid) ON COMMIT DROP")
        cursor.execute("INSERT INTO put_back SELECT account_id, id FROM calls_call LIMIT 1")
    after_load("put_back", now=NOW)
    assert looked_at(NOW + 11 * DAY) == 3


@pytest.mark.django_db(transaction=True)
def test_a_dismissal_that_comes_at_the_same_time_stands(rule, topics, call, owner, account, supervisor):
    rule("comment", [topics[0]])
    kept = add_registration(call(), owner, topics[0])
    evaluate_due(NOW)
    [finding] = open_findings()
    Registration.objects.update(comment="said", updated_at=NOW + HOUR)

    def look() -> int:
        with transaction.atomic():
            return judge(rulebook(), account.pk, [kept.id], run_id=None, now=NOW + DAY).closed

    with transaction.atomic():
        dismiss(account_ids=None, finding_id=finding.pk, reason="right", by=supervisor.pk, now=NOW)
        other = Other(look)
        until_waiting(1)
    assert other.end() == 0
    finding.refresh_from_db()
    assert (finding.how, finding.reason) == ("dismissed", "right")


def said(finding):
    [one] = [one for one in findings_of(finding.account_id, finding.call_id) if one.id == finding.pk]
    return finding_in_words(one, {})


def test_what_was_found_is_told_as_it_was_whatever_rule_and_topic_become(rule, topics, call, owner, administrator):
    id = rule("comment", [topics[0]], least=10)
    add_registration(call(), owner, topics[0], comment="short")
    told = add_registration(call(6), owner, topics[0])
    evaluate_due(NOW)
    first, second = open_findings()
    dismiss(account_ids=None, finding_id=first.pk, reason="fine", by=administrator.pk, now=NOW + HOUR)
    before = said(first)
    assert "at least 10" in before or "Order" in before
    rule("comment", [topics[0]], id=id, least=50, words="Write at least a line.", at=NOW + 2 * HOUR)
    Topic.objects.filter(pk=topics[0].pk).update(name="Purchase")
    evaluate_due(NOW + DAY)
    assert said(first) == before
    second.refresh_from_db()
    assert said(second) == "Write at least a line." and second.closed_at is None  # to be mended by what holds now
    assert told.id in (first.registration_id, second.registration_id)


def test_how_a_finding_ends_says_who_ended_it(rule, topics, call, owner, account, other_account, administrator):
    contact = Contact.objects.create(account=account, name="", sort_key="")
    known = rule("contact", [topics[0]], fields=("name",))
    asking = rule("comment")
    here = rule("direction", [topics[2]], directions=("outbound",), accounts=(account.pk,))
    Topic.objects.filter(pk=topics[1].pk).update(wants_comment=True)
    for ticked in topics:
        add_registration(call(5, contact=contact), owner, ticked)
    evaluate_due(NOW)
    by_rule = {found.rule_id: found for found in open_findings()}
    assert set(by_rule) == {known, asking, here}
    rule("contact", [topics[0]], id=known, fields=("name",), name="Other words", at=NOW + HOUR)
    Contact.objects.filter(pk=contact.pk).update(name="Ann", updated_at=NOW + HOUR)
    change = {"topic_id": topics[1].pk, "category_id": topics[1].category_id, "name": "Complaint"}
    change_topic(**change, wants_comment=False, by=administrator.pk, now=NOW + HOUR)
    rule("direction", [topics[2]], id=here, directions=("outbound",), accounts=(other_account.pk,), at=NOW + HOUR)
    evaluate_due(NOW + DAY)
    ended = {found.rule_id: found.how for found in QualityFinding.objects.all()}
    assert ended == {known: "corrected", asking: "rule", here: "rule"}


def test_nobody_is_held_to_what_cannot_be_ticked_or_filled_in_any_more(rule, topics, call, owner, administrator):
    rule("needs", [topics[0]], [topics[1]])
    rule("comment", [topics[0]], least=50)
    rule("contact", [topics[0]], fields=("custom.gone",))
    add_registration(call(), owner, topics[0], comment="twelve chars")
    PanelSettings.objects.create(pk=1, comment_limit=10)
    evaluate_due(NOW)
    assert [found.rule.kind for found in open_findings()] == ["needs"]
    retire_topic(
        topic_id=topics[1].pk, category_id=topics[1].category_id, retired=True, by=administrator.pk, now=NOW + HOUR
    )
    evaluate_due(NOW + DAY)
    assert open_findings() == [] and QualityFinding.objects.get().how == "rule"


def test_a_rule_that_somebody_has_changed_meanwhile_is_not_overwritten(rule, topics, administrator):
    id = rule("comment", [topics[0]])
    seen = QualityRule.objects.get(pk=id).changed_at
    rule("comment", [topics[0]], id=id, least=5, at=NOW)
    with pytest.raises(RuleRefused, match="changed_meanwhile"):
        save_quality_rule(
            rule_id=id, wish=RuleWish("comment", topics=(topics[0].pk,), least=9), by=administrator.pk, now=NOW + HOUR,
            seen_at=seen,
        )  # fmt: skip
    assert QualityRule.objects.get(pk=id).least == 5


def test_a_rule_is_put_back_out_of_force_where_it_contradicts_another(rule, topics, administrator):
    needs = rule("needs", [topics[0]], [topics[1]])
    by = {"by": administrator.pk, "now": NOW}
    assert retire_quality_rule(rule_id=needs, retired=True, **by) == []
    apart = rule("contradiction", [topics[0]], [topics[1]])
    [conflict] = retire_quality_rule(rule_id=needs, retired=False, **by)
    kept = QualityRule.objects.get(pk=needs)
    assert (conflict.other_id, kept.active, kept.retired_at) == (apart, False, None)


def test_a_rule_that_needs_what_its_category_cannot_hold_is_refused(rule, account):
    one, other = add_topics("Yes", "No", category="Solved?", several=False)
    with pytest.raises(RuleRefused, match="one_topic"):
        rule("needs", [one], [other])


def test_findings_of_calls_that_became_one_belong_to_the_registration_that_is_left(rule, topics, call, owner, account):
    rule("comment", [topics[0]])
    stays, goes = call(5), call(6)
    kept, dropped = (add_registration(one, owner, topics[0]) for one in (stays, goes))
    evaluate_due(NOW)
    QualityFinding.objects.filter(registration_id=kept.id).delete()
    change = CallChange(account.pk, goes.id, object(), None, None, account.pk, goes.local_day, (account.pk, stays.id))
    follow_calls([change], NOW)
    follow_findings([change], NOW)
    [finding] = QualityFinding.objects.all()
    assert (finding.call_id, finding.registration_id) == (stays.id, kept.id) != (goes.id, dropped.id)


def test_who_was_wrong_is_counted_as_findings_come_and_go(rule, topics, call, owner, account, supervisor):
    rule("comment", [topics[0]])
    corrected, dismissed = (add_registration(call(hours), owner, topics[0]) for hours in (5, 6))
    evaluate_due(NOW)

    def wrong():
        add_up_quality(NOW)
        return set(AskedAgent.objects.filter(wrong=True).values_list("call_id", flat=True))

    assert wrong() == {corrected.call_id, dismissed.call_id}
    finding = QualityFinding.objects.get(registration_id=dismissed.id)
    dismiss(account_ids=None, finding_id=finding.pk, reason="right", by=supervisor.pk, now=NOW)
    register(
        call_id=corrected.call_id, account_id=account.pk, by=owner.pk, topics=[topics[0].pk], comment="said",
        now=NOW + HOUR,
    )  # fmt: skip
    assert QualityFinding.objects.get(registration_id=corrected.id).how == "corrected"
    assert wrong() == {corrected.call_id}  # they were wrong, though they have corrected it


def test_a_mail_tells_how_many_there_are_and_lists_the_first(rule, topics, call, owner, settings):
    settings.PUBLIC_URL = "https://desk.example.org"
    QualityAddress.objects.create(email="all@example.org")
    rule("comment", [topics[0]])
    made = [add_registration(call(hours), owner, topics[0]) for hours in range(1, 54)]
    evaluate_due(NOW)
    mail = Mail.objects.get()
    assert "53 registrations" in mail.subject
    assert sum(f"/calls/{one.call_id}/" in mail.text for one in made) == 50
    assert Notification.objects.get().values == {"n": 53}
    assert uuid7_now(NOW) != made[0].id
