"""Writes, changes, orders, retires and puts back what is known of an account; every change is kept (ACC-5)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from callwright.accounts.models import Account, KnowledgeChange, KnowledgeEntry
from callwright.accounts.queries.knowledge import search_text
from callwright.kit.texts import clean_line, clean_lines
from callwright.live.operations.publish import Change, publish

LONGEST_TITLE, LONGEST_TEXT = 160, 10_000
MOST_ENTRIES = 2_000


class EntryRefused(Exception):
    """Cannot be kept; `field` and `reason` (empty, too_long, too_many) tell why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


class EntryChanged(Exception):
    """Somebody else changed the entry meanwhile; nothing was kept."""


@transaction.atomic
def save_entry(
    *, account_id: int, entry_id: int | None = None, title: str, text: str, pinned: bool, version: int = 0,
    by: int, now: datetime,
) -> int:  # fmt: skip
    """A new entry, after the others, or one as it is now; `version` is the one that was looked at. Returns its id.

    Raises Account.DoesNotExist, KnowledgeEntry.DoesNotExist, EntryRefused, EntryChanged.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    title, text = _texts(title, text)
    if entry_id is None:
        entry = KnowledgeEntry(account_id=account_id, position=_next_position(account_id))
        act = KnowledgeChange.Act.WRITTEN
    else:
        entry = KnowledgeEntry.objects.select_for_update().get(account_id=account_id, pk=entry_id)
        if entry.version != version:
            raise EntryChanged
        if (entry.title, entry.text, entry.pinned) == (title, text, pinned):
            return entry.pk
        entry.version += 1
        act = KnowledgeChange.Act.CHANGED
    entry.title, entry.text, entry.pinned, entry.found_by = title, text, pinned, search_text(title, text)
    _keep(entry, act, by, now)
    return entry.pk


@transaction.atomic
def retire_entry(*, account_id: int, entry_id: int, by: int, now: datetime) -> None:
    """Agents do not find it any more; it can be put back. Twice is no error. Raises KnowledgeEntry.DoesNotExist."""
    entry = KnowledgeEntry.objects.select_for_update().get(account_id=account_id, pk=entry_id)
    if entry.retired_at is None:
        entry.retired_at = now
        entry.version += 1
        _keep(entry, KnowledgeChange.Act.RETIRED, by, now)


@transaction.atomic
def restore_entry(*, account_id: int, entry_id: int, by: int, now: datetime) -> None:
    """Agents find it again, after the others. Twice is no error. Raises KnowledgeEntry.DoesNotExist."""
    entry = KnowledgeEntry.objects.select_for_update().get(account_id=account_id, pk=entry_id)
    if entry.retired_at is not None:
        entry.retired_at = None
        entry.version += 1
        entry.position = _next_position(account_id)
        _keep(entry, KnowledgeChange.Act.RESTORED, by, now)


@transaction.atomic
def order_entries(*, account_id: int, entry_ids: Sequence[int], now: datetime) -> None:
    """The entries in this order; what was written meanwhile follows. Those of other accounts are passed over."""
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    known = list(KnowledgeEntry.objects.filter(account_id=account_id, retired_at=None).order_by("position", "pk"))
    place = {id: index for index, id in enumerate(dict.fromkeys(entry_ids))}
    known.sort(key=lambda entry: place.get(entry.pk, len(place)))
    for index, entry in enumerate(known):
        entry.position = index
    KnowledgeEntry.objects.bulk_update(known, ["position"], batch_size=500)
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


def _texts(title: str, text: str) -> tuple[str, str]:
    title, text = clean_line(title), clean_lines(text)
    if not title:
        raise EntryRefused("title", "empty")
    if len(title) > LONGEST_TITLE:
        raise EntryRefused("title", "too_long")
    if len(text) > LONGEST_TEXT:
        raise EntryRefused("text", "too_long")
    return title, text


def _next_position(account_id: int) -> int:
    found = KnowledgeEntry.objects.filter(account_id=account_id, retired_at=None)
    if found.count() >= MOST_ENTRIES:
        raise EntryRefused("title", "too_many")
    last: int | None = found.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _keep(entry: KnowledgeEntry, act: str, by: int, now: datetime) -> None:
    entry.changed_at, entry.changed_by_id = now, by
    entry.save()
    KnowledgeChange.objects.create(
        account_id=entry.account_id, entry=entry, at=now, by_id=by, act=act, title=entry.title, text=entry.text,
        pinned=entry.pinned,
    )  # fmt: skip
    publish([Change("accounts", "changed", str(entry.account_id), entry.account_id)], now=now)
