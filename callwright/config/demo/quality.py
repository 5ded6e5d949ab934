"""Data quality of the demonstration: comments, rules, an evaluation, and what became of most findings."""

from datetime import datetime, timedelta
from random import Random

from django.db import connection

from callwright.config.demo.base import Base
from callwright.registration.models import Category, QualityAddress, QualityFinding, QualitySettings, Topic
from callwright.registration.operations.add_up_quality import add_up_all
from callwright.registration.operations.ask_again import ask_again_between
from callwright.registration.operations.keep_offer import keep_offer
from callwright.registration.operations.quality_evaluate import ask_evaluation, evaluate_due
from callwright.registration.operations.quality_rules import RuleWish, save_quality_rule

_COMMENTS = (
    "Please ring back before noon.", "Asked for Mrs Whitlock in person.", "Will send it by e-mail.",
    "Third time this week, rather annoyed.", "Only reachable after four.", "Wants it in writing.",
)  # fmt: skip
_SAID = """
    UPDATE registration_registration SET comment = (%(comments)s::text[])[1 + abs(hashtext(id::text) %% %(n)s)]
    WHERE topics && %(topics)s::bigint[] AND abs(hashtext(call_id::text) %% 100) < 97
"""
_CHANGES = """
    INSERT INTO registration_registrationchange (id, account_id, call_id, registration_id, by_id, at, topics, words,
        comment)
    SELECT id, account_id, call_id, id, by_id, updated_at, topics, words, comment FROM registration_registration r
    WHERE NOT EXISTS (SELECT FROM registration_registrationchange h
        WHERE h.account_id = r.account_id AND h.call_id = r.call_id AND h.registration_id = r.id)
"""
# Nothing is known yet of tables that were filled in this very transaction.
_ANALYZE = (
    "ANALYZE calls_call, contacts_contact, contacts_contactnumber, contacts_contactemail, registration_registration"
)
_CORRECTED = timedelta(days=4)  # before that most of what was found has been looked at
_REASONS = ("The caller wanted both.", "Agreed with the customer.", "It really took that long.")


def load_quality(base: Base, random: Random, *, now: datetime, days: int) -> None:
    """Rules of a controller, what an evaluation finds by them, and how most of it ended."""
    long_ago = now - timedelta(days=days + 1)
    Category.objects.update(created_at=long_ago)
    keep_offer(now=long_ago)
    with connection.cursor() as cursor:
        wanting = list(Topic.objects.filter(wants_comment=True).values_list("pk", flat=True))
        cursor.execute(_SAID, {"comments": list(_COMMENTS), "n": len(_COMMENTS), "topics": wanting})
        cursor.execute(_CHANGES)
        cursor.execute(_ANALYZE)
    by = base.users["conrad"].pk
    for wish in _wishes():
        save_quality_rule(rule_id=None, wish=wish, by=by, although_contradicting=True, now=now - timedelta(days=days))
    QualitySettings.objects.create(pk=1, look_back_days=days + 1)
    ask_evaluation(by=by, accounts=None, now=now)
    evaluate_due(now)
    QualityAddress.objects.create(email="quality@example.com")  # from now on: nobody wants a mail about the past
    _settle(base, random, now)
    ask_again_between(long_ago, now)
    add_up_all()


def _wishes() -> list[RuleWish]:
    topics: dict[str, tuple[int, ...]] = {}
    for id, name in Topic.objects.filter(retired_at=None).order_by("pk").values_list("pk", "name"):
        topics[name] = (*topics.get(name, ()), id)
    nobody = (*topics["Wrong number"][:1], *topics["Advertising"])
    return [
        RuleWish(
            "contradiction", name="Nobody is called back about advertising", topics=nobody,
            others=topics["Call back promised"], words="Who sells something gets no call back.",
        ),
        RuleWish("talk_time", name="Wrong numbers are short", topics=topics["Wrong number"], longest_s=240),
        RuleWish("comment", name="Comment where the topic asks for one", least=5),
        RuleWish("contact", name="Who cancels is known", topics=topics["Cancellation"], fields=("name", "number")),
        RuleWish("duplicate", name="Contacts that exist twice"),
    ]  # fmt: skip


def _settle(base: Base, random: Random, now: datetime) -> None:
    judge = base.users["conrad"]
    for finding in QualityFinding.objects.filter(started_at__lt=now - _CORRECTED):
        share = random.random()
        if share > 0.9:
            continue
        finding.found_at = finding.started_at + timedelta(hours=12)
        finding.closed_at = finding.found_at + timedelta(hours=random.uniform(2, 40))
        finding.how, finding.closed_by_id = "corrected", finding.agent_id
        if share < 0.06:
            finding.how, finding.closed_by, finding.reason = "dismissed", judge, random.choice(_REASONS)
        QualityFinding.objects.filter(account_id=finding.account_id, pk=finding.pk).update(
            found_at=finding.found_at, closed_at=finding.closed_at, how=finding.how, closed_by=finding.closed_by_id,
            reason=finding.reason,
        )  # fmt: skip
