"""The review of a call over its limit (CALL-7), and the outcomes that a review can have."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from callwright.calls.models import TooLongOutcome, TooLongReview, TooLongReviewPast
from callwright.kit.texts import clean_line, clean_lines
from callwright.live.operations.publish import Change, publish

LONGEST_COMMENT = 2_000
MOST_OUTCOMES = 100


class ReviewRefused(Exception):
    """`reason` is a code: not_flagged, no_outcome, too_long, reviewed_meanwhile."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def review_call(
    *, account_id: int, call_id: UUID, outcome_id: int | None, comment: str, by: int, version: int, now: datetime
) -> None:
    """Keeps what the reviewer found. `version` is that of the review which they looked at: when somebody reviewed the
    call meanwhile nothing is kept and they are told. The caller has checked that `by` may review the call.

    Raises ReviewRefused.
    """
    comment = clean_lines(comment)
    if len(comment) > LONGEST_COMMENT:
        raise ReviewRefused("too_long")
    review = TooLongReview.objects.select_for_update().filter(account_id=account_id, call_id=call_id).first()
    if review is None:
        raise ReviewRefused("not_flagged")
    if review.version != version:
        raise ReviewRefused("reviewed_meanwhile")
    outcome = TooLongOutcome.objects.filter(pk=outcome_id or 0).first()
    if outcome is None or (outcome.retired and outcome.pk != review.outcome_id):
        raise ReviewRefused("no_outcome")
    if (review.outcome_id, review.comment) == (outcome.pk, comment):
        return
    TooLongReview.objects.filter(account_id=account_id, call_id=call_id).update(
        outcome=outcome, comment=comment, reviewed_by=by, reviewed_at=now, version=version + 1
    )
    TooLongReviewPast.objects.create(
        account_id=account_id, call_id=call_id, outcome=outcome, comment=comment, by_id=by, at=now
    )
    publish([Change("calls", "too_long", str(call_id), account_id, {"reviewed": True})], now=now)


class OutcomeRefused(Exception):
    """`reason` is a code: no_name, name_taken, too_many, last_one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_outcome(*, outcome_id: int | None, name: str, taken: Sequence[str] = ()) -> int:
    """A new outcome, or one renamed; returns its id. `taken` are the words of the outcomes that came with the program,
    which have no name of their own. Raises OutcomeRefused, TooLongOutcome.DoesNotExist.
    """
    outcome = TooLongOutcome.objects.select_for_update().get(pk=outcome_id) if outcome_id else TooLongOutcome()
    name = clean_line(name)[:80]
    if not name:
        raise OutcomeRefused("no_name")
    others = TooLongOutcome.objects.filter(retired=False).exclude(pk=outcome.pk)
    if others.filter(name__iexact=name).exists() or name.casefold() in {one.casefold() for one in taken}:
        raise OutcomeRefused("name_taken")
    if outcome.pk is None and others.count() >= MOST_OUTCOMES:
        raise OutcomeRefused("too_many")
    if outcome.pk is None:
        outcome.position = (TooLongOutcome.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    outcome.name = name
    outcome.save()
    return outcome.pk


@transaction.atomic
def retire_outcome(*, outcome_id: int, retired: bool) -> None:
    """Takes an outcome out of the list, or offers it again; reviews keep theirs. One is always offered.

    Raises OutcomeRefused, TooLongOutcome.DoesNotExist.
    """
    outcome = TooLongOutcome.objects.select_for_update().get(pk=outcome_id)
    if retired and not TooLongOutcome.objects.filter(retired=False).exclude(pk=outcome.pk).exists():
        raise OutcomeRefused("last_one")
    outcome.retired = retired
    outcome.save(update_fields=["retired"])


@transaction.atomic
def order_outcomes(ids: Sequence[int]) -> None:
    """Puts the outcomes in this order; those not named keep their place."""
    for position, outcome_id in enumerate(ids):
        TooLongOutcome.objects.filter(pk=outcome_id).update(position=position)
