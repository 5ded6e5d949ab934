"""Statements that stand in files beside the queries."""

from functools import cache
from pathlib import Path


@cache
def named_sql(file: str) -> str:
    """The text of a statement."""
    return (Path(__file__).parent / file).read_text()
