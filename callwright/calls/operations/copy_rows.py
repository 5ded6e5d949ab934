"""Rows of new calls on their way into the tables by COPY."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.rows import LEG_TOLD, TOLD, copy_number, copy_text

_FOUND = ("account_id", "local_day", "line_id", "queue_id", "contact_id", "category_id", "employee_id", "follow_up")
_SAME = ("pbx_id", "source", "comment", "updated_at")


@dataclass(frozen=True, slots=True)
class Placed:
    """A new call whose account, line, queue, contact and employees (by extension) are found."""

    account_id: int
    local_day: date
    line_id: int | None
    queue_id: int | None
    contact: tuple[int | None, int | None]
    employees: Mapping[str, int]
    id: UUID


@dataclass(frozen=True, slots=True)
class Written:
    """A call as text of COPY: its told columns, its legs each with its party, its facts."""

    extension: str
    row: str
    legs: Sequence[tuple[str, str]]
    facts: str
    follow_up: str = ""


def copy_calls(
    cursor: Any, calls: Sequence[tuple[Placed, Written]], *, pbx_id: int, source: str, now: datetime
) -> None:
    """Raises IntegrityError where one of them is there already."""
    same = f"{pbx_id}\t{copy_text(source)}\t\t{now.isoformat()}"
    columns = ", ".join((*TOLD, *_FOUND, *_SAME))
    rows = [f"{text.row}\t{_found(place, text)}\t{same}\n" for place, text in calls]
    legs = [
        f"{leg}\t{place.account_id}\t{copy_number(place.employees.get(party))}\n"
        for place, text in calls
        for party, leg in text.legs
    ]
    facts = [f"{place.account_id}\t{place.id}\t{copy_text(text.facts)}\n" for place, text in calls]
    copy_in(cursor, f"calls_call ({columns})", rows)
    copy_in(cursor, f"calls_leg ({', '.join(LEG_TOLD)}, account_id, employee_id)", legs)
    copy_in(cursor, "calls_callfacts (account_id, call_id, facts)", facts)


def copy_in(cursor: Any, table: str, lines: Sequence[str]) -> None:
    """COPY of lines as text into a table (with its columns). Raises what every statement does: psycopg's own errors
    would be taken for something else than that the database is away or that another writer was faster.
    """
    with connection.wrap_database_errors, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write("".join(lines))


def copy_keys(cursor: Any, name: str, keys: Iterable[tuple[int, UUID]]) -> None:
    """Into a table of this transaction, which holds nothing else. Not analysed: the planner knows its size."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (account_id bigint, id uuid) ON COMMIT DELETE ROWS")
    cursor.execute(f"TRUNCATE {name}")
    copy_in(cursor, f"{name} (account_id, id)", [f"{account_id}\t{id}\n" for account_id, id in keys])


def _found(place: Placed, text: Written) -> str:
    ids = (place.line_id, place.queue_id, *place.contact, place.employees.get(text.extension))
    numbers = "\t".join([copy_number(id) for id in ids])
    return f"{place.account_id}\t{place.local_day}\t{numbers}\t{text.follow_up}"
