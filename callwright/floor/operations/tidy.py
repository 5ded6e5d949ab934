"""What names who acted upon whom is kept no longer than it is of use; the audit log says it for longer."""

from datetime import datetime, timedelta

from callwright.floor.models import Told
from callwright.telephony.operations.listen import forget_listenings

KEPT = timedelta(days=1)


def tidy(now: datetime) -> int:
    """Deletes notices and listenings that have been over for a day; returns how many."""
    notices, _ = Told.objects.filter(at__lt=now - KEPT).delete()
    return notices + forget_listenings(before=now - KEPT)
