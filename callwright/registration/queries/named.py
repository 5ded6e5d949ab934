"""The SQL files beside queries and operations, each read once."""

from functools import cache
from pathlib import Path


@cache
def sql_beside(module: str, name: str) -> str:
    """The text of a file that stands beside a module (`__file__`)."""
    return Path(module).with_name(name).read_text(encoding="utf-8")


def named_sql(name: str) -> str:
    """The text of a file of queries such as "missing.sql"."""
    return sql_beside(__file__, name)
