"""What was registered, for reports, from the totals kept beside it (docs/reports-figures.md). Arguments are those of
`calls.queries.hours`; a registration belongs to the time at which its call began.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeVar

from callwright.calls.queries.hours import report_accounts
from callwright.kit.sums.asking import Asked, ask
from callwright.kit.sums.reach import Interval
from callwright.registration.topic_figures import ANY, CALL, REGISTERED, TOPICS
from callwright.staff.queries.rights import Viewer

By = Literal["topic", "account", "queue", "agent", "direction", "category", "hour", "weekday"]
BY: tuple[By, ...] = ("topic", "account", "queue", "agent", "direction", "category", "hour", "weekday")
_COLUMN = {"topic": "topic_id"}
CallBy = Literal["account", "queue", "agent", "direction", "category", "hour", "weekday"]

Begins = date | datetime | None
Keys = tuple[int | str, ...]
_F = TypeVar("_F", "TopicFigures", "RegisteredFigures")


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """How often topics were ticked in an interval, or, where neither asked by topic nor for some topics alone, how many
    registrations there are. `begins` and `keys` as in `CallFigures`; an agent is who registered, a category the
    contact's.
    """

    begins: Begins
    keys: Keys
    count: int = 0


@dataclass(frozen=True, slots=True)
class RegisteredFigures:
    """Answered calls of which a topic was registered, by whomever. An agent here is who talked."""

    begins: Begins
    keys: Keys
    registered: int = 0


def topic_figures(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = ("topic",), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), directions: Iterable[str] = (), category_ids: Iterable[int] = (),
    topic_ids: Iterable[int] = (), hours: Iterable[int] = (), weekdays: Iterable[int] = (),
    kept: Mapping[By, Collection[int]] | None = None,
) -> list[TopicFigures]:  # fmt: skip
    """Topics of registrations of a period, in any combination with what else is asked by; ids of topics, also of those
    that are no longer offered. Rows without any are left out. `kept`: which ids alone are told apart; all others are
    `OTHER`.
    """
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids,
        hours, weekdays,
    )  # fmt: skip
    asked = replace(asked, folded={_COLUMN.get(one, one): ids for one, ids in (kept or {}).items()})
    wanted, family = list(topic_ids), TOPICS
    if wanted:
        asked = asked.and_only("topic_id", wanted)
    elif "topic" not in by:
        asked, family = asked.and_only("topic_id", [ANY]), REGISTERED
    rows = ask(family, asked, {"count": "t.registrations"})
    return in_order(TopicFigures(row[0], row[1:-1], row[-1]) for row in rows)


def registered_figures(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[CallBy] = (), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), directions: Iterable[str] = (), category_ids: Iterable[int] = (),
    hours: Iterable[int] = (), weekdays: Iterable[int] = (),
) -> list[RegisteredFigures]:  # fmt: skip
    """How many calls were registered."""
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids,
        hours, weekdays,
    )  # fmt: skip
    rows = ask(REGISTERED, asked.and_only("topic_id", [CALL]), {"count": "t.registrations"})
    return in_order(RegisteredFigures(row[0], row[1:-1], row[-1]) for row in rows)


def asked_of(
    viewer: Viewer, begins_on: date, ends_on: date, zone: str, interval: Interval, by: Sequence[str],
    account_ids: Iterable[int], queue_ids: Iterable[int], user_ids: Iterable[int], directions: Iterable[str],
    category_ids: Iterable[int], hours: Iterable[int] = (), weekdays: Iterable[int] = (),
) -> Asked:  # fmt: skip
    """What is asked, of the accounts that the viewer may see reports of. ValueError for what rows cannot be told apart
    by.
    """
    if wrong := [one for one in by if one not in BY]:
        raise ValueError(f"registrations are not counted by {wrong}")
    only: dict[str, list[int | str]] = {
        "queue": list(queue_ids), "agent": list(user_ids), "category": list(category_ids),
        "direction": list(directions), "hour": list(hours), "weekday": list(weekdays),
    }  # fmt: skip
    return Asked(
        begins_on, ends_on, zone, interval, tuple(_COLUMN.get(one, one) for one in by),
        accounts=report_accounts(viewer, account_ids), only={name: ids for name, ids in only.items() if ids},
    )  # fmt: skip


def in_order(rows: Iterable[_F]) -> list[_F]:
    return sorted(rows, key=lambda row: (row.begins.isoformat() if row.begins else "", row.keys))
