"""How many were asked to register, did, did not, or did so wrongly, from the totals that are kept of it (REG-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callwright.kit.sums.asking import Asked, ask
from callwright.kit.sums.reach import Interval
from callwright.registration.quality_figures import QUALITY

By = Literal["agent", "account", "queue", "direction", "category", "hour", "weekday"]


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """Of agents and calls, each pair once: `asked` when the call ended; `registered` a topic at least; `missing`; and
    `wrong`: registered, with something found against it that was not dismissed. `begins`: the first day of the
    interval, None without one; `keys`: the values of what was asked by, 0 for nobody and no queue.
    """

    begins: date | datetime | None
    keys: tuple[int | str, ...]
    asked: int
    registered: int
    missing: int
    wrong: int


def quality_figures(
    *, accounts: frozenset[int] | None, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = (), agent_ids: Iterable[int] = (), queue_ids: Iterable[int] = (), directions: Iterable[str] = (),
    category_ids: Iterable[int] = (), hours: Iterable[int] = (), weekdays: Iterable[int] = (),
) -> list[QualityFigures]:  # fmt: skip
    """Of calls that began on these days of `zone`, both included, of the `accounts` that the caller may see (None: all
    of them). A category is the contact's. A few seconds old at most.
    """
    only: dict[str, list[int | str]] = {
        "agent": list(agent_ids), "queue": list(queue_ids), "direction": list(directions),
        "category": list(category_ids), "hour": list(hours), "weekday": list(weekdays),
    }  # fmt: skip
    asked = Asked(
        begins_on, ends_on, zone, interval, tuple(by), accounts=accounts,
        only={name: values for name, values in only.items() if values},
    )  # fmt: skip
    rows = ask(QUALITY, asked, {name: f"t.{name}" for name in QUALITY.added})
    return [QualityFigures(row[0], row[1:-4], *row[-4:]) for row in rows]
