"""What a manager user hears and may order, read from its own section of manager.conf and from ListCommands. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callwright.telephony.asterisk.names import CALL_EVENTS, STATE_EVENTS

# Read classes without which calls cannot be followed, and what is lost; `names` may come by any of the classes.
CLASS_OF: Mapping[str, str] = {
    **dict.fromkeys(CALL_EVENTS, "call"),
    **dict.fromkeys(
        (
            "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect", "AgentComplete",
            "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberStatus",
        ),
        "agent",
    ),
    "FullyBooted": "system",
    "Shutdown": "system",
    "DeviceStateChange": "call",
}  # fmt: skip

# Orders by the class of `write` that they need.
ORDERS: Mapping[str, tuple[str, ...]] = {
    "originate": ("Originate",),
    "call": ("Hangup", "BlindTransfer", "Atxfer", "CancelAtxfer", "Redirect", "Bridge", "Setvar", "Getvar"),
    "agent": ("QueuePause",),
    "system": ("DialplanExtensionAdd", "CoreShowChannels"),
}

_NEW_STYLE = re.compile(r"eventfilter\((.*)\)$")
_PART = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Section:
    """A user's section of manager.conf: the classes it reads, and its event filters as (option, value)."""

    read: frozenset[str]
    filters: tuple[tuple[str, str], ...]

    @classmethod
    def of_answer(cls, fields: Mapping[str, str]) -> "Section":
        """From the fields of the answer to GetConfig: `Line-000000-000004: read=system,call`."""
        lines = [value.partition("=") for key, value in fields.items() if key.startswith("Line-")]
        pairs = [(key.strip(), value.lstrip("> ").strip()) for key, _, value in lines]
        read = next((value for key, value in pairs if key == "read"), "")
        return cls(
            frozenset(part.strip() for part in read.split(",") if part.strip()),
            tuple((key, value) for key, value in pairs if key.startswith("eventfilter")),
        )

    def missing_classes(self) -> list[str]:
        """Classes that `read` lacks, of those without which something cannot be seen."""
        return [] if "all" in self.read else [one for one in ("call", "agent", "system") if one not in self.read]

    def filtered_away(self) -> list[str]:
        """Events that are needed and that the filters drop although the classes would let them through."""
        missing = set(self.missing_classes())
        heard = [name for name in (*CALL_EVENTS, *STATE_EVENTS) if CLASS_OF.get(name) not in missing]
        return [name for name in heard if not self._passes(name)]

    def _passes(self, name: str) -> bool:
        rules = [_rule(option, value) for option, value in self.filters]
        includes = [matches for is_include, matches in rules if is_include]
        excludes = [matches for is_include, matches in rules if not is_include]
        wanted = not includes or any(matches(name) for matches in includes)
        return wanted and not any(matches(name) for matches in excludes)


class _ByName:
    """A filter of Asterisk 18.26 and later: `eventfilter(action(include),name(Hangup)) =`."""

    def __init__(self, parts: Mapping[str, str], value: str) -> None:
        self._name, self._looks_further = parts.get("name", ""), bool(value) or "header" in parts

    def __call__(self, name: str) -> bool:
        if self._name and self._name != name:
            return False
        # What a filter finds in an event's other fields is not known here: neither kept nor dropped for sure.
        return not self._looks_further


class _ByText:
    """A filter of any version: a regular expression over the whole event."""

    def __init__(self, value: str) -> None:
        try:
            self._pattern: re.Pattern[str] | None = re.compile(value)
        except re.error:
            self._pattern = None

    def __call__(self, name: str) -> bool:
        return self._pattern is not None and self._pattern.search(f"Event: {name}\r\n") is not None


def _rule(option: str, value: str) -> tuple[bool, _ByName | _ByText]:
    advanced = _NEW_STYLE.match(option)
    if advanced:
        parts = dict(_PART.findall(advanced[1]))
        return parts.get("action", "include").startswith("include"), _ByName(parts, value)
    return not value.startswith("!"), _ByText(value.removeprefix("!"))


def missing_orders(allowed: Iterable[str]) -> dict[str, list[str]]:
    """By the class of `write` that would allow them, the orders that are not among the `allowed` actions."""
    known = frozenset(allowed)
    lacking = {kind: [action for action in actions if action not in known] for kind, actions in ORDERS.items()}
    return {kind: actions for kind, actions in lacking.items() if actions}
