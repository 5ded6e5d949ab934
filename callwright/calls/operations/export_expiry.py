"""Takes the files of exports away: when their days are over, when their person wishes, when they hold what must go."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from callwright.calls.models import Export
from callwright.calls.operations import export_storage as storage
from callwright.calls.operations.export_progress import finish

LISTED_DAYS = 90
_UNDER_WAY = (Export.State.WAITING, Export.State.RUNNING)


def expire_exports(now: datetime) -> int:
    """Removes the files whose days are over, and forgets exports of long ago; returns how many files went."""
    due = Export.objects.filter(state=Export.State.READY, expires_at__lte=now)
    gone = sum(_expire(id, now) for id in due.values_list("pk", flat=True))
    Export.objects.filter(asked_at__lt=now - timedelta(days=LISTED_DAYS)).exclude(
        state__in=(*_UNDER_WAY, Export.State.READY)
    ).delete()
    return gone


def remove_export(*, user_id: int, export_id: UUID, now: datetime) -> bool:
    """Removes the file of an export of the user's; False when there is none."""
    mine = Export.objects.filter(pk=export_id, user_id=user_id, state=Export.State.READY)
    return mine.exists() and _expire(export_id, now)


def expire_exports_about(*, account_id: int, now: datetime) -> int:
    """Removes all files that hold calls of an account, and ends those that are being made: what they hold of a person
    who is erased must go, and a file is not read again to see whether it does. Returns how many went or ended.
    """
    about = Export.objects.filter(Q(accounts=None) | Q(accounts__contains=[account_id]))
    ready = list(about.filter(state=Export.State.READY).values_list("pk", flat=True))
    # One that is being made reads the calls as they were; one that waits will find them erased.
    ended = Export.objects.filter(state=Export.State.RUNNING).update(cancel_asked=True)
    about.exclude(state__in=_UNDER_WAY).update(query="")
    return sum(_expire(id, now) for id in ready) + ended


def expire_exports_of_persons(*, account_id: int, now: datetime) -> int:
    """Removes all archives about persons of an account, and ends those that are being made: sound in them was erased
    for good. Returns how many went or ended.
    """
    about = Export.objects.filter(kind=Export.Kind.PERSON, subject_account_id=account_id)
    ended = about.filter(state=Export.State.RUNNING).update(cancel_asked=True)  # first: it may be ready by then
    ready = list(about.filter(state=Export.State.READY).values_list("pk", flat=True))
    return sum(_expire(id, now) for id in ready) + ended


@transaction.atomic
def _expire(export_id: UUID, now: datetime) -> bool:
    export = Export.objects.select_for_update().get(pk=export_id)
    if export.state != Export.State.READY:
        return False
    name = export.file
    Export.objects.filter(pk=export_id).update(query="")
    finish(export, Export.State.EXPIRED, now)
    transaction.on_commit(lambda: storage.remove(name))
    return True
