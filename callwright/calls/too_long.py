"""How long a call may be (CALL-7): which rule holds for it, and whether it is over. Pure.

A rule's conditions are all optional: the beginning of the client's number, a queue, an account, a direction. Of the
rules that fit a call the most specific one holds: the one with the longest beginning of the number; of those the one
for the queue, then the one for the account, then the one for the direction. No two rules have the same conditions, so
there is always one answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import phonenumbers as pn

from callwright.calls.search import DIRECTIONS, digits_of

SHORTEST_LIMIT_S = 10
LONGEST_LIMIT_S = 24 * 3600
LONGEST_PREFIX = 16
HISTORY = timedelta(days=1)
"""Nobody is told of a call that ended longer ago than this when the register first hears of it."""

_DURATION = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,4}):)?(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit in seconds of talk time for the calls that fit; an empty condition fits all."""

    id: int
    limit_s: int
    prefix: str = ""
    queue_id: int | None = None
    account_id: int | None = None
    direction: str = ""

    def fits(self, *, direction: str, number: str, queue_id: int | None, account_id: int | None) -> bool:
        return (
            number.startswith(self.prefix)
            and self.queue_id in (None, queue_id)
            and self.account_id in (None, account_id)
            and self.direction in ("", direction)
        )

    @property
    def rank(self) -> tuple[int, bool, bool, bool]:
        """The more specific, the larger."""
        return len(self.prefix), self.queue_id is not None, self.account_id is not None, bool(self.direction)


class RuleBook:
    """The rules in force, arranged so that a call is looked up, not compared with all of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.least_limit_s = min((rule.limit_s for rule in self.rules), default=None)
        self._by_prefix: dict[str, dict[tuple[int | None, int | None, str], Rule]] = {}
        for rule in self.rules:
            group = self._by_prefix.setdefault(rule.prefix, {})
            group[rule.queue_id, rule.account_id, rule.direction] = rule
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix}, reverse=True)
        # The same live calls are asked for every second.
        self._known = lru_cache(maxsize=4096)(self._find)
        self._shapes = {
            prefix: sorted({(q is not None, a is not None, way != "") for q, a, way in group}, reverse=True)
            for prefix, group in self._by_prefix.items()
        }

    def rule_for(self, *, direction: str, number: str, queue_id: int | None, account_id: int | None) -> Rule | None:
        """The rule that holds for a call; `number` is the client's as the register keeps it. None: no limit."""
        return self._known(direction, number, queue_id, account_id)

    def _find(self, direction: str, number: str, queue_id: int | None, account_id: int | None) -> Rule | None:
        for length in self._lengths:
            prefix = number[:length]
            group = self._by_prefix.get(prefix)
            if group is None or len(prefix) < length:
                continue
            for by_queue, by_account, by_way in self._shapes[prefix]:
                key = (queue_id if by_queue else None, account_id if by_account else None, direction if by_way else "")
                if (by_queue and queue_id is None) or (by_account and account_id is None):
                    continue
                rule = group.get(key)
                if rule is not None:
                    return rule
        return None

    def never_holds(self, rule: Rule, *, accounts: Sequence[int] | None = None) -> bool:
        """Whether other rules hold for every call that this one fits. `accounts` are all there are; None: too many to
        be covered one by one.
        """
        numbers = [rule.prefix] if not rule.prefix else [f"{rule.prefix}{digit}" for digit in "0123456789"]
        directions = [rule.direction] if rule.direction else DIRECTIONS
        owners: Sequence[int | None] = [rule.account_id]
        if rule.account_id is None and accounts:
            owners = accounts
        return not any(
            self.rule_for(direction=direction, number=number, queue_id=rule.queue_id, account_id=account) == rule
            for direction in directions
            for number in numbers
            for account in owners
        )


def is_too_long(talk_s: int, limit_s: int) -> bool:
    """A call that lasts just as long as it may is not too long."""
    return talk_s > limit_s


def talked_s(talk_s: int, talking_since: datetime | None, now: datetime) -> int:
    """The talk time of a call that goes on, in whole seconds rounded half up as the register counts it: earlier talks
    and the present one, time on hold included, since a line on hold costs as much. A clock that is behind counts none.
    """
    if talking_since is None or now <= talking_since:
        return talk_s
    return talk_s + int((now - talking_since + timedelta(milliseconds=500)).total_seconds())


def passed_at(talk_s: int, talking_since: datetime, limit_s: int) -> datetime:
    """When a call that goes on reached its limit."""
    return talking_since + timedelta(seconds=max(0, limit_s - talk_s))


def limit_in(text: str) -> int | None:
    """Seconds of a limit as people write it: 12:00, 1:30:00, or 90; None for what is none or out of bounds."""
    digits = "".join(digits_of(c) or c for c in text.strip())
    found = _DURATION.fullmatch(digits)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if (found[2] and seconds > 59) or (found[1] and minutes > 59):
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return total if SHORTEST_LIMIT_S <= total <= LONGEST_LIMIT_S else None


def prefix_in(text: str, country: str) -> str | None:
    """The beginning of numbers as the register keeps them: national notation of `country` (ISO code) becomes +…; what
    begins neither with + nor with a trunk digit stays, for short numbers and extensions. None for what is no number.
    """
    bare = re.sub(r"[\s().\-/\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    digits = digits_of(bare)
    if not bare:
        return ""
    if not digits or len(bare.removeprefix("+")) != len(digits) or len(digits) > LONGEST_PREFIX - 1:
        return None
    if bare.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00") and len(digits) > 2:
        return f"+{digits[2:]}"
    plan = pn.PhoneMetadata.metadata_for_region(country.upper(), None) if country else None
    trunk = (plan.national_prefix or "") if plan else ""
    if plan is not None and trunk and digits.startswith(trunk) and len(digits) > len(trunk):
        return f"+{plan.country_code}{digits[len(trunk) :]}"
    return digits
