"""Accounts as a viewer may see them, and what an account decides for its calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from callwright.accounts.models import Account, Line, NoteRecipient, Organisation, UnknownCallers
from callwright.accounts.rules import fill_screen_pop
from callwright.staff.queries.rights import Viewer, visible_account_ids


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


def default_account() -> Account | None:
    """The account of calls on lines that no account claims."""
    return Account.objects.filter(is_default=True).first()


def home_country_of(account_id: int) -> str:
    """The country whose dialling habits the account has (ISO code). Raises Account.DoesNotExist."""
    return Account.objects.values_list("home_country", flat=True).get(pk=account_id)


def unknown_callers_policy(account_id: int) -> UnknownCallers:
    """What to do with a caller nobody knows: the account's choice, else the organisation's."""
    chosen = Account.objects.filter(pk=account_id).values_list("unknown_callers", flat=True).first()
    return UnknownCallers(chosen or organisation().unknown_callers)


@dataclass(frozen=True, slots=True)
class AccountOnCard:
    """What the card says of the account called; `greeting` is the line's own where it has one."""

    id: int
    name: str
    greeting: str
    instructions: str
    home_country: str
    language: str
    time_zone: str
    card_layout: tuple[object, ...]
    screen_pop_url: str
    line_label: str

    def screen_pop(self, values: Mapping[str, str]) -> str:
        """The address to open for a call; empty when the account has none."""
        return fill_screen_pop(self.screen_pop_url, values) if self.screen_pop_url else ""


def account_on_card(account_id: int, *, line_number: str = "") -> AccountOnCard | None:
    """The account of a call with its greeting; at most three queries. Whoever may see the call may see this."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return None
    known = Line.objects.filter(account_id=account_id, number=line_number)
    line = known.order_by("retired", "-pk").first() if line_number else None
    layout = account.card_layout or organisation().card_layout
    return AccountOnCard(
        id=account.pk,
        name=account.name,
        greeting=(line.greeting if line else "") or account.greeting,
        instructions=account.instructions,
        home_country=account.home_country,
        language=account.language,
        time_zone=account.time_zone,
        card_layout=tuple(layout),
        screen_pop_url=account.screen_pop_url,
        line_label=line.label if line else "",
    )


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    name: str
    email: str
    phone: str
    by_default: bool


def note_recipients(account_id: int) -> list[Recipient]:
    """To whom call notes of the account go, by name."""
    rows = NoteRecipient.objects.filter(account_id=account_id).order_by("name", "pk")
    return [Recipient(*row) for row in rows.values_list("id", "name", "email", "phone", "by_default")]


@dataclass(frozen=True, slots=True)
class LineRow:
    id: int
    number: str
    label: str
    greeting: str


def lines_of(account_id: int) -> list[LineRow]:
    """The numbers by which an account is called, by number."""
    rows = Line.objects.filter(account_id=account_id, retired=False).order_by("number", "pk")
    return [LineRow(*row) for row in rows.values_list("id", "number", "label", "greeting")]
