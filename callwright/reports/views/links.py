"""Where figures lead: to exactly the calls, or registrations, that they count."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from callwright.reports.crossed import PARAMETERS, criteria_of, days_pairs
from callwright.reports.report import Report
from callwright.reports.table import Ask, Column

Pairs = list[tuple[str, str]]
_PAGES = {"calls": "calls:register", "registrations": "registration:list", "missing": "registration:missing"}


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a table's figures. `zone` is the viewer's: of another one the address tells."""

    report: Report
    ask: Ask
    zone: str

    def cell(self, key: str | None, column: Column) -> str:
        """Where the figure of a row leads (None: of all rows); "" where no list can show what it counts."""
        leads_to = column.leads_to or self.report.leads_to
        if column.calls is None or not leads_to:
            return ""
        narrowed = self._row(key, leads_to)
        if narrowed is None:
            return ""
        own = {name for name, _value in column.calls}
        return _address([*(pair for pair in narrowed if pair[0] not in own), *column.calls], leads_to)

    def row(self, key: str | None) -> str | None:
        """The beginning of the addresses of a row, to which `more_of` each column is added; None where none leads."""
        narrowed = self._row(key, self.report.leads_to) if self.report.leads_to else None
        return None if narrowed is None else _address(narrowed, self.report.leads_to)

    @staticmethod
    def more_of(column: Column) -> str | None:
        """What a column adds to the address of its row; None where its figure leads nowhere, or elsewhere."""
        if column.calls is None or column.leads_to:
            return None
        return f"&{urlencode(column.calls)}" if column.calls else ""

    def _row(self, key: str | None, leads_to: str) -> Pairs | None:
        ask = self.ask
        days = [*days_pairs(ask.begins_on, ask.ends_on, leads_to)]
        if ask.zone != self.zone:
            days.append(("zone", ask.zone))
        if key is None:
            return [*days, *self._filters(leads_to, but="")]
        found = criteria_of(ask, ask.by, key, leads_to)
        if found is None:
            return None
        names = {name for name, _value in found}
        kept = [pair for pair in days if pair[0] not in names]
        return [*kept, *self._filters(leads_to, but=ask.by), *found]

    def _filters(self, leads_to: str, *, but: str) -> Pairs:
        ask, names = self.ask, PARAMETERS[leads_to]
        given: list[tuple[str, Iterable[object]]] = [
            ("account", ask.account_ids), ("queue", ask.queue_ids), ("user", ask.user_ids),
            ("direction", ask.directions), ("category", ask.category_ids), ("topic", ask.topic_ids),
            ("hour", ask.hours), ("weekday", ask.weekdays),
        ]  # fmt: skip
        return [(names[what], str(one)) for what, many in given if what != but and what in names for one in many]


def _address(pairs: Pairs, leads_to: str) -> str:
    return f"{reverse(_PAGES[leads_to])}?{urlencode(pairs)}"
