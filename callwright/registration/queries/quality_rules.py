"""Rules of quality: in force, as controllers set them up, and which of them contradict each other (REG-5)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.contacts.queries.lists import custom_fields
from callwright.registration.models import (
    PanelSettings,
    QualityAddress,
    QualityFinding,
    QualityRule,
    QualityRun,
    QualitySettings,
    Topic,
)
from callwright.registration.rules import Place
from callwright.registration.rules_quality import CUSTOM, Rule
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


def as_rule(row: QualityRule) -> Rule:
    return Rule(
        row.pk or 0, row.kind, frozenset(row.topics), frozenset(row.others), frozenset(row.accounts),
        frozenset(row.queues), frozenset(row.directions), tuple(row.fields), row.shortest_s, row.longest_s, row.least,
    )  # fmt: skip


def rules_in_force() -> list[Rule]:
    """What registrations are judged by, oldest rule first; one query."""
    return [as_rule(row) for row in QualityRule.objects.filter(active=True, retired_at=None).order_by("pk")]


def rules_that_can_be_kept() -> list[Rule]:
    """Those in force, without what nobody can fill in any more: retired fields of contacts, comments that are longer
    than there is room for; three queries.
    """
    fields = {CUSTOM + one.code for one in custom_fields()}
    longest = PanelSettings.objects.values_list("comment_limit", flat=True).first()
    kept = []
    for rule in rules_in_force():
        known = tuple(one for one in rule.fields if not one.startswith(CUSTOM) or one in fields)
        if rule.kind != "contact" or known:
            least = rule.least if longest is None else min(rule.least, longest)
            kept.append(replace(rule, fields=known, least=least))
    return kept


def words_of_rules() -> dict[int, str]:
    """What agents are told in words of the rule's own, by rule; one query."""
    return dict(QualityRule.objects.exclude(words="").values_list("pk", "words"))


def topic_places(ids: Collection[int]) -> dict[int, Place]:
    """Where those of the topics are offered for calls that are offered at all; one query where there are any."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [sorted(ids)])
        return {
            topic: Place(directions, (), accounts, queues) for topic, directions, accounts, queues in cursor.fetchall()
        }


_PLACES = """
    SELECT t.id, o.directions, o.accounts, o.queues FROM registration_topic t
    JOIN registration_offerspell o ON o.category_id = t.category_id AND o.until IS NULL
    LEFT JOIN registration_topic above ON above.id = t.parent_id
    WHERE t.id = ANY(%s) AND t.retired_at IS NULL AND above.retired_at IS NULL
"""


def topics_wanting_comment() -> frozenset[int]:
    """The topics that ask for a comment, retired ones too; one query."""
    return frozenset(Topic.objects.filter(wants_comment=True).values_list("pk", flat=True))


def last_change() -> datetime | None:
    """When a rule changed last, or how they are applied: registrations looked at before that are looked at again."""
    changes = [QualityRule.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()]
    changes += QualitySettings.objects.values_list("changed_at", flat=True)
    return max((one for one in changes if one is not None), default=None)


def visible_quality_rules(viewer: Viewer) -> QuerySet[QualityRule]:
    """Those for all accounts, and those for accounts that the viewer sees."""
    if not may(viewer, "set_up_quality"):
        return QualityRule.objects.none()
    allowed = visible_account_ids(viewer)
    rules = QualityRule.objects.all()
    return rules if allowed is None else rules.filter(Q(accounts=[]) | Q(accounts__overlap=sorted(allowed)))


def changeable_quality_rules(viewer: Viewer) -> QuerySet[QualityRule]:
    """Of these, those that hold for accounts of the viewer alone."""
    rules, allowed = visible_quality_rules(viewer), visible_account_ids(viewer)
    if allowed is None or may_set_for_all(viewer, "set_up_quality"):
        return rules
    return rules.exclude(accounts=[]).filter(accounts__contained_by=sorted(allowed))


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it is listed; `accounts` are the names of those that the viewer sees, `more_accounts` how many not;
    `asleep`: nobody can keep it any more, so that it is not applied.
    """

    row: QualityRule
    rule: Rule
    accounts: tuple[str, ...]
    more_accounts: int
    may_change: bool
    open_findings: int
    asleep: bool

    @property
    def rest(self) -> int:
        """Accounts that are not named where three are."""
        return max(0, len(self.accounts) - 3) + self.more_accounts


