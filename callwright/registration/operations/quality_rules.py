"""The rules of quality, when they are applied, and whom that is told, as controllers set them up (REG-5)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from callwright.kit.texts import clean_line
from callwright.messaging.rules import clean_address
from callwright.registration.models import QualityAddress, QualityRule, QualitySettings, Topic
from callwright.registration.queries.quality_rules import as_rule, rules_in_force
from callwright.registration.rules_quality import DIRECTIONS, KINDS, Conflict, conflicts, wrong_with
from callwright.staff.operations.record_audit import record_audit

LONGEST_WORDS = 300
LONGEST_LOOK_BACK = 400


class RuleRefused(Exception):
    """`reason` is a code of `rules_quality.wrong_with`, or missing, bad_kind, one_topic, changed_meanwhile; or it is
    contradicts: `conflicts` say which others, and it is kept when the person says so.
    """

    def __init__(self, reason: str, conflicts: Sequence[Conflict] = ()) -> None:
        super().__init__(reason)
        self.reason, self.conflicts = reason, tuple(conflicts)


@dataclass(frozen=True, slots=True)
class RuleWish:
    """What a rule is to be; durations in seconds. No accounts: all of them."""

    kind: str
    name: str = ""
    words: str = ""
    topics: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()
    queues: tuple[int, ...] = ()
    directions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    shortest_s: int | None = None
    longest_s: int | None = None
    least: int = 1
    active: bool = True


_OF_KIND = {
    "contradiction": {"topics", "others"}, "needs": {"topics", "others"}, "comment": {"topics", "least"},
    "direction": {"topics", "directions"}, "talk_time": {"topics", "shortest_s", "longest_s"},
    "queue": {"topics", "queues"}, "contact": {"topics", "fields"}, "duplicate": {"topics"},
}  # fmt: skip
_WORDS = {"name", "words"}
_ALWAYS = {"kind", "name", "words", "accounts", "active"}


@contextmanager
def _changing_rules() -> Iterator[None]:
    """One transaction in which nobody else changes a rule: of two that contradict each other, one is told."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rules of quality'))")
        yield


@_changing_rules()
def save_quality_rule(
    *, rule_id: int | None, wish: RuleWish, by: int, now: datetime, although_contradicting: bool = False,
    seen_at: datetime | None = None,
) -> int:  # fmt: skip
    """A new rule, or one changed; returns its id. What it finds it finds at the next evaluation, which looks at all
    registrations again; findings that no longer hold end there. `seen_at` is the `changed_at` that the user saw.

    The caller has checked that the rule and its accounts are the user's to set up. Raises RuleRefused.
    """
    if wish.kind not in KINDS or set(wish.directions) - set(DIRECTIONS):
        raise RuleRefused("bad_kind")
    rule = QualityRule() if rule_id is None else QualityRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise RuleRefused("missing")
    if seen_at is not None and rule.changed_at != seen_at:
        raise RuleRefused("changed_meanwhile")
    before = _as_kept(rule) if rule_id is not None else {}
    _put(rule, wish)
    if reason := wrong_with(as_rule(rule)):
        raise RuleRefused(reason)
    if wish.kind == "needs" and _needs_a_second_of_one(wish):
        raise RuleRefused("one_topic")
    found = conflicts(as_rule(rule), rules_in_force()) if rule.active and rule.retired_at is None else []
    if found and not although_contradicting:
        raise RuleRefused("contradicts", found)
    after = _as_kept(rule)
    if before == after:
        return rule.pk
    if any(before.get(name) != value for name, value in after.items() if name not in _WORDS):
        rule.meaning_changed_at = now
    rule.changed_at, rule.changed_by_id = now, by
    rule.save()
    _record("quality_rule_saved", rule.pk, by, now, {"before": before, "after": after})
    return rule.pk


