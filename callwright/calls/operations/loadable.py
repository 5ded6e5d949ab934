"""A finished call on its way from records into the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from callwright.calls.facts import CallState, decode_facts
from callwright.calls.operations.ensure_partitions import month_of
from callwright.calls.projection import CallView


@dataclass(slots=True)
class Loadable:
    """`facts`: a CallState as JSON, `view` what follows from it. `keys`: of the call, and of consultation calls that
    became part of it. `extension`: ours, that began it. `row` and `legs`: told columns as text for COPY, each leg
    with its party. `whole`: all that other records told of it before is in it.
    """

    facts: bytes
    view: CallView
    keys: Sequence[str]
    extension: str | None = None
    row: str = ""
    legs: Sequence[tuple[str, str]] = ()
    whole: bool = False
    _state: CallState | None = None

    @property
    def key(self) -> str:
        return self.keys[0]

    @property
    def id_text(self) -> str:
        return self.row[:36]

    @property
    def state(self) -> CallState:
        if self._state is None:
            self._state = decode_facts(self.facts.decode())
        return self._state


def months_of(calls: Sequence[Loadable]) -> set[date]:
    """The months whose partitions the calls need."""
    return {month_of(call.view.started_at) for call in calls}
