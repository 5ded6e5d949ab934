"""Evaluations of the quality of registrations by the worker's own function (REG-5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from callwright.calls.models import Call
from callwright.calls.operations.forget_calls import remove_calls as forget
from callwright.calls.ports import CallChange, ErasedPerson, reports_of, tell_erased
from callwright.calls.testing import add_call, held
from callwright.contacts.models import Contact, ContactEmail, ContactNumber, CustomField
from callwright.contacts.operations.emails import add_email
from callwright.kit.identity import uuid7_now
from callwright.messaging.models import Mail, MailRecipient, Notification
from callwright.registration.models import (
    QualityAddress,
    QualityFinding,
    QualityRule,
    QualityRun,
    Registration,
)
from callwright.registration.operations.quality_evaluate import _LOCK, ask_evaluation, evaluate_due
from callwright.registration.operations.quality_findings import FindingRefused, dismiss, open_again
from callwright.registration.operations.quality_moves import follow_findings
from callwright.registration.operations.quality_rules import (
    RuleWish,
    retire_quality_rule,
    save_quality_rule,
    save_quality_settings,
)
from callwright.registration.operations.register import register
from callwright.registration.testing_lists import add_registration

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def apart(topics, administrator):
    wish = RuleWish("contradiction", name="Either or", topics=(topics[0].pk,), others=(topics[2].pk,))
    return save_quality_rule(rule_id=None, wish=wish, by=administrator.pk, now=NOW - DAY)


@pytest.fixture
def call(account, owner):
    return lambda hours=5, **more: add_call(
        more.pop("account", account), NOW - timedelta(hours=hours), employee=more.pop("employee", owner), **more
    )


@pytest.fixture
def wrong(topics, call, owner):
    """A registration with two topics that contradict each other."""
    return add_registration(call(), owner, topics[0], topics[2])


def open_findings():
    return list(QualityFinding.objects.filter(closed_at=None).order_by("pk"))


def test_a_night_begins_at_its_hour_in_each_zone_and_once(account, make_account, apart, wrong):
    make_account("Tokyo", time_zone="Asia/Tokyo")
    assert evaluate_due(datetime(2026, 11, 20, 0, 30, tzinfo=UTC)) == 1  # 1:30 in Amsterdam, 9:30 in Tokyo
    assert list(QualityRun.objects.values_list("zone", "night")) == [("Asia/Tokyo", date(2026, 11, 20))]
    assert open_findings() == []
    assert evaluate_due(datetime(2026, 11, 20, 1, 59, 59, tzinfo=UTC)) == 0
    assert evaluate_due(datetime(2026, 11, 20, 2, 0, tzinfo=UTC)) == 1  # three o'clock in Amsterdam
    assert [one.registration_id for one in open_findings()] == [wrong.id]
    assert evaluate_due(NOW) == evaluate_due(NOW + timedelta(hours=9)) == 0
    assert evaluate_due(NOW + DAY) == 2
    assert len(open_findings()) == 1


def test_a_night_that_nobody_worked_in_is_made_up_for(account, apart, wrong):
    assert evaluate_due(NOW + timedelta(hours=10)) == 1
    assert len(open_findings()) == 1


def test_the_same_fault_is_one_finding_and_is_told_once(settings, apart, wrong, owner):
    settings.PUBLIC_URL = "https://desk.example.org"
    QualityAddress.objects.create(email="quality@example.org")
    evaluate_due(NOW)
    [finding] = open_findings()
    assert (finding.agent_id, finding.call_id, finding.detail["topics"]) == (
        owner.pk,
        wrong.call_id,
        sorted(wrong.topics),
    )
    for days in range(1, 4):
        evaluate_due(NOW + days * DAY)
    QualityRun.objects.update(ended_at=None)  # a worker died before it could say that it had ended
    evaluate_due(NOW + 4 * DAY)
    assert [one.pk for one in open_findings()] == [finding.pk]
    assert Mail.objects.count() == Notification.objects.count() == 1


def test_one_mail_for_each_address_with_links(settings, account, other_account, apart, topics, call, owner, outsider):
    settings.PUBLIC_URL = "https://desk.example.org"
    for email, of in (("all@example.org", None), ("one@example.org", account), ("ALL@example.org", account)):
        QualityAddress.objects.create(email=email, account=of)
    QualityAddress.objects.create(email="none@example.org", account=add_nobody())
    mine = [add_registration(call(hours), owner, topics[0], topics[2]) for hours in (3, 4)]
    elsewhere = add_registration(call(2, account=other_account, employee=outsider), outsider, topics[0], topics[2])
    evaluate_due(NOW)
    assert sorted(MailRecipient.objects.values_list("address", flat=True)) == ["all@example.org", "one@example.org"]
    everything, one = (Mail.objects.get(recipients__address=to) for to in ("all@example.org", "one@example.org"))
    assert "3 registrations" in everything.subject and "2 registrations" in one.subject
    for each in mine:
        for text in (everything.text, one.text, everything.html):
            assert f"https://desk.example.org/calls/{each.call_id}/" in text
    assert str(elsewhere.call_id) in everything.text and str(elsewhere.call_id) not in one.text
    assert "Olivia" in one.text and "These topics contradict each other: “Order”, “Wrong number”." in one.text
    assert "https://desk.example.org/registration/quality/" in one.html
    told = {row.user_id: (row.path, row.values) for row in Notification.objects.all()}
    assert told[owner.pk] == ("/registration/quality/", {"n": 2})
    assert told[outsider.pk] == (f"/calls/{elsewhere.call_id}/", {"n": 1})


def add_nobody():
    from callwright.accounts.models import Account

    return Account.objects.create(name="Silent")


def test_the_mail_is_in_the_language_of_its_account_and_names_break_nothing(account, topics, call, owner):
    account.language = "nl"
    account.name = "<b>Baker</b>"
    account.save()
    QualityAddress.objects.create(email="one@example.org", account=account)
    save_quality_rule(
        rule_id=None, by=owner.pk, now=NOW - DAY,
        wish=RuleWish("direction", topics=(topics[0].pk,), directions=("outbound",), words="Never\r\nBcc: x <i>"),
    )  # fmt: skip
    add_registration(call(), owner, topics[0])
    evaluate_due(NOW)
    mail = Mail.objects.get()
    assert mail.language == "nl" and "\n" not in mail.subject
    assert "<b>Baker" not in mail.html and "&lt;i&gt;" in mail.html and "<b>Baker</b>" in mail.text


def test_what_the_agent_corrects_ends_at_once(apart, wrong, topics, owner, account):
    evaluate_due(NOW)
    register(call_id=wrong.call_id, account_id=account.pk, by=owner.pk, topics=[topics[0].pk], comment="",
             now=NOW + timedelta(seconds=30))  # fmt: skip
    finding = QualityFinding.objects.get()
    assert (finding.how, finding.closed_by_id) == ("corrected", owner.pk)
    register(
        call_id=wrong.call_id, account_id=account.pk, by=owner.pk, topics=[topics[0].pk, topics[2].pk], comment="",
        now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert open_findings() == []  # new faults are found by the next evaluation
    evaluate_due(NOW + DAY)
    assert [one.pk for one in open_findings()] == [finding.pk]  # the same fault is the same finding
    assert Notification.objects.count() == 2


def test_a_save_that_mends_nothing_ends_nothing(apart, wrong, topics, owner, account):
    evaluate_due(NOW)
    register(
        call_id=wrong.call_id, account_id=account.pk, by=owner.pk, topics=list(wrong.topics), comment="why", now=NOW
    )
    assert len(open_findings()) == 1


def test_dismissed_stays_dismissed_until_it_is_opened_again(apart, wrong, supervisor, account, topics, owner):
    evaluate_due(NOW)
    [finding] = open_findings()
    with pytest.raises(FindingRefused):
        dismiss(account_ids=None, finding_id=finding.pk, reason=" ", by=supervisor.pk, now=NOW)
    with pytest.raises(FindingRefused):
        dismiss(account_ids=[], finding_id=finding.pk, reason="fine", by=supervisor.pk, now=NOW)
    dismiss(account_ids=[account.pk], finding_id=finding.pk, reason="It was both", by=supervisor.pk, now=NOW)
    Registration.objects.update(comment="changed", updated_at=NOW + DAY / 2)
    evaluate_due(NOW + DAY)
    QualityRule.objects.update(changed_at=NOW + DAY)
    evaluate_due(NOW + 2 * DAY)
    finding.refresh_from_db()
    assert (finding.how, finding.reason, finding.closed_by_id) == ("dismissed", "It was both", supervisor.pk)
    open_again(account_ids=None, finding_id=finding.pk, by=supervisor.pk, now=NOW)
    with pytest.raises(FindingRefused):
        open_again(account_ids=None, finding_id=finding.pk, by=supervisor.pk, now=NOW)
    assert len(open_findings()) == 1


def test_contact_data_are_found_and_mended_in_the_contact(account, topics, call, owner):
    contact = Contact.objects.create(account=account, name="Ann Vos", surname="Vos", first_name="Ann")
    CustomField.objects.create(code="vat", label="VAT number")
    wish = RuleWish("contact", topics=(topics[0].pk,), fields=("email", "number", "custom.vat"))
    save_quality_rule(rule_id=None, wish=wish, by=owner.pk, now=NOW - DAY)
    add_registration(call(contact=contact), owner, topics[0])
    add_registration(call(4), owner, topics[0])
    ContactNumber.objects.create(account=account, contact=contact, number="nonsense")
    evaluate_due(NOW)
    found = {bool(one.detail.get("nobody")): one.detail for one in open_findings()}
    assert (found[False]["missing"], found[False]["malformed"]) == (["email", "custom.vat"], ["number"])
    assert found[True]["missing"] == ["email", "number", "custom.vat"]
    add_email(account_id=account.pk, contact_id=contact.pk, email="ann@example.org", by=owner.pk, now=NOW)
    ContactNumber.objects.update(number="+31612345678")
    Contact.objects.update(custom={"vat": "NL1"}, updated_at=NOW)
    evaluate_due(NOW + DAY)
    assert [bool(one.detail.get("nobody")) for one in open_findings()] == [True]
    assert QualityFinding.objects.filter(how="corrected").count() == 1


def test_a_contact_that_exists_twice_is_found(account, other_account, topics, call, owner):
    def person(name, number="", email="", of=account):
        made = Contact.objects.create(account=of, name=name, sort_key=name.lower(), surname=name)
        if number:
            ContactNumber.objects.create(account=of, contact=made, number=number)
        if email:
            ContactEmail.objects.create(account=of, contact=made, email=email)
        return made

    save_quality_rule(rule_id=None, wish=RuleWish("duplicate"), by=owner.pk, now=NOW - DAY)
    ann, again = person("Ann Vos", "+31612345678"), person("ann vos", "+31612345678")
    bea, beatrix = person("Bea", email="bea@example.org"), person("Bea", email="BEA@example.org")
    person("Ann Vos", "+31612345678", of=other_account)
    person("Ann Vos", "+31699999999")
    cas = person("Cas", "+31612345678")
    calls = {one: add_registration(call(hours, contact=one), owner, topics[0]) for hours, one in
             enumerate((ann, bea, cas), 1)}  # fmt: skip
    evaluate_due(NOW)
    found = {one.registration_id: one.detail["doubles"] for one in open_findings()}
    assert found == {calls[ann].id: [again.pk], calls[bea].id: [beatrix.pk]}
    Contact.objects.filter(pk=again.pk).delete()
    evaluate_due(NOW + DAY)
    assert [one.registration_id for one in open_findings()] == [calls[bea].id]


def test_only_what_changed_is_looked_at_and_all_after_a_change_of_rules(apart, wrong, topics, call, owner):
    fine = [add_registration(call(hours), owner, topics[0]) for hours in range(6, 12)]
    looked = []
    for days in range(3):
        evaluate_due(NOW + days * DAY)
        looked.append(QualityRun.objects.latest("pk").looked_at)
    assert looked == [7, 1, 1]  # what is open is always looked at
    Registration.objects.filter(pk=fine[0].id).update(updated_at=NOW + 2.5 * DAY)
    Call.objects.filter(pk=fine[1].call_id).update(updated_at=NOW + 2.5 * DAY)
    evaluate_due(NOW + 3 * DAY)
    assert QualityRun.objects.latest("pk").looked_at == 3
    QualityRule.objects.update(changed_at=NOW + 3.5 * DAY)
    evaluate_due(NOW + 4 * DAY)
    assert QualityRun.objects.latest("pk").looked_at == 7


def test_a_rule_that_goes_takes_its_findings_with_it(apart, wrong, administrator):
    evaluate_due(NOW)
    retire_quality_rule(rule_id=apart, retired=True, by=administrator.pk, now=NOW + DAY / 2)
    evaluate_due(NOW + DAY)
    assert QualityFinding.objects.get().how == "rule"
    retire_quality_rule(rule_id=apart, retired=False, by=administrator.pk, now=NOW + 1.5 * DAY)
    evaluate_due(NOW + 2 * DAY)
    assert len(open_findings()) == 1


def test_what_is_older_than_the_days_to_look_back_is_left_alone_but_what_is_open_ends(
    apart, account, topics, call, owner
):
    old = add_registration(call(40 * 24), owner, topics[0], topics[2])
    evaluate_due(NOW)
    assert open_findings() == []
    QualityRun.objects.all().delete()
    save_quality_settings(at_hour=3, look_back_days=60, by=owner.pk, now=NOW)
    evaluate_due(NOW + DAY / 4)
    assert len(open_findings()) == 1
    save_quality_settings(at_hour=3, look_back_days=1, by=owner.pk, now=NOW)
    Registration.objects.filter(pk=old.id).update(topics=[topics[0].pk], updated_at=NOW + 1.5 * DAY)
    evaluate_due(NOW + 2 * DAY)
    assert QualityFinding.objects.get().how == "corrected"


def test_at_once_on_demand_for_the_accounts_of_who_asks(
    apart, account, other_account, topics, call, owner, outsider, controller, wrong
):
    evaluate_due(NOW)
    QualityFinding.objects.all().delete()
    Registration.objects.update(updated_at=NOW + DAY / 4)
    add_registration(call(2, account=other_account, employee=outsider), outsider, topics[0], topics[2])
    run = ask_evaluation(by=controller.pk, accounts=[account.pk], now=NOW + DAY / 2)
    assert ask_evaluation(by=controller.pk, accounts=[account.pk], now=NOW + DAY / 2) == run
    assert evaluate_due(NOW + DAY / 2) == 1
    kept = QualityRun.objects.get(pk=run)
    assert (kept.percent, kept.found, kept.ended_at is not None) == (100, 1, True)
    assert [one.account_id for one in open_findings()] == [account.pk]
    assert ask_evaluation(by=controller.pk, accounts=None, now=NOW + DAY) != run


def test_a_run_that_fails_is_tried_again_and_given_up(apart, wrong, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registration_qualityfinding RENAME COLUMN detail TO details")
    for failures in (1, 2):
        assert evaluate_due(NOW) == 0
        assert QualityRun.objects.get().failures == failures
    evaluate_due(NOW)
    assert QualityRun.objects.get().ended_at is not None
    assert caplog.text.count("failed") >= 3


def test_one_worker_is_at_it_at_a_time(apart, wrong):
    with held("SELECT pg_advisory_lock(%s)", [_LOCK]):
        assert evaluate_due(NOW) == 0 and open_findings() == []
    assert evaluate_due(NOW) == 1 and len(open_findings()) == 1


def test_what_was_found_goes_with_its_call(account, other_account, apart, wrong):
    evaluate_due(NOW)
    moved = CallChange(other_account.pk, wrong.call_id, None, object(), {}, account_before=account.pk)
    follow_findings([moved], NOW)
    [finding] = open_findings()
    assert (finding.account_id, finding.call_id) == (other_account.pk, wrong.call_id)
    into = uuid7_now(NOW)
    follow_findings([CallChange(other_account.pk, wrong.call_id, object(), None, None, into=(account.pk, into))], NOW)
    [finding] = open_findings()
    assert (finding.account_id, finding.call_id) == (account.pk, into)


def test_a_person_is_given_and_erased_what_was_said_of_them(account, apart, wrong, supervisor):
    evaluate_due(NOW)
    [finding] = open_findings()
    dismiss(account_ids=None, finding_id=finding.pk, reason="Ann Vos said so", by=supervisor.pk, now=NOW)
    [part] = reports_of(account.pk, [wrong.call_id])["registration_findings"]
    assert (part["rule"], part["ended"], part["reason"]) == ("contradiction", "dismissed", "Ann Vos said so")
    tell_erased(ErasedPerson(account.pk, [], ["ann vos"], touched_ids=[wrong.call_id]), NOW)
    finding.refresh_from_db()
    assert finding.reason == ""


def test_a_call_that_goes_leaves_its_finding_without_what_was_said(
    apart, wrong, account, supervisor, call, topics, owner
):
    other = add_registration(call(2), owner, topics[0], topics[2])
    evaluate_due(NOW)
    first = QualityFinding.objects.get(registration_id=wrong.id)
    dismiss(account_ids=None, finding_id=first.pk, reason="Ann Vos said so", by=supervisor.pk, now=NOW)
    forget(account_id=account.pk, ids=[wrong.call_id, other.call_id])
    kept = {one.registration_id: (one.how, one.reason, one.detail) for one in QualityFinding.objects.all()}
    assert kept == {wrong.id: ("dismissed", "", {}), other.id: ("removed", "", {})}
    evaluate_due(NOW + DAY)
    assert open_findings() == []