def _needs_a_second_of_one(wish: RuleWish) -> bool:
    """Whether one of the topics needs another of its own category, which admits one only."""
    single = dict(
        Topic.objects.filter(pk__in=[*wish.topics, *wish.others], category__several=False).values_list(
            "pk", "category_id"
        )
    )
    return any(
        topic in single and all(single.get(one) == single[topic] for one in wish.others) for topic in wish.topics
    )


def _put(rule: QualityRule, wish: RuleWish) -> None:
    """What does not belong to its kind is left out."""
    empty = RuleWish(kind=wish.kind)
    for name, value in asdict(wish).items():
        kept = value if name in _ALWAYS | _OF_KIND[wish.kind] else getattr(empty, name)
        if isinstance(kept, tuple):
            kept = list(dict.fromkeys(kept)) if name == "fields" else sorted(set(kept))
        setattr(rule, name, kept)
    rule.name, rule.words = clean_line(wish.name)[:80], clean_line(wish.words)[:LONGEST_WORDS]


@_changing_rules()
def retire_quality_rule(*, rule_id: int, retired: bool, by: int, now: datetime) -> list[Conflict]:
    """Takes a rule out of force for good, or puts it back; its findings keep it. Returns what it contradicts: then it
    is back, but not in force until somebody decides so. Raises RuleRefused.
    """
    rule = QualityRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise RuleRefused("missing")
    if (rule.retired_at is not None) is retired:
        return []
    found = conflicts(as_rule(rule), rules_in_force()) if rule.active and not retired else []
    rule.retired_at, rule.active = now if retired else None, rule.active and not found
    rule.changed_at, rule.changed_by_id = now, by
    rule.save(update_fields=["retired_at", "active", "changed_at", "changed_by"])
    _record("quality_rule_retired" if retired else "quality_rule_offered", rule.pk, by, now, {})
    return found


def _as_kept(rule: QualityRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in (*sorted(_ALWAYS), *sorted(set().union(*_OF_KIND.values())))}


@transaction.atomic
def save_quality_settings(*, at_hour: int, look_back_days: int, by: int, now: datetime) -> None:
    """At which hour of the night, and how far back in days; what is out of range becomes the nearest."""
    values = {"at_hour": min(23, max(0, at_hour)), "look_back_days": min(LONGEST_LOOK_BACK, max(1, look_back_days))}
    QualitySettings.objects.update_or_create(pk=1, defaults={**values, "changed_at": now})
    record_audit(action="quality_settings_saved", subject="quality_settings:1", by=by, detail=values, now=now)


class AddressTaken(Exception):
    """The address is set already."""


def add_quality_address(*, email: str, language: str, account_id: int | None, by: int, now: datetime) -> None:
    """Findings of the account (None: all) are reported there from now on. Raises AddressRefused, AddressTaken."""
    address = clean_address(clean_line(email))
    try:
        with transaction.atomic():
            if QualityAddress.objects.filter(account=account_id, email__iexact=address).exists():
                raise AddressTaken
            row = QualityAddress.objects.create(account_id=account_id, email=address, language=language[:10])
    except IntegrityError as error:
        raise AddressTaken from error
    record_audit(
        action="quality_address_added", subject=f"quality_address:{row.pk}", by=by, account_id=account_id,
        detail={"email": address}, now=now,
    )  # fmt: skip


@transaction.atomic
def remove_quality_address(*, address_id: int, by: int, now: datetime) -> None:
    """Nothing more is reported there; nothing happens where it is gone already."""
    row = QualityAddress.objects.filter(pk=address_id).first()
    if row is None:
        return
    record_audit(
        action="quality_address_removed", subject=f"quality_address:{row.pk}", by=by, account_id=row.account_id,
        detail={"email": row.email}, now=now,
    )  # fmt: skip
    row.delete()


def _record(action: str, rule_id: int, by: int, now: datetime, detail: dict[str, Any]) -> None:
    record_audit(action=action, subject=f"quality_rule:{rule_id}", by=by, detail=detail, now=now)
