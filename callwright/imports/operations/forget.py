"""What imports keep of calls and persons goes with them (CALL-16)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from callwright.calls.ports import ErasedPerson
from callwright.imports.models import BadLine, Touched


def forget_calls(account_id: int, ids: Sequence[UUID]) -> None:
    """How calls were before an import: an undo leaves calls alone of which nothing is kept."""
    Touched.objects.filter(account_id=account_id, call_id__in=ids).delete()


def forget_person(person: ErasedPerson, now: datetime) -> None:
    """Bad lines with the number, name or address of somebody who is erased."""
    texts = [text for text in person.texts if len(text) >= 5]
    found = Q()
    for text in texts:
        found |= Q(raw__contains=text) | Q(raw__contains=text.lstrip("+")) | Q(value__contains=text)
    if texts:
        BadLine.objects.filter(found).delete()
