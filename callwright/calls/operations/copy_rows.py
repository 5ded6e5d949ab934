"""Rows of new calls on their way into the tables by COPY."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from callwright.calls.rows import LEG_TOLD, TOLD, copy_text

_FOUND = ("account_id", "local_day", "line_id", "queue_id", "contact_id", "category_id", "employee_id")
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


def copy_calls(
    cursor: Any, calls: Sequence[tuple[Placed, Written]], *, pbx_id: int, source: str, now: datetime
) -> None:
    """Raises IntegrityError where one of them is there already."""
    same = f"{pbx_id}\t{copy_text(source)}\t\t{now.isoformat()}"
    columns = ", ".join((*TOLD, *_FOUND, *_SAME))
    with cursor.copy(f"COPY calls_call ({columns}) FROM STDIN") as copy:
        copy.write("".join([f"{text.row}\t{_found(place, text.extension)}\t{same}\n" for place, text in calls]))
    with cursor.copy(f"COPY calls_leg ({', '.join(LEG_TOLD)}, account_id, employee_id) FROM STDIN") as copy:
        copy.write(
            "".join(
                [
                    f"{leg}\t{place.account_id}\t{_id(place.employees.get(party))}\n"
                    for place, text in calls
                    for party, leg in text.legs
                ]
            )
        )
    with cursor.copy("COPY calls_callfacts (account_id, call_id, facts) FROM STDIN") as copy:
        copy.write("".join([f"{place.account_id}\t{place.id}\t{copy_text(text.facts)}\n" for place, text in calls]))


def copy_keys(cursor: Any, name: str, keys: Iterable[tuple[int, UUID]]) -> None:
    """Into a table of this transaction, which holds nothing else."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (account_id bigint, id uuid) ON COMMIT DELETE ROWS")
    cursor.execute(f"TRUNCATE {name}")
    with cursor.copy(f"COPY {name} (account_id, id) FROM STDIN") as copy:
        copy.write("".join([f"{account_id}\t{id}\n" for account_id, id in keys]))
    cursor.execute(f"ANALYZE {name}")


def _found(place: Placed, extension: str) -> str:
    return (
        f"{place.account_id}\t{place.local_day}\t{_id(place.line_id)}\t{_id(place.queue_id)}\t{_id(place.contact[0])}"
        f"\t{_id(place.contact[1])}\t{_id(place.employees.get(extension))}"
    )


def _id(value: int | None) -> str:
    return "\\N" if value is None else str(value)
