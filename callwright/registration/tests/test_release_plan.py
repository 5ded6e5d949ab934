"""Releasing somebody who is free already reads an index, however many calls ever had to be registered (REG-3)."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from callwright.registration.operations.release import _LAST, AlreadySettled, release

pytestmark = pytest.mark.django_db
SETTLED = """
    INSERT INTO registration_dueregistration (account_id, call_id, user_id, at, settled_at, outcome)
    SELECT %s, gen_random_uuid(), CASE WHEN n %% 100 = 0 THEN %s ELSE %s END, now() - n * interval '1 minute',
        now() - n * interval '1 minute', 'registered'
    FROM generate_series(1, 5000) AS n
"""


def test_what_was_settled_last_is_found_by_its_index(account: Any, owner: Any, colleague: Any, supervisor: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, [account.pk, owner.pk, colleague.pk])
        cursor.execute("ANALYZE registration_dueregistration")
        values = {"user": owner.pk, "call": None, "by": supervisor.pk, "now": timezone.now()}
        cursor.execute(f"EXPLAIN {_LAST}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "registration_due_settled" in plan and "Sort" not in plan, plan
    with pytest.raises(AlreadySettled) as told:
        release(user_id=owner.pk, call_id=None, by=supervisor.pk, now=timezone.now())
    assert told.value.outcome == "registered"
