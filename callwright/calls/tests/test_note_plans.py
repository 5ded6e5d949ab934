"""Rare notes are found by an index of their own, however many others there are (ACC-6)."""

import pytest
from django.db import connection

from callwright.calls.queries.note_list import _STATE

pytestmark = pytest.mark.django_db

NOTES = """
    INSERT INTO calls_callnote (account_id, call_id, text, recipients, by_id, created_at, updated_at, state, changed)
    SELECT %s, gen_random_uuid(), 'Wants bread', '[]', %s, now() - n * interval '1 minute', now(),
        CASE WHEN n %% 500 = 0 THEN (ARRAY['failed', 'partly', 'waiting', 'nobody', ''])[n / 500] ELSE 'sent' END,
        n %% 700 = 0
    FROM generate_series(1, 2600) AS n
"""


@pytest.mark.parametrize("state", ["failed", "waiting", "nobody", "unsent", "changed"])
@pytest.mark.parametrize("scope", ["true", "n.account_id = ANY(ARRAY[{account}])"])
def test_the_list_of_a_rare_state_reads_its_index(account, owner, state, scope):
    with connection.cursor() as cursor:
        cursor.execute(NOTES, [account.pk, owner.pk])
        cursor.execute("ANALYZE calls_callnote")
        where = f"{scope.format(account=account.pk)} AND {_STATE[state]}"
        cursor.execute(
            f"EXPLAIN SELECT * FROM calls_callnote n WHERE n.text <> '' AND {where}"
            " ORDER BY n.created_at DESC, n.id DESC LIMIT 51"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"calls_note_{state}" in plan, plan
