"""The rules of talk time (CALL-7): in force, and as the people who set them up see them."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.calls.models import TooLongRule
from callwright.calls.too_long import Rule, RuleBook
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

_RULES = """
    SELECT id, limit_s, prefix, queue_id, account_id, direction FROM calls_toolongrule
    WHERE active AND retired_at IS NULL ORDER BY id
"""
_books: dict[tuple[Any, ...], RuleBook] = {}


def rule_book() -> RuleBook:
    """The rules in force; one query. The same book while they stay the same, so that it is not arranged each second."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES)
        rows = tuple(cursor.fetchall())
    book = _books.get(rows)
    if book is None:
        _books.clear()
        book = _books[rows] = RuleBook(Rule(*row) for row in rows)
    return book


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with the names of what it is for. `never_holds`: others hold for every call that it fits; `may_change`:
    the viewer may.
    """

    rule: Rule
    name: str
    queue: str
    account: str
    active: bool
    retired: bool
    never_holds: bool
    contradicts: bool
    may_change: bool
    changed_by: str
    changed_at: Any
    open_reviews: int


def visible_rules(viewer: Viewer) -> QuerySet[TooLongRule]:
    """The rules that the viewer may see: those for accounts that they see, and those for all accounts, unless for a
    queue of an account that they do not see.
    """
    if not may(viewer, "set_up_too_long"):
        return TooLongRule.objects.none()
    allowed = visible_account_ids(viewer)
    rules = TooLongRule.objects.all()
    if allowed is None:
        return rules
    of_all = Q(account=None) & (Q(queue=None) | Q(queue__account=None) | Q(queue__account_id__in=allowed))
    return rules.filter(of_all | Q(account_id__in=allowed))


def may_set_rules_for_all(viewer: Viewer) -> bool:
    """Whether the viewer may set rules for all accounts."""
    return may_set_for_all(viewer, "set_up_too_long")


def changeable_rules(viewer: Viewer) -> QuerySet[TooLongRule]:
    """The visible rules without those for all accounts, where these are not the viewer's to change."""
    rules = visible_rules(viewer)
    return rules if may_set_rules_for_all(viewer) else rules.exclude(account=None)


# As `visible_rules`. The name of a queue of an account that the viewer does not see stands nowhere.
_VISIBLE = """(%(all)s OR r.account_id = ANY(%(accounts)s::bigint[])
        OR r.account_id IS NULL AND (q.account_id IS NULL OR q.account_id = ANY(%(accounts)s::bigint[])))"""
_QUEUE = """CASE WHEN r.queue_id IS NULL THEN ''
                WHEN %(all)s OR q.account_id IS NULL OR q.account_id = ANY(%(accounts)s::bigint[])
                    THEN coalesce(nullif(q.label, ''), q.name, '')
                ELSE %(other_queue)s END"""
_ROWS = f"""
    SELECT r.id, r.limit_s, r.prefix, r.queue_id, r.account_id, r.direction, r.name,
           {_QUEUE}, coalesce(a.name, ''), r.active, r.retired_at IS NOT NULL,
           q.account_id, coalesce(u.name, ''), r.changed_at,
           (SELECT count(*) FROM calls_toolongreview v WHERE v.rule_id = r.id AND v.outcome_id IS NULL
               AND (%(all)s OR v.account_id = ANY(%(accounts)s::bigint[])))
    FROM calls_toolongrule r
    LEFT JOIN telephony_queue q ON q.id = r.queue_id
    LEFT JOIN accounts_account a ON a.id = r.account_id
    LEFT JOIN staff_user u ON u.id = r.changed_by_id
    WHERE {_VISIBLE}
    ORDER BY length(r.prefix) DESC, r.prefix, r.queue_id IS NULL, r.account_id IS NULL, r.direction = '', 8, 9, r.id
"""  # noqa: S608 (texts from above)
_FEW_ACCOUNTS = 200


def rule_rows(viewer: Viewer) -> list[RuleRow]:
    """The rules that the viewer may see, the most specific ones first; at most five queries besides the rights."""
    if not may(viewer, "set_up_too_long"):
        return []
    allowed, for_all, book = visible_account_ids(viewer), may_set_rules_for_all(viewer), rule_book()
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, _seen_by(allowed))
        rows = cursor.fetchall()
        cursor.execute("SELECT id FROM accounts_account LIMIT %s", [_FEW_ACCOUNTS + 1])
        accounts: list[int] | None = [row[0] for row in cursor.fetchall()]
    if accounts is not None and len(accounts) > _FEW_ACCOUNTS:
        accounts = None
    found = []
    for *columns, name, queue, account, active, retired, queue_account, by, at, reviews in rows:
        rule = Rule(*columns)
        in_force = active and not retired
        found.append(
            RuleRow(
                rule, name, queue, account, active, retired,
                in_force and book.never_holds(rule, accounts=accounts),
                in_force and None not in (queue_account, rule.account_id) and queue_account != rule.account_id,
                for_all or rule.account_id is not None, by, at, reviews,
            )
        )  # fmt: skip
    return found


_NAMES = f"""
    SELECT r.id, r.name, r.prefix, {_QUEUE}, coalesce(a.name, ''), r.direction
    FROM calls_toolongrule r
    LEFT JOIN telephony_queue q ON q.id = r.queue_id
    LEFT JOIN accounts_account a ON a.id = r.account_id
    WHERE {_VISIBLE}
    ORDER BY r.retired_at IS NOT NULL, r.name = '', r.name, r.id LIMIT 500
"""  # noqa: S608 (texts from above)


def _seen_by(allowed: frozenset[int] | None) -> dict[str, Any]:
    return {"all": allowed is None, "accounts": sorted(allowed or ()), "other_queue": _("of another account")}


def all_rule_names(viewer: Viewer) -> list[tuple[int, str, dict[str, str]]]:
    """(id, name, conditions in words) of the rules that reviews may name, retired ones last; one query besides the
    rights.
    """
    allowed = visible_account_ids(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, _seen_by(allowed))
        rows = cursor.fetchall()
    names = ("prefix", "queue", "account", "direction")
    return [(id, name, dict(zip(names, more, strict=True))) for id, name, *more in rows]
