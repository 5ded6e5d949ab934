"""What a rule about recording can be about."""

from dataclasses import dataclass

from callwright.accounts.queries.accounts import visible_accounts
from callwright.staff.queries.rights import Viewer, sees_all_accounts
from callwright.telephony.queries.administration import queue_rows

MOST = 2_000


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """(id, label) of each; the viewer's accounts, with their lines and queues."""

    accounts: list[tuple[int, str]]
    lines: list[tuple[int, str]]
    queues: list[tuple[int, str]]

    @property
    def keys(self) -> set[tuple[str, int]]:
        named = (("account", self.accounts), ("line", self.lines), ("queue", self.queues))
        return {(name, one) for name, rows in named for one, _label in rows}


def rule_choices(viewer: Viewer) -> RuleChoices:
    """Three queries."""
    accounts = list(visible_accounts(viewer).order_by("name").values_list("id", "name")[:MOST])
    ids = [one for one, _name in accounts]
    lines = visible_accounts(viewer).filter(id__in=ids, lines__retired=False).order_by("name", "lines__number")
    rows = lines.values_list("lines__id", "name", "lines__label", "lines__number")[:MOST]
    return RuleChoices(
        accounts,
        [(one, f"{name}: {label or number}") for one, name, label, number in rows],
        [(queue.id, queue.label or queue.name) for queue in queue_rows(None if sees_all_accounts(viewer) else ids)],
    )
