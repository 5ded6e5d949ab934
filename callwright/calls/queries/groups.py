"""The register grouped by day, employee, contact, account or status."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from callwright.calls.periods import Period
from callwright.calls.queries.conditions import Conditions, conditions_of
from callwright.calls.queries.known_totals import known_groups
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.search import NONE, Search
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer

MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Group:
    """`value` is what the group's calls share, None where they have none; `search` finds exactly them."""

    value: date | int | str | None
    name: str
    calls: int
    talk_s: int
    search: Search


@dataclass(frozen=True, slots=True)
class Groups:
    """`is_cut`: there are more, smaller groups than `MOST_GROUPS`."""

    groups: tuple[Group, ...]
    is_cut: bool


# what is grouped by, the name of each value, and the order of the groups
_LARGEST = "calls DESC, value"
_BY = {
    "day": ("(c.started_at AT TIME ZONE %(zone)s)::date", "''", "", "value DESC"),
    "employee": ("c.employee_id", "coalesce(n.name, '')", "LEFT JOIN staff_user n ON n.id = f.value", _LARGEST),
    "contact": ("c.contact_id", "coalesce(n.name, '')", "LEFT JOIN contacts_contact n ON n.id = f.value", _LARGEST),
    "account": ("c.account_id", "n.name", "JOIN accounts_account n ON n.id = f.value", _LARGEST),
    "status": ("c.status", "''", "", _LARGEST),
}  # fmt: skip


def groups_of(viewer: Viewer, search: Search, view: Viewpoint) -> Groups:
    """The groups of `search.group` with the number of calls and the talk time (seconds) of each, the largest first;
    days newest first, from the totals where they know them. Raises SearchTooLong.
    """
    known = known_groups(viewer, search, view)
    if known is not None:
        statement, values = _statement(search, known.statement), known.values
    else:
        conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
        if conditions.nothing:
            return Groups((), False)
        statement, values = groups_statement(conditions, search), {**conditions.values, "zone": view.zone.key}
    with patience(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    found = [Group(row[0], row[1], row[2], int(row[3]), _narrowed(search, row[0])) for row in rows[:MOST_GROUPS]]
    return Groups(tuple(found), len(rows) > MOST_GROUPS)


def groups_statement(conditions: Conditions, search: Search) -> str:
    """The statement of the groups; its values are the conditions' and `zone`."""
    groups = named_sql("totals_of_calls.sql").format(value=_BY[search.group][0], where=conditions.sql)
    return _statement(search, groups)


def _statement(search: Search, groups: str) -> str:
    _, name, join, order = _BY[search.group]
    return named_sql("register_groups.sql").format(
        groups=groups, name=name, join=join, order=order, limit=MOST_GROUPS + 1
    )


def _narrowed(search: Search, value: date | int | str | None) -> Search:
    rows = replace(search, group="")
    if isinstance(value, date):
        return replace(rows, period=Period.CUSTOM, first=value, last=value)
    match search.group:
        case "status":
            return replace(rows, statuses=(str(value),))
        case "account" if isinstance(value, int):
            return replace(rows, account=value)
        case "employee":
            return replace(rows, employee=NONE if value is None else value)
        case _:
            return replace(rows, contact=NONE if value is None else value)
