"""How the demonstration's people work: hours and targets, limits of talk time with their reviews, markers, a view."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection

from callwright.accounts.operations.save_hours import add_closed_day, save_hours
from callwright.calls.models import TooLongOutcome, TooLongReview
from callwright.calls.operations.annotate_call import set_comment, set_markers
from callwright.calls.operations.save_marker import save_marker
from callwright.calls.operations.save_search import save_search
from callwright.calls.operations.too_long_review import review_call
from callwright.calls.operations.too_long_rules import RuleWish, save_rule
from callwright.calls.periods import Period
from callwright.calls.search import Search
from callwright.config.demo.base import Base
from callwright.config.demo.house import Kind
from callwright.contacts.operations.update_contact import set_marker
from callwright.telephony.models import Queue

_OFFICE, _SHOP = (8 * 60, 18 * 60), (9 * 60, 17 * 60)
_SATURDAY = (9 * 60, 13 * 60)
_SALES_WITHIN_S = 600
_OPEN_REVIEWS = 6  # so many of the latest are left to whoever tries the demonstration
_FINDINGS = (
    "A difficult delivery, explained well.",
    "Long on hold while the technician was asked.",
    "Talked about the weather for a while.",
    "",
)
# name, icon, how many of the latest calls, a comment on the first of them, whose contact gets it too
_MARKERS = (
    ("Complaint", "alert-triangle", 7, "Waited twice as long as promised. Wants to hear from a manager."),
    ("Praise", "star", 5, "Says that the technician was the friendliest ever."),
    ("Quote sent", "mail", 9, "Quote for the annual service sent by e-mail."),
    ("Ask again", "clock", 6, "Decides after the holidays."),
)
_LATEST = """
    SELECT account_id, id, contact_id FROM calls_call
    WHERE status = 'answered' AND direction <> 'internal' AND contact_id IS NOT NULL AND ended_at < %s
    ORDER BY id DESC LIMIT 250
"""


def load_customs(base: Base, *, now: datetime) -> None:
    """Hours, targets and limits; before the calls are judged by them."""
    for index, plan in enumerate(base.plan.accounts):
        if index % 5 == 4:
            continue  # some work around the clock
        days = {day: [_OFFICE if plan.is_default else _SHOP] for day in range(5)}
        save_hours(
            account_id=base.accounts[plan.name].pk, spans=days | ({5: [_SATURDAY]} if index % 3 == 1 else {}),
            call_back_within_s=15 * 60 if plan.is_default else None, holidays_country=plan.country, now=now,
        )  # fmt: skip
    office = base.accounts[base.plan.accounts[0].name]
    add_closed_day(account_id=office.pk, on=now.date() + timedelta(days=24), name="Stocktaking", now=now)
    Queue.objects.filter(pbx=base.pbx, name="sales").update(call_back_within_s=_SALES_WITHIN_S)
    wishes = [RuleWish(limit_s=15 * 60, name="Any call"), RuleWish(limit_s=8 * 60, direction="internal")]
    if base.plan.kind is Kind.BUREAU:
        queue = Queue.objects.get(pbx=base.pbx, name="bureau")
        wishes.append(RuleWish(limit_s=12 * 60, name="Calls for customers", queue_id=queue.pk))
    for wish in wishes:
        save_rule(rule_id=None, wish=wish, by=base.users["sofia"].pk, now=now)


def use_customs(base: Base, random: Random, *, now: datetime) -> None:
    """What people did by them: reviews, markers and comments on calls, a view for everyone."""
    _review(base, random, now)
    _mark(base, random, now)
    waiting = Search(period=Period.WEEK, follow_ups=("not_called_back",))
    save_search(user_id=base.users["sofia"].pk, name="Not called back this week", search=waiting, shared=True)


def _review(base: Base, random: Random, now: datetime) -> None:
    outcomes = list(TooLongOutcome.objects.filter(retired=False).values_list("pk", flat=True))
    flagged = list(TooLongReview.objects.order_by("-passed_at").values_list("account_id", "call_id", "passed_at"))
    for account_id, call_id, passed_at in reversed(flagged[_OPEN_REVIEWS:]):
        review_call(
            account_id=account_id, call_id=call_id, outcome_id=random.choice(outcomes),
            comment=random.choice(_FINDINGS), by=base.users["sofia"].pk, version=0,
            now=min(now, passed_at + timedelta(hours=random.uniform(1, 20))),
        )  # fmt: skip


def _mark(base: Base, random: Random, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [now])
        calls: list[tuple[int, UUID, int]] = cursor.fetchall()
    random.shuffle(calls)
    for name, icon, many, comment in _MARKERS:
        marker = save_marker(marker_id=None, name=name, icon=icon)
        marked, calls = calls[:many], calls[many:]
        set_markers(calls=[(account_id, id) for account_id, id, _ in marked], marker_id=marker, now=now)
        for account_id, id, contact_id in marked[:1]:
            set_comment(account_id=account_id, call_id=id, text=comment, now=now)
            set_marker(
                account_id=account_id, contact_id=contact_id, marker_id=marker, by=base.users["sofia"].pk, now=now
            )
