"""Notes that registrations are to be looked at again that have not changed themselves (REG-5)."""

from datetime import datetime

from django.db import connection

from callwright.calls.operations.named_calls import NamedCalls
from callwright.registration.models import QualitySettings


def topics_ask_otherwise(*, now: datetime) -> None:
    """Other topics ask for a comment from now on: the next evaluation looks at everything by that."""
    QualitySettings.objects.update_or_create(pk=1, defaults={"changed_at": now})


_LOADED = """
    DELETE FROM registration_qualityreach q WHERE EXISTS (
        SELECT FROM {relation} l JOIN registration_registration r ON r.account_id = l.account_id AND r.call_id = l.id
        WHERE l.account_id = q.account_id
    )
"""


def look_at_loaded(calls: NamedCalls, now: datetime) -> None:
    """Hears of calls that were loaded or put back: accounts in which some are registered are looked at anew."""
    with connection.cursor() as cursor:
        cursor.execute(_LOADED.format(relation=calls.relation))
