"""What people do with findings (REG-5): dismiss one with a reason, open it again, correct the registration."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish
from callwright.registration.models import QualityFinding
from callwright.registration.operations.ask_again import ask_again
from callwright.staff.operations.record_audit import record_audit

LONGEST_REASON = 500


class FindingRefused(Exception):
    """`reason` is a code: missing, closed (somebody was faster), not_dismissed, no_reason, too_long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def dismiss(*, account_ids: Sequence[int] | None, finding_id: int, reason: str, by: int, now: datetime) -> UUID:
    """Says that a registration is right after all; no evaluation finds that again. Returns the call. `account_ids`: of
    which accounts it may be (None: any). Raises FindingRefused.
    """
    reason = clean_lines(reason)
    if not reason:
        raise FindingRefused("no_reason")
    if len(reason) > LONGEST_REASON:
        raise FindingRefused("too_long")
    finding = _locked(account_ids, finding_id)
    if finding.closed_at is not None:
        raise FindingRefused("closed")
    _keep(finding, how="dismissed", reason=reason, closed_by_id=by, closed_at=now)
    _tell("quality_finding_dismissed", finding, by, now)
    return finding.call_id


@transaction.atomic
def open_again(*, account_ids: Sequence[int] | None, finding_id: int, by: int, now: datetime) -> UUID:
    """Takes a dismissal back; returns the call. Raises FindingRefused."""
    finding = _locked(account_ids, finding_id)
    if finding.how != "dismissed":
        raise FindingRefused("not_dismissed")
    _keep(finding, how="", reason="", closed_by_id=None, closed_at=None)
    _tell("quality_finding_opened", finding, by, now)
    return finding.call_id


def _locked(account_ids: Sequence[int] | None, finding_id: int) -> QualityFinding:
    found = QualityFinding.objects.select_for_update().filter(pk=finding_id)
    if account_ids is not None:
        found = found.filter(account_id__in=account_ids)
    finding = found.first()
    if finding is None:
        raise FindingRefused("missing")
    return finding


def _keep(finding: QualityFinding, **values: object) -> None:
    QualityFinding.objects.filter(account_id=finding.account_id, pk=finding.pk).update(**values)
    ask_again([(finding.account_id, finding.call_id)])


def _tell(action: str, finding: QualityFinding, by: int, now: datetime) -> None:
    record_audit(
        action=action, subject=f"call:{finding.call_id}", by=by, account_id=finding.account_id,
        detail={"rule": finding.rule_id}, now=now,
    )  # fmt: skip
    publish([Change("calls", "registration", str(finding.call_id), finding.account_id, {})], now=now)
