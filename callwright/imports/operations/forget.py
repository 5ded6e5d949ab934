"""What imports keep of calls and persons goes with them (CALL-16)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from callwright.calls.ports import ErasedPerson
from callwright.imports.models import BadLine, PartLine, Touched


def forget_calls(account_id: int, ids: Sequence[UUID]) -> None:
    """How calls were before an import: an undo leaves calls alone of which nothing is kept."""
    Touched.objects.filter(account_id=account_id, call_id__in=ids).delete()


def forget_person(person: ErasedPerson, now: datetime) -> None:
    """Kept lines with the number, name or address of somebody who is erased, and how calls of others were in which they
    were a party.
    """
    forget_calls(person.account_id, person.touched_ids)
    texts = [text for text in person.texts if len(text) >= 5]
    if not texts:
        return
    lines, values = _said_in_raw(texts), Q()
    for text in texts:
        values |= Q(value__contains=text)
    BadLine.objects.filter(lines | values).delete()
    PartLine.objects.filter(lines).delete()
    _forget_merged(person.account_id, texts)


def _said_in_raw(texts: Sequence[str]) -> Q:
    found = Q()
    for text in texts:
        found |= Q(raw__contains=text) | Q(raw__contains=text.lstrip("+"))
    return found


def _forget_merged(account_id: int, texts: Sequence[str]) -> None:
    """How calls were that have become part of others since: they are in nobody's list of calls."""
    found = Q()
    for text in texts:
        found |= Q(said__contains=text)
    kept = Touched.objects.filter(account_id=account_id, before__isnull=False)
    kept.annotate(said=Cast("before", TextField())).filter(found).delete()
