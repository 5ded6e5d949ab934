"""Keeps reports under names, for oneself or for all colleagues who may see reports (REP-7)."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from callwright.kit.texts import clean_line
from callwright.reports.models import SavedReport

MOST_REPORTS = 200
LONGEST_NAME = 120


class Asked(Protocol):
    """What a report or a list is asked for."""

    @property
    def query(self) -> str: ...


class ReportRefused(Exception):
    """It cannot be kept; `reason` is a code: no_name, name_taken, too_many, gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_report(*, user_id: int, name: str, report: str, asked: Asked, is_shared: bool, now: datetime) -> int:
    """Keeps a report with its filters under a new name; returns its id. Raises ReportRefused."""
    mine = SavedReport.objects.filter(owner_id=user_id, deleted_at=None)
    if mine.count() >= MOST_REPORTS:
        raise ReportRefused("too_many")
    kept = SavedReport.objects.create(
        owner_id=user_id, name=_free(user_id, name), report=report, query=asked.query, is_shared=is_shared,
        created_at=now, changed_at=now,
    )  # fmt: skip
    return kept.pk


@transaction.atomic
def change_report(
    *, user_id: int, saved_id: int, name: str, is_shared: bool, asked: Asked | None = None, now: datetime
) -> None:
    """Renames a report of the user's own, shares it or not, and with `asked` changes its filters. Raises
    ReportRefused.
    """
    kept = _own(user_id, saved_id)
    kept.name, kept.is_shared, kept.changed_at = _free(user_id, name, but=saved_id), is_shared, now
    if asked is not None:
        kept.query = asked.query
    kept.save(update_fields=["name", "is_shared", "query", "changed_at"])


@transaction.atomic
def delete_report(*, user_id: int, saved_id: int, now: datetime) -> None:
    """Takes a report of the user's own away; nothing of it is sent any more. Raises ReportRefused."""
    kept = _own(user_id, saved_id)
    kept.deleted_at = now
    kept.save(update_fields=["deleted_at"])


@transaction.atomic
def restore_report(*, user_id: int, saved_id: int) -> None:
    """Puts back a report of the user's own that was deleted. Raises ReportRefused."""
    kept = SavedReport.objects.select_for_update().filter(pk=saved_id, owner_id=user_id).first()
    if kept is None:
        raise ReportRefused("gone")
    kept.deleted_at = None
    kept.save(update_fields=["deleted_at"])


def _own(user_id: int, saved_id: int) -> SavedReport:
    kept = SavedReport.objects.select_for_update().filter(pk=saved_id, owner_id=user_id, deleted_at=None).first()
    if kept is None:
        raise ReportRefused("gone")
    return kept


def _free(user_id: int, name: str, but: int | None = None) -> str:
    name = clean_line(name)[:LONGEST_NAME]
    if not name:
        raise ReportRefused("no_name")
    others = SavedReport.objects.filter(owner_id=user_id, deleted_at=None, name__iexact=name)
    if (others if but is None else others.exclude(pk=but)).exists():
        raise ReportRefused("name_taken")
    return name
