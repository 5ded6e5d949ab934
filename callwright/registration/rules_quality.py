"""Decisions about the quality of registrations (REG-5): what speaks against one, and which rules contradict each other.
Pure.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from callwright.kit.phone_numbers import NumberKind, parse_number
from callwright.registration.rules import DIRECTIONS as DIRECTIONS
from callwright.registration.rules import Place, Subject, is_offered

KINDS = ["contradiction", "needs", "comment", "direction", "talk_time", "queue", "contact", "duplicate"]
OF_TOPICS = frozenset(KINDS) - {"comment", "contact", "duplicate"}
"""Kinds that must name topics; the others may hold for any registration."""

CONTACT_FIELDS = [
    "name", "first_name", "surname", "number", "email", "company", "job_title", "city", "region", "country", "birthday",
]  # fmt: skip
CUSTOM = "custom."
LONGEST_TALK_S = 24 * 3600
LONGEST_COMMENT = 1_000
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force; durations in seconds, `least` in characters. No accounts: all of them."""

    id: int
    kind: str
    topics: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()
    queues: frozenset[int] = frozenset()
    directions: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    shortest_s: int | None = None
    longest_s: int | None = None
    least: int = 1


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What is known of whoever was spoken to. `doubles` are other contacts of the account with the same name and a
    number or address in common; `values` its fields as texts.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    numbers: Sequence[str] = ()
    emails: Sequence[str] = ()
    is_company: bool = False
    home_country: str = ""
    doubles: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A registration with what its call was; talk time in seconds."""

    account_id: int
    topics: frozenset[int]
    comment: str = ""
    direction: str = "inbound"
    queue_id: int | None = None
    talk_s: int = 0
    contact: ContactFacts | None = None


Fault = dict[str, Any]


def fault(rule: Rule, facts: Facts, wanting_comment: Collection[int] = ()) -> Fault | None:
    """What the rule has against a registration, in codes and ids; None if nothing. `wanting_comment` are the topics
    that ask for a comment. A registration in which nothing is ticked is missing, not wrong.
    """
    if not facts.topics or (rule.accounts and facts.account_id not in rule.accounts):
        return None
    about = rule.topics & facts.topics if rule.topics else facts.topics
    return _FAULTS[rule.kind](rule, facts, about, wanting_comment) if about else None


def awake(rule: Rule, facts: Facts, places: Mapping[int, Place]) -> bool:
    """Whether the rule can be kept in this call: what a topic needs can be ticked there, or is. `places`: where topics
    are offered; one that is not among them is offered nowhere.
    """
    if rule.kind != "needs":
        return True
    subject = Subject(facts.account_id, facts.direction, facts.queue_id)
    return any(one in facts.topics or (one in places and is_offered(places[one], subject)) for one in rule.others)


def _contradiction(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    together = sorted({one for pair in pairs(rule) if pair <= facts.topics for one in pair})
    return {"topics": together} if together else None


def pairs(rule: Rule) -> Iterator[frozenset[int]]:
    """Topics that may not stand together by a rule of contradiction: each of `topics` with each of `others`; without
    others no two of `topics`.
    """
    if not rule.others:
        yield from (frozenset(pair) for pair in combinations(sorted(rule.topics), 2))
        return
    yield from (frozenset((one, other)) for one in rule.topics for other in rule.others if one != other)


def _needs(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    return None if rule.others & facts.topics else {"topics": sorted(about)}


def _comment(rule: Rule, facts: Facts, about: frozenset[int], wanting: Collection[int]) -> Fault | None:
    asking = about if rule.topics else about & frozenset(wanting)
    length = len(" ".join(facts.comment.split()))
    return {"topics": sorted(asking), "length": length} if asking and length < max(1, rule.least) else None


def _direction(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    return None if facts.direction in rule.directions else {"topics": sorted(about), "direction": facts.direction}


def _talk_time(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    too_short = rule.shortest_s is not None and facts.talk_s < rule.shortest_s
    too_long = rule.longest_s is not None and facts.talk_s > rule.longest_s
    return {"topics": sorted(about), "talk_s": facts.talk_s} if too_short or too_long else None


def _queue(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    return None if facts.queue_id in rule.queues else {"topics": sorted(about)}


def _contact(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    contact = facts.contact
    if contact is None:
        return {"nobody": True, "missing": list(rule.fields)}
    states = {name: field_state(name, contact) for name in rule.fields}
    missing = [name for name, state in states.items() if state == "empty"]
    malformed = [name for name, state in states.items() if state == "malformed"]
    return {"missing": missing, "malformed": malformed} if missing or malformed else None


def _duplicate(rule: Rule, facts: Facts, about: frozenset[int], _wanting: Collection[int]) -> Fault | None:
    doubles = facts.contact.doubles if facts.contact else ()
    return {"doubles": sorted(doubles)[:5]} if doubles else None


_FAULTS = {
    "contradiction": _contradiction, "needs": _needs, "comment": _comment, "direction": _direction,
    "talk_time": _talk_time, "queue": _queue, "contact": _contact, "duplicate": _duplicate,
}  # fmt: skip


def field_state(name: str, contact: ContactFacts) -> str:
    """A field of a contact as `fine`, `empty` or `malformed`. One good number or address of several is enough."""
    if name == "number":
        return _of_several(contact.numbers, lambda one: is_number(one, contact.home_country))
    if name == "email":
        return _of_several(contact.emails, is_email)
    if contact.is_company and name in ("first_name", "surname", "company", "job_title", "birthday"):
        return "fine" if contact.values.get("name") else "empty"  # a company has no other name than its own
    text = contact.values.get(name, "").strip()
    if not text:
        return "empty"
    if name in ("country", "birthday") or name.startswith(CUSTOM):
        return "fine" if any(c.isalnum() for c in text) else "malformed"
    return "fine" if any(c.isalpha() for c in text) else "malformed"


def _of_several(given: Sequence[str], is_good: Any) -> str:
    if not given:
        return "empty"
    return "fine" if any(is_good(one) for one in given) else "malformed"


def is_number(text: str, country: str) -> bool:
    """Whether it can be dialled: a full number, or a short one of the country."""
    return parse_number(text, country).kind in (NumberKind.PHONE, NumberKind.SHORT, NumberKind.EMERGENCY)


def is_email(text: str) -> bool:
    """Whether it can be written to: one name at one domain that has a dot."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None and ".." not in text


