import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

ACCOUNT_TABLES = [
    "calls_call",
    "calls_leg",
    "calls_callfacts",
    "calls_callnote",
    "calls_notesending",
    "calls_notecomment",
    "calls_notereading",
    "contacts_contact",
    "contacts_contactnumber",
    "contacts_contactemail",
    "contacts_order",
    "contacts_orderline",
    "contacts_orderstagechange",
]


@pytest.mark.parametrize("table", ACCOUNT_TABLES)
def test_keys_of_account_data_begin_with_the_account(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.contype, array_agg(a.attname ORDER BY k.n) FROM pg_constraint c
               CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(num, n)
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num
               WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'u') GROUP BY c.oid, c.contype""",
            [table],
        )
        keys = cursor.fetchall()
    assert any(kind == "p" for kind, _ in keys)
    assert all(columns[0] == "account_id" for _, columns in keys), keys
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        assert cursor.fetchone() == (0,)
