"""Agents who close their browser must not be rung for ever: open desks are noted, and who has none is paused."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from callwright.desk.models import DeskWatch, OpenDesk
from callwright.staff.operations.pause_absent import pause_absent

GAP = timedelta(minutes=2)
"""Longer than this without a word from a web server nobody can know which desks are open; counting begins anew."""

_WATCHED = """
    INSERT INTO desk_deskwatch AS w (id, since, at) VALUES (1, %(now)s, %(now)s)
    ON CONFLICT (id) DO UPDATE SET at = greatest(w.at, excluded.at),
        since = CASE WHEN w.at < excluded.at - make_interval(secs => %(gap_s)s) THEN excluded.at ELSE w.since END
"""


@transaction.atomic
def note_open_desks(*, user_ids: Iterable[int], elsewhere: Iterable[int] = (), now: datetime) -> None:
    """A web server says whose desks are open there, and who looks at other screens: whoever left the desk to read a
    contact is not absent. Three statements, however many.
    """
    rows = [OpenDesk(user_id=user_id, seen_at=now) for user_id in sorted(set(user_ids))]
    OpenDesk.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user"], update_fields=["seen_at"])
    OpenDesk.objects.filter(user_id__in=sorted(elsewhere)).update(seen_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED, {"now": now, "gap_s": GAP.total_seconds()})


@transaction.atomic
def pause_without_desk(*, after: timedelta, now: datetime) -> list[int]:
    """Pauses the agents whose desks have been closed for `after`; returns who was paused. An absence is dealt with
    once: who then works by phone alone is left in peace. While no web server ran, nobody was absent.
    """
    watch = DeskWatch.objects.filter(at__gte=now - GAP, since__lte=now - after).first()
    if watch is None:
        return []
    closed = OpenDesk.objects.select_for_update(skip_locked=True).filter(seen_at__lte=now - after).order_by("user_id")
    gone = list(closed.values_list("user_id", flat=True))
    if not gone:
        return []
    changes = pause_absent(user_ids=gone, now=now)
    OpenDesk.objects.filter(user_id__in=gone).delete()
    return [change.user_id for change in changes]