def wrong_with(rule: Rule) -> str:
    """Why a rule makes no sense by itself, as a code; empty when it does."""
    if rule.kind in OF_TOPICS and not rule.topics:
        return "no_topics"
    match rule.kind:
        case "contradiction" if not any(pairs(rule)):
            return "no_others"
        case "contradiction" | "needs" if rule.topics & rule.others:
            return "same_topics"
        case "needs" if not rule.others:
            return "no_others"
        case "comment" if not 1 <= rule.least <= LONGEST_COMMENT:
            return "bad_least"
        case "direction" if len(rule.directions) != 1:
            return "no_direction"
        case "talk_time":
            return _wrong_times(rule)
        case "queue" if not rule.queues:
            return "no_queues"
        case "contact" if not rule.fields:
            return "no_fields"
    return ""


def _wrong_times(rule: Rule) -> str:
    if rule.shortest_s is None and rule.longest_s is None:
        return "no_times"
    if max(rule.shortest_s or 0, rule.longest_s or 0) > LONGEST_TALK_S:
        return "bad_times"
    if rule.shortest_s is not None and rule.longest_s is not None and rule.shortest_s > rule.longest_s:
        return "bad_times"
    return ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules that cannot both be kept about `topic`; `reason` is needs_forbidden, directions, talk_times, queues, or
    same: both say the same of the same topics.
    """

    rule_id: int
    other_id: int
    topic: int
    reason: str


def conflicts(rule: Rule, others: Iterable[Rule]) -> list[Conflict]:
    """What `rule` contradicts among others that are in force, for accounts that both are about; one for each rule."""
    shared = [one for one in others if one.id != rule.id and _meet(rule.accounts, one.accounts)]
    found: dict[int, Conflict] = {}
    for other in shared:
        one = _conflict(rule, other) or _out_of_reach(rule, other, shared)
        if one:
            found.setdefault(one.other_id, one)
    return list(found.values())


def _meet(some: frozenset[int], others: frozenset[int]) -> bool:
    return not some or not others or bool(some & others)


def _conflict(rule: Rule, other: Rule) -> Conflict | None:
    if rule.kind != other.kind:
        return None
    topic = min(rule.topics & other.topics, default=None)
    if rule.kind == "contradiction":
        both = sorted(set(pairs(rule)) & set(pairs(other)), key=sorted)
        return Conflict(rule.id, other.id, min(both[0]), "same") if both else None
    if topic is None:
        return None
    reason = {
        "direction": "directions", "queue": "queues", "talk_time": "talk_times",
    }.get(rule.kind, "")  # fmt: skip
    if rule.kind in _OF_CALLS and _OF_CALLS[rule.kind](rule, other):
        return None
    if rule.kind == "needs" and rule.others == other.others:
        reason = "same"
    return Conflict(rule.id, other.id, topic, reason) if reason else None


def _times_meet(rule: Rule, other: Rule) -> bool:
    shortest = max(rule.shortest_s or 0, other.shortest_s or 0)
    longest = [one for one in (rule.longest_s, other.longest_s) if one is not None]
    return not longest or shortest <= min(longest)


def _out_of_reach(rule: Rule, other: Rule, shared: Sequence[Rule]) -> Conflict | None:
    """A topic that needs others, none of which can stand beside it in any call."""
    for needing, blocking in ((rule, other), (other, rule)):
        if needing.kind != "needs":
            continue
        rules = [one for one in (rule, *shared) if _meet(needing.accounts, one.accounts)]
        for topic in sorted(needing.topics):
            apart = [_apart(topic, one, rules) for one in needing.others if one != topic]
            if apart and all(apart) and any(blocking.id in ids for ids in apart):
                return Conflict(rule.id, other.id, topic, "needs_forbidden")
    return None


def _apart(topic: int, one: int, rules: Sequence[Rule]) -> set[int]:
    """The rules by which two topics cannot stand together: they contradict, or no call fits both."""
    pair = frozenset((topic, one))
    found = {rule.id for rule in rules if rule.kind == "contradiction" and pair in pairs(rule)}
    for mine in (rule for rule in rules if rule.kind in _OF_CALLS and topic in rule.topics):
        for theirs in rules:
            if theirs.kind == mine.kind and one in theirs.topics and not _OF_CALLS[mine.kind](mine, theirs):
                found |= {mine.id, theirs.id}
    return found


_OF_CALLS: Mapping[str, Callable[[Rule, Rule], bool]] = {
    "direction": lambda one, other: bool(one.directions & other.directions),
    "queue": lambda one, other: bool(one.queues & other.queues),
    "talk_time": lambda one, other: _times_meet(one, other),
}
"""Kinds of rules about calls: whether a call can fit both of a kind."""


def all_conflicts(rules: Sequence[Rule]) -> list[Conflict]:
    """All pairs of rules that contradict each other, each pair once."""
    found: dict[frozenset[int], Conflict] = {}
    for rule in rules:
        for one in conflicts(rule, rules):
            found.setdefault(frozenset((one.rule_id, one.other_id)), one)
    return list(found.values())


_TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,4}):)?(\d{1,5})", re.ASCII)


def time_in(text: str) -> int | None:
    """Seconds of a time such as 2:30 or 1:00:00, or of a number of seconds; None for what is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if total <= LONGEST_TALK_S else None
