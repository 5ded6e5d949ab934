"""Partitions are there before the month is (CALL-2)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from callwright.calls.jobs import make_partitions_ahead
from callwright.calls.operations import ensure_partitions

pytestmark = pytest.mark.django_db


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
        return {row[0] for row in cursor.fetchall()}


def test_this_month_and_three_more_have_their_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensure_partitions, "_known", set())
    for _ in range(2):  # the second time there is nothing to do
        make_partitions_ahead(datetime(2031, 11, 30, 23, 59, tzinfo=UTC))
    for table in ("calls_call", "calls_leg", "calls_callfacts"):
        assert {f"{table}_{month}" for month in ("2031_11", "2031_12", "2032_01", "2032_02")} <= partitions()
        assert f"{table}_2032_03" not in partitions()
