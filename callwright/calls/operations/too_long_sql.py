"""The statement that flags calls, for some that were found and for all of a table."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_GIVEN = """
    SELECT * FROM jsonb_to_recordset(%(hits)s::jsonb) AS h (
        account_id bigint, id uuid, rule_id bigint, limit_s int, talk_s int, talking_since timestamptz,
        passed_at timestamptz, is_told boolean)
"""


@cache
def _text() -> str:
    return Path(__file__).with_name("too_long_flag.sql").read_text(encoding="utf-8")


def flag_statement(hits: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The statement for calls that were found one by one; `now` is to be added to its values."""
    ids = sorted(str(hit.id) for hit in hits)
    values = {"hits": msgspec.json.encode(list(hits)).decode(), "low": ids[0], "high": ids[-1]}
    return _text().format(hits=_GIVEN, bounds="AND c.id BETWEEN %(low)s AND %(high)s"), values


def flag_all_statement(hits: str) -> str:
    """The statement for all calls that the query `hits` finds, whose bounds are `low` and `high`."""
    return _text().format(hits=hits, bounds="AND c.id BETWEEN %(low)s AND %(high)s")
