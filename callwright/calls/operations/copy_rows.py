"""Rows of new calls on their way into the tables by COPY."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.calls.operations.describe import Described

_CALL = (
    *("account_id", "id", "pbx_id", "pbx_key", "direction", "status", "from_number", "from_received", "from_name"),
    *("to_number", "to_received", "dialled_number", "dialled_received", "client_number", "line_id", "queue_id"),
    *("contact_id", "category_id", "employee_id", "extension", "answered_by", "transferred_to", "rung", "started_at"),
    *("answered_at", "ended_at", "talking_since", "held_since", "ring_s", "wait_s", "hold_s", "talk_s", "hangup_by"),
    *("cause", "cause_text", "complete", "local_day"),
)
_LEG = (
    *("account_id", "call_id", "id", "pbx_key", "position", "kind", "party", "employee_id", "result", "rung_at"),
    *("answered_at", "ended_at", "cause"),
)


def copy_calls(cursor: Any, rows: Sequence[dict[str, Any]], *, source: str, now: datetime) -> None:
    """Raises IntegrityError where one of them is there already."""
    tail = f"\t{_text(source)}\t\t{now.isoformat()}\n"
    with cursor.copy(f"COPY calls_call ({', '.join(_CALL)}, source, comment, updated_at) FROM STDIN") as copy:
        copy.write("".join(_line(row, _CALL) + tail for row in rows))


def copy_legs_and_facts(cursor: Any, described: Sequence[Described], facts: Sequence[str]) -> None:
    legs = [leg for one in described for leg in one.legs]
    with cursor.copy(f"COPY calls_leg ({', '.join(_LEG)}) FROM STDIN") as copy:
        copy.write("".join(_line(leg, _LEG) + "\n" for leg in legs))
    with cursor.copy("COPY calls_callfacts (account_id, call_id, facts) FROM STDIN") as copy:
        copy.write(
            "".join(f"{one.account_id}\t{one.id}\t{_text(fact)}\n" for one, fact in zip(described, facts, strict=True))
        )


def copy_keys(cursor: Any, name: str, keys: Iterable[tuple[int, UUID]]) -> None:
    """Into a table of this transaction, which holds nothing else."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (account_id bigint, id uuid) ON COMMIT DELETE ROWS")
    cursor.execute(f"TRUNCATE {name}")
    with cursor.copy(f"COPY {name} (account_id, id) FROM STDIN") as copy:
        copy.write("".join(f"{account_id}\t{id}\n" for account_id, id in keys))
    cursor.execute(f"ANALYZE {name}")


def _line(row: dict[str, Any], names: Sequence[str]) -> str:
    return "\t".join([_cell(row[name]) for name in names])


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    kind = type(value)
    if kind is str:
        return _text(value) if "\\" in value or not value.isprintable() else value
    if kind is int:
        return str(value)
    if kind is bool:
        return "t" if value else "f"
    if kind is datetime:
        return str(value.isoformat())
    if kind is tuple or kind is list:
        return "{" + ",".join('"' + _text(one.replace('"', "")) + '"' for one in value) + "}"
    return str(value)


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
