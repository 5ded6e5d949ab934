"""Pages of the lists stand at once and end in time; how many rows there are is counted after them (REG-3 to REG-5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from callwright.calls.testing import add_call
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.registration.views import list_pages

TABLES = {"": "registration_registration", "missing/": "registration_askedagent",
          "quality/": "registration_qualityfinding"}  # fmt: skip


@contextmanager
def out_of_reach(table: str) -> Iterator[None]:
    """Whoever reads the table waits."""
    other: Any = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.rollback()
        other.close()


@pytest.mark.parametrize("path", list(TABLES))
def test_a_page_that_takes_too_long_says_so(
    path: str, transactional_db: None, supervisor: Any, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pages, "PAGE_S", 0.3)
    monkeypatch.setattr(list_pages, "COUNT_S", 0.3)
    browser = browser_of(supervisor)
    with out_of_reach(TABLES[path]):
        page = browser.get(f"/registration/{path}").content.decode()
        assert "This takes too long" in page and "<form" in page and "<table" not in page
        after = (
            "019aa000-0000-7000-8000-000000000000.5" if path == "missing/" else "019aa000-0000-7000-8000-000000000000"
        )
        more = browser.get(f"/registration/{path}?after={after}").content.decode()
        assert "This takes too long" in more and more.startswith("<tr>")
        count = browser.get(f"/registration/{path}?part=count").content.decode()
        assert count.strip() == "The calls could not be counted in time."
    assert "This takes too long" not in browser.get(f"/registration/{path}").content.decode()


@pytest.mark.django_db
def test_a_page_that_holds_all_knows_how_many_and_any_other_is_counted_after_it(
    account: Any, owner: Any, supervisor: Any, browser_of: Any
) -> None:
    [topic, *_others], now, browser = add_topics("Order"), timezone.now(), browser_of(supervisor)
    for minutes in range(50):
        add_registration(add_call(account, now - timedelta(hours=1, minutes=minutes), employee=owner), owner, topic)
    page = browser.get("/registration/").content.decode()
    assert "50 calls" in page and "part=count" not in page
    add_registration(add_call(account, now - timedelta(hours=3), employee=owner), owner, topic)
    page = browser.get("/registration/").content.decode()
    assert "50 calls" not in page and "part=count" in page
    assert browser.get("/registration/?part=count").content.decode().strip() == "51 calls"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "index"),
    [("r.topics && '{900001}'::bigint[]", "registration_topics"), ("r.by_id = 7", "registration_by"),
     ("r.comment <> '' AND r.comment ILIKE '%seldom%'", "registration_comment")],
)  # fmt: skip
def test_what_is_rare_is_found_through_an_index(query: str, index: str, account: Any, owner: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO registration_registration (id, account_id, call_id, by_id, direction, started_at, local_day,
                topics, words, comment, revision, created_at, updated_at)
            SELECT id, %s, id, %s, 'inbound', now(), current_date, ARRAY[n %% 20], '[]', 'Said ' || n, 0, now(), now()
            FROM (SELECT n, ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
                  FROM generate_series(1, 20000) n) x""",
            [account.pk, owner.pk],
        )
        cursor.execute("ANALYZE registration_registration")
        cursor.execute(f"EXPLAIN SELECT * FROM registration_registration r WHERE {query} ORDER BY r.id DESC LIMIT 51")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
