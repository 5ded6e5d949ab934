"""The audit log as administrators read it: newest first, a page by keyset."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from callwright.kit.identity import uuid7_floor
from callwright.staff.models import AccountRight, AuditEntry
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What of the log is asked for; all that is set must fit. Times are bounds, the later one excluded."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    person: str = ""
    action: str = ""
    subject: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    id: UUID
    at: datetime
    by_id: int | None
    by_name: str
    action: str
    account_id: int | None
    account: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    rows: list[AuditRow]
    next: UUID | None


def visible_entries(viewer: Viewer) -> QuerySet[AuditEntry]:
    """The entries that the viewer may read: those of accounts they see, and those of no account."""
    if not may(viewer, "see_audit"):
        return AuditEntry.objects.none()
    allowed = visible_account_ids(viewer)
    if allowed is None:
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(account_id__in=allowed) | AuditEntry.objects.filter(account_id=None)


def audit_page(viewer: Viewer, search: AuditSearch, *, after: UUID | None = None, limit: int = PAGE) -> AuditPage:
    """One page, from the entry `after` on; two queries beside the rights."""
    entries = visible_entries(viewer)
    if search.begins_at is not None:
        entries = entries.filter(id__gte=uuid7_floor(search.begins_at))
    if search.ends_at is not None:
        entries = entries.filter(id__lt=uuid7_floor(search.ends_at))
    if after is not None:
        entries = entries.filter(id__lt=after)
    for word in search.person.split():
        entries = entries.filter(by_name__icontains=word)
    if search.action:
        entries = entries.filter(action=search.action)
    if search.subject:
        entries = entries.filter(subject=search.subject)
    if search.account:
        named = _accounts().filter(name__icontains=search.account).values("pk")
        entries = entries.filter(account_id__in=named)
    rows = list(entries.order_by("-id")[: limit + 1])
    return AuditPage(_rows(rows[:limit]), rows[limit - 1].pk if len(rows) > limit else None)


def entries_about(viewer: Viewer, subject: str, *, limit: int = 20) -> AuditPage:
    """What was done to one record, newest first."""
    return audit_page(viewer, AuditSearch(subject=subject), limit=limit)


def _rows(entries: list[AuditEntry]) -> list[AuditRow]:
    ids = {entry.account_id for entry in entries if entry.account_id is not None}
    names = dict(_accounts().filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        AuditRow(
            one.pk, one.at, one.by_id, one.by_name, one.action, one.account_id,
            names.get(one.account_id, "") if one.account_id is not None else "", one.subject, one.detail, one.address,
        )
        for one in entries
    ]  # fmt: skip


def _accounts() -> QuerySet[Any]:
    """All accounts, reached by the key of a right, since staff stands below accounts."""
    account: Any = AccountRight._meta.get_field("account").related_model
    found: QuerySet[Any] = account._default_manager.order_by()
    return found


def accesses(subjects: list[str]) -> list[dict[str, str]]:
    """Who did what to these records, oldest first, as plain values: for the person whom they are about."""
    found = AuditEntry.objects.filter(subject__in=subjects).order_by("id")
    return [
        {"at": at.isoformat(), "by": by_name, "action": action, "record": subject}
        for at, by_name, action, subject in found.values_list("at", "by_name", "action", "subject").iterator()
    ]
