"""Whether what is counted for reports beside the calls is that of the calls."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from callwright.calls.figures import CALLS
from callwright.calls.queries.rollup import MOST_DIFFERENCES, Difference
from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import uuid7_floor

_AROUND = timedelta(days=2)  # as far as any zone, or a corrected start, is from the id's time


def quarter_differences(first: date, last: date) -> Iterator[Difference]:
    """Where quarters of days are not what their calls are, or the sums above them not what they are, from the month of
    `first` to that of `last`. Their `kind` is "quarters" or "sums of quarters". At most `MOST_DIFFERENCES` of a month.
    """
    month = first.replace(day=1)
    while month <= last:
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        low, high = (uuid7_floor(datetime.combine(day, time(), UTC) + off)
                     for day, off in ((month, -_AROUND), (end, _AROUND)))  # fmt: skip
        values: dict[str, Any] = {
            "first": month, "end": end, "low": low, "high": high, "limit": MOST_DIFFERENCES, **_kinds(),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(named_sql("rollup_quarters.sql"), values)
            rows = cursor.fetchall()
        yield from (Difference(*row) for row in rows)
        month = end


def _kinds() -> dict[str, list[str]]:
    """Which sums there are above the quarters: of all accounts or of one, of days or months, by what, their grain."""
    found = [("all", "m" if grain == "m" else "d", kind, grain) for kind, grains in CALLS.of_all.items()
             for grain in grains]  # fmt: skip
    found += [("one", "m", kind, grain) for kind, grains in CALLS.of_one.items() for grain in grains]
    of, spans, kinds, grains = (list(one) for one in zip(*found, strict=True))
    return {"of": of, "spans": spans, "kinds": kinds, "grains": grains}