def quality_rule_rows(viewer: Viewer) -> list[RuleRow]:
    """The rules that the viewer may see, retired ones last; nine queries besides the rights."""
    rows = list(visible_quality_rules(viewer).select_related("changed_by").order_by("retired_at", "kind", "name", "pk"))
    mine = set(changeable_quality_rules(viewer).values_list("pk", flat=True))
    ids = {account for row in rows for account in row.accounts}
    names = dict(visible_accounts(viewer).filter(pk__in=ids).values_list("pk", "name"))
    counts, awake = _open(viewer), _awake()
    return [
        RuleRow(
            row, as_rule(row), tuple(sorted(names[one] for one in row.accounts if one in names)),
            sum(one not in names for one in row.accounts), row.pk in mine, counts.get(row.pk, 0),
            row.active and row.retired_at is None and row.pk not in awake,
        )
        for row in sorted(rows, key=lambda row: row.retired_at is not None)
    ]  # fmt: skip


def _awake() -> set[int]:
    rules = rules_that_can_be_kept()
    offered = topic_places({one for rule in rules if rule.kind == "needs" for one in rule.others})
    return {rule.id for rule in rules if rule.kind != "needs" or rule.others & offered.keys()}


def _open(viewer: Viewer) -> dict[int, int]:
    allowed = visible_account_ids(viewer)
    found = QualityFinding.objects.filter(closed_at=None)
    if allowed is not None:
        found = found.filter(account_id__in=allowed)
    return dict(found.values("rule").annotate(n=Count("pk")).values_list("rule", "n"))


def rule_names(viewer: Viewer) -> list[tuple[int, str, str]]:
    """(id, kind, name) of the rules that findings may name, those in force first."""
    found: Any = QualityRule.objects.all()
    allowed = visible_account_ids(viewer)
    if allowed is not None:
        found = found.filter(Q(accounts=[]) | Q(accounts__overlap=sorted(allowed)))
    rows = found.order_by("retired_at", "kind", "name", "pk").values_list("pk", "kind", "name", "retired_at")[:500]
    return [row[:3] for row in sorted(rows, key=lambda row: row[3] is not None)]


def custom_labels() -> dict[str, str]:
    """Labels of the organisation's own fields of contacts, by the name that rules have for them."""
    return {CUSTOM + one.code: one.label for one in custom_fields(with_retired=True)}


def last_run(viewer: Viewer) -> QualityRun | None:
    """The evaluation of which the viewer is told: theirs while it is under way, else the newest of their accounts that
    ended; `found` counts what is new in these alone.
    """
    under_way = QualityRun.objects.filter(asked_by_id=viewer.pk, ended_at=None).first()
    allowed = visible_account_ids(viewer)
    ended = QualityRun.objects.exclude(ended_at=None).order_by("-ended_at")
    if allowed is None:
        return under_way or ended.first()
    zones = visible_accounts(viewer).order_by().values_list("time_zone", flat=True).distinct()
    run = under_way or ended.filter(
        Q(accounts=None) | Q(accounts__overlap=sorted(allowed)), Q(zone="") | Q(zone__in=list(zones))
    ).first()  # fmt: skip
    if run is not None:
        theirs = QualityFinding.objects.filter(run=run.pk, account_id__in=allowed)
        run.found = theirs.values("registration_id").distinct().count()
    return run


def quality_settings() -> QualitySettings:
    return QualitySettings.objects.filter(pk=1).first() or QualitySettings(id=1)


@dataclass(frozen=True, slots=True)
class AddressRow:
    """`account` is empty for all of them."""

    id: int
    email: str
    language: str
    account: str
    may_change: bool


def quality_addresses(viewer: Viewer) -> list[AddressRow]:
    """Where findings are reported to, as far as the viewer sees it; one query besides the rights."""
    allowed, for_all = visible_account_ids(viewer), may_set_for_all(viewer, "set_up_quality")
    found = QualityAddress.objects.select_related("account").order_by("account__name", "email", "pk")
    if allowed is not None:
        found = found.filter(Q(account_id__in=allowed) | (Q(account=None) if for_all else Q(pk__in=[])))
    return [
        AddressRow(
            row.pk, row.email, row.language, row.account.name if row.account else "", bool(for_all or row.account)
        )
        for row in found
    ]
