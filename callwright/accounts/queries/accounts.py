"""Accounts as a viewer may see them, and what an account decides for its calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from callwright.accounts.models import Account, Line, Organisation, UnknownCallers
from callwright.staff.queries.rights import Viewer, may, sees_all_accounts, visible_account_ids
from callwright.staff.rules import Right


def visible_accounts(viewer: Viewer) -> QuerySet[Account]:
    """The accounts whose data the viewer may see, by name."""
    allowed = visible_account_ids(viewer)
    return Account.objects.all() if allowed is None else Account.objects.filter(pk__in=allowed)


def find_accounts(viewer: Viewer | None, text: str = "", *, with_inactive: bool = True) -> QuerySet[Account]:
    """Accounts that the viewer may see (None: all of them) whose name, customer number or line holds `text`."""
    accounts = Account.objects.all() if viewer is None else visible_accounts(viewer)
    if not with_inactive:
        accounts = accounts.filter(is_active=True)
    text = text.replace("\x00", "").strip()
    if text:
        digits = "".join(c for c in text if c.isdigit()).lstrip("0")
        found = Q(name__icontains=text) | Q(number__icontains=text)
        if len(digits) >= 3 and not any(c.isalpha() for c in text):
            found |= Q(pk__in=Line.objects.filter(number__contains=digits, retired=False).values("account_id"))
        accounts = accounts.filter(found)
    return accounts.order_by("-is_active", "name", "pk")


PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Accounts of a list with the number of their lines (`line_count`); `next` is the id to go on after."""

    rows: Sequence[Account]
    next: int | None


def list_accounts(viewer: Viewer, text: str = "", *, after: int | None = None, limit: int = PAGE) -> AccountPage:
    """One page, active accounts first, by name, from the account `after` on."""
    accounts = find_accounts(viewer, text)
    last = visible_accounts(viewer).filter(pk=after).first() if after is not None else None
    if last is not None:
        later = Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk)
        inactive = Q(is_active=False) if last.is_active else Q(pk__in=[])
        accounts = accounts.filter(Q(later, is_active=last.is_active) | inactive)
    lines = Line.objects.filter(account_id=OuterRef("pk"), retired=False).order_by().values("account_id")
    counted = Subquery(lines.annotate(n=Count("pk")).values("n"))
    rows = list(accounts.annotate(line_count=Coalesce(counted, 0))[: limit + 1])
    return AccountPage(rows[:limit], rows[limit - 1].pk if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class AccountChoice:
    id: int
    name: str
    home_country: str


def organisation() -> Organisation:
    """The installation itself; one that was never set up is a house with the defaults."""
    return Organisation.objects.filter(pk=1).first() or Organisation(id=1, name="")


def is_house() -> bool:
    """Whether this installation answers its own calls and so shows no account chooser."""
    return organisation().kind == Organisation.Kind.HOUSE


def may_set_for_all(viewer: Viewer, right: Right) -> bool:
    """Whether the viewer, with this right, may set what holds for all accounts: only who sees them all, or whose house
    has only one.
    """
    return may(viewer, right) and (sees_all_accounts(viewer) or is_house())


def default_account() -> Account | None:
    """The account of calls on lines that no account claims."""
    return Account.objects.filter(is_default=True).first()


def home_country_of(account_id: int) -> str:
    """The country whose dialling habits the account has (ISO code). Raises Account.DoesNotExist."""
    return Account.objects.values_list("home_country", flat=True).get(pk=account_id)


_POLICY = """
    SELECT coalesce(nullif(a.unknown_callers, ''), o.unknown_callers)
    FROM accounts_account a LEFT JOIN accounts_organisation o ON o.id = 1 WHERE a.id = %s
"""


def unknown_callers_policy(account_id: int) -> UnknownCallers:
    """What to do with a caller nobody knows: the account's choice, else the organisation's."""
    with connection.cursor() as cursor:
        cursor.execute(_POLICY, [account_id])
        row = cursor.fetchone()
    return UnknownCallers((row[0] if row else "") or UnknownCallers.OFFER)


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    name: str
    email: str
    phone: str
    by_default: bool


_RECIPIENTS = """
    SELECT id, name, email, phone, by_default FROM accounts_noterecipient WHERE account_id = %s ORDER BY name, id
"""


def note_recipients(account_id: int) -> list[Recipient]:
    """To whom call notes of the account go, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, [account_id])
        return [Recipient(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class LineRow:
    id: int
    number: str
    label: str
    greeting: str
    instructions: str


def lines_of(account_id: int) -> list[LineRow]:
    """The numbers by which an account is called, by number."""
    rows = Line.objects.filter(account_id=account_id, retired=False).order_by("number", "pk")
    return [LineRow(*row) for row in rows.values_list("id", "number", "label", "greeting", "instructions")]
