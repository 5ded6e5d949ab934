"""Takes away what kept lists hold of somebody who is erased: their files, and the words that name them."""

from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q

from callwright.calls.operations.forget_searches import names_one_of
from callwright.calls.ports import ErasedPerson
from callwright.reports.lists import KEPT_AS
from callwright.reports.models import Run, RunState, SavedReport, Schedule


def forget_lists(person: ErasedPerson, now: datetime) -> None:
    """Removes all files that hold rows of the person's account: what they hold of the person must go, and a file is not
    read again to see whether it does. A mail that still waits with one cannot be sent any more. Kept lists whose words
    name the person go too, as kept searches do.
    """
    # Schedules first, as everywhere: while they are held none of their runs begins, and none ends.
    schedules = Schedule.objects.filter(saved__report__startswith=KEPT_AS).select_for_update(of=("self",))
    list(schedules.order_by("pk").values_list("pk", flat=True))
    runs = Run.objects.filter(schedule__saved__report__startswith=KEPT_AS)
    # What is being made now may have been read before: whoever makes it sees that the time is another, and begins anew.
    runs.filter(state=RunState.WAITING).update(retry_at=F("retry_at") + timedelta(microseconds=1))
    named = _named(person)
    about = Q(accounts=None) | Q(accounts__contains=[person.account_id]) | Q(schedule__saved__in=named)
    found = list(runs.filter(about).exclude(file="").order_by("pk").values_list("pk", "file"))
    Run.objects.filter(pk__in=[pk for pk, _file in found]).update(file="")
    SavedReport.objects.filter(pk__in=named).delete()
    for _pk, file in found:
        transaction.on_commit(partial(default_storage.delete, file))


def _named(person: ErasedPerson) -> list[int]:
    """The kept lists that were narrowed to words which name the person."""
    kept = SavedReport.objects.filter(report__startswith=KEPT_AS, query__contains="text=")
    return [
        pk
        for pk, query in kept.values_list("pk", "query").iterator()
        if any(names_one_of(text, person.texts) for text in parse_qs(query).get("text", ()))
    ]
