"""Decisions about what an employee registers of a call. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_TOPICS = 100
Words = tuple[str, str, str]
"""Of a topic as it was ticked: category, topic above or "", topic."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A topic that can be ticked now: its category, whether several of that can be, and its words."""

    category_id: int
    several: bool
    words: Words


class NotOffered(Exception):
    """A topic is not offered for this call (any more)."""


class OneTopicOnly(Exception):
    """A category admits one topic."""


def is_correctable(*, ended_at: datetime | None, within_s: int, is_due: bool, now: datetime) -> bool:
    """While the call lasts, for `within_s` seconds after it, and as long as it must still be registered."""
    return ended_at is None or is_due or now <= correctable_until(ended_at, within_s)


def correctable_until(ended_at: datetime, within_s: int) -> datetime:
    return ended_at + timedelta(seconds=within_s)


def tick(
    wanted: Sequence[int],
    *,
    before: Mapping[int, Words],
    offered: Mapping[int, Offer],
    retired: Mapping[int, int | None],
) -> dict[int, Words]:
    """The topics that stand from now on, with their words, in the order in which they are offered; those that stood
    before and are offered no more stand first. Those keep their words and may stay, but not be ticked anew.

    `retired`: of those that stood before and are not offered, the category where that admits one topic only. Raises
    NotOffered, OneTopicOnly.
    """
    kept = [one for one in before if one in wanted and one not in offered]
    chosen = [one for one in offered if one in wanted]
    if len(kept) + len(chosen) != len(set(wanted)):
        raise NotOffered
    single = [offered[one].category_id for one in chosen if not offered[one].several]
    single += [category for one in kept if (category := retired.get(one)) is not None]
    added = {one for one in wanted if one not in before}
    if added and len(set(single)) != len(single):
        raise OneTopicOnly
    return {one: before.get(one) or offered[one].words for one in (*kept, *chosen)}


def without(before: Mapping[int, Words], wanted: Collection[int]) -> dict[int, Words]:
    """What stands when some of what stood before is taken away."""
    return {one: words for one, words in before.items() if one in wanted}


def next_revision(asked: int | None, *, stands: int, now: datetime) -> int:
    """The number by which the newer of two saves is known: milliseconds of the clock of whoever saves, or one more
    than what they saw. A clock that runs ahead is not followed.
    """
    clock = int(now.timestamp() * 1000)
    return max(clock, stands + 1) if asked is None else min(asked, max(clock + 60_000, stands))
