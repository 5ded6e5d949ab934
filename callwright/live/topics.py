"""Who may hear which topic. A topic is `prefix` or `prefix:rest`; each prefix is declared once with its rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: `accounts` are the ids of the accounts they may see, None for all."""

    user_id: int
    role: str
    accounts: frozenset[int] | None

    def may_see(self, account_id: int | None) -> bool:
        return account_id is None or self.accounts is None or account_id in self.accounts


Rule = Callable[[Listener, str], bool]
Source = Callable[[Any], Listener | None]

_rules: dict[str, Rule] = {}
_source: list[Source] = []


def declare(prefix: str, rule: Rule) -> None:
    """`rule(listener, rest)` decides who may hear `prefix` (rest is "") and `prefix:rest`."""
    _rules[prefix] = rule


def may_hear(listener: Listener, topic: str) -> bool:
    """Whether the listener may hear the topic; never, when nobody declared it."""
    prefix, _, rest = topic.partition(":")
    rule = _rules.get(prefix)
    return rule is not None and rule(listener, rest)


def set_source(source: Source) -> None:
    """`source(user)` reads a user's rights now; None when they may not listen at all."""
    _source[:] = [source]


def listener_of(user: Any) -> Listener | None:
    """The user's rights as they are now."""
    return _source[0](user) if _source else None
