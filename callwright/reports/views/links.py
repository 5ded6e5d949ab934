"""Where figures lead: to exactly the calls, or registrations, that they count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from callwright.reports.crossed import NOTHING, PARAMETERS
from callwright.reports.report import Report
from callwright.reports.table import Ask, Column, following

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a table's figures. `zone` is the viewer's: of another one the address tells."""

    report: Report
    ask: Ask
    zone: str

    def cell(self, key: str | None, column: Column) -> str:
        """Where the figure of a row leads (None: of all rows); "" where no list can show what it counts."""
        if column.calls is None or not self.report.leads_to:
            return ""
        narrowed = self._row(key)
        return "" if narrowed is None else self._address([*narrowed, *column.calls])

    def row(self, key: str | None) -> str | None:
        """The beginning of the addresses of a row, to which `more_of` each column is added; None where none leads."""
        narrowed = self._row(key) if self.report.leads_to else None
        return None if narrowed is None else self._address(narrowed)

    @staticmethod
    def more_of(column: Column) -> str | None:
        """What a column adds to the address of its row; None where its figure leads nowhere."""
        if column.calls is None:
            return None
        return f"&{urlencode(column.calls)}" if column.calls else ""

    def _row(self, key: str | None) -> Pairs | None:
        days = (self.ask.begins_on, self.ask.ends_on)
        if key is None:
            return [*self._days(days), *self._filters(but="")]
        if self.ask.by == "time":
            return [*self._days(self._days_of(key)), *self._hour_of(key), *self._filters(but="")]
        name = self._names.get(self.ask.by)
        if name is None:
            return None
        return [*self._days(days), *self._filters(but=self.ask.by), (name, key or NOTHING[self.report.leads_to])]

    @property
    def _names(self) -> dict[str, str]:
        return PARAMETERS[self.report.leads_to]

    def _days(self, days: tuple[date, date]) -> Pairs:
        last = "to" if self.report.leads_to == "calls" else "until"
        found = [("period", "custom"), ("from", days[0].isoformat()), (last, days[1].isoformat())]
        return found if self.ask.zone == self.zone else [*found, ("zone", self.ask.zone)]

    def _days_of(self, key: str) -> tuple[date, date]:
        """The days of one interval, as far as they lie in the period."""
        day = date.fromisoformat(key[:10])
        if self.ask.interval == "hour":
            return day, day
        last = following(day, self.ask.interval) - timedelta(days=1)
        return max(day, self.ask.begins_on), min(last, self.ask.ends_on)

    def _hour_of(self, key: str) -> Pairs:
        return [("hour", str(int(key[11:13])))] if self.ask.interval == "hour" else []

    def _filters(self, *, but: str) -> Pairs:
        ask, names = self.ask, self._names
        given: list[tuple[str, Iterable[object]]] = [
            ("account", ask.account_ids), ("queue", ask.queue_ids), ("user", ask.user_ids),
            ("direction", ask.directions), ("category", ask.category_ids), ("topic", ask.topic_ids),
        ]  # fmt: skip
        return [(names[what], str(one)) for what, many in given if what != but and what in names for one in many]

    def _address(self, pairs: Pairs) -> str:
        where = "calls:register" if self.report.leads_to == "calls" else "registration:list"
        return f"{reverse(where)}?{urlencode(pairs)}"
