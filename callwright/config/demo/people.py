"""What agents find on the card of the demonstration's accounts: people, rules of forwarding, entries, layouts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from callwright.accounts.models import Account, Line
from callwright.accounts.operations.keep_card_layout import keep_card_layout
from callwright.accounts.operations.save_forwarding import RuleWish, save_rule
from callwright.accounts.operations.save_knowledge import save_entry
from callwright.accounts.operations.save_person import add_absence, save_person
from callwright.config.demo import names
from callwright.config.demo.base import Base
from callwright.config.demo.house import Kind
from callwright.config.demo.logins import AGENTS
from callwright.config.demo.numbers import Numbers

_MORNINGS = {day: [(8 * 60, 12 * 60 + 30)] for day in range(5)}
_LATE = {day: [(12 * 60, 20 * 60)] for day in range(6)}
_ALL_WEEK = {day: [(0, 24 * 60)] for day in range(7)}


@dataclass(frozen=True)
class Post:
    """A post that somebody holds; `away` are days from today until the last one of an absence."""

    role: str
    spans: dict[int, list[tuple[int, int]]] | None = None
    advice: str = ""
    away: tuple[int, int, str] | None = None


_POSTS = (
    Post("Office manager", advice="Invoices and appointments."),
    Post("Director", advice="Only what cannot wait.", away=(-1, 3, "travelling")),
    Post("Fitter on duty", _ALL_WEEK, "Emergencies at any hour."),
    Post("Workshop", _MORNINGS),
    Post("Evening shift", _LATE),
)
_ENTRIES = (
    (
        "Opening hours and holidays",
        "Monday to Friday, by appointment on Saturday.\n\n- Lunch is from 12:30 to 13:30: nobody answers then.\n"
        "- Between Christmas and New Year **only emergencies**.",
        True,
    ),
    (
        "What counts as an emergency",
        "1. Water or gas runs out\n2. No heating below 5 °C\n3. Somebody is locked in\n\n"
        "Everything else waits for the morning: **take a note**.",
        True,
    ),
    (
        "Prices that may be said on the phone",
        "# Visits\n- Call-out within the city: **£ 65**\n- Each half hour: **£ 32**\n\n"
        "# Never\nNo discounts, no estimates. Those come in writing.",
        False,
    ),
    (
        "The way there",
        "From the station bus 12, third stop. Parking behind the building.\n"
        "[The way on the map](https://www.example.org/map)",
        False,
    ),
    (
        "Invoices and payment",
        "Payable within 14 days. Questions by e-mail to invoices@example.org with the number of the invoice.",
        False,
    ),
    ("Who answers for the press", "Nobody on the phone. Ask for the questions in writing: press@example.org", False),
)
_LINE_INSTRUCTIONS = "Sales line: always ask how they heard of us."
_OWN_LAYOUT = ("account", "warning", "name", "direction", "hours", "when", "category", "number", "place")


def load_people(base: Base, random: Random, numbers: Numbers, *, now: datetime) -> None:
    """Loaded last, so that the invented past stays as it is."""
    writer = base.users["sofia"].pk
    for index, plan in enumerate(base.plan.accounts):
        account = base.accounts[plan.name]
        if plan.is_default:
            _house_people(account, now)
        else:
            _people(account, index, random, numbers, now)
        for title, text, pinned in _ENTRIES if plan.is_default else _ENTRIES[: 2 + index % 5]:
            save_entry(account_id=account.pk, title=title, text=text, pinned=pinned, by=writer, now=now)
    Line.objects.filter(account=base.accounts[base.plan.accounts[0].name], label="Sales").update(
        instructions=_LINE_INSTRUCTIONS
    )
    if base.plan.kind is Kind.BUREAU:
        first = [{"part": part, "zone": "first"} for part in _OWN_LAYOUT]
        own = base.accounts[base.plan.accounts[2].name]
        keep_card_layout(account_id=own.pk, layout=first, version=0, by=writer, now=now)


def _house_people(account: Account, now: datetime) -> None:
    """Colleagues by their extensions: reception, sales, service."""
    roles = ("Reception", "Sales", "Sales", "Service", "Service", "Accounts")
    ids = [
        save_person(account_id=account.pk, name=one.name, role=role, numbers=[one.extension], now=now)
        for one, role in zip(AGENTS[4:], roles, strict=False)
    ]
    today = now.date()
    add_absence(
        account_id=account.pk, person_id=ids[1], begins_on=today, ends_on=today + timedelta(days=4),
        reason="on holiday", now=now,
    )  # fmt: skip
    for topic, people in (("Orders and prices", ids[1:3]), ("Repairs", ids[3:5]), ("Invoices", ids[5:6])):
        save_rule(account_id=account.pk, wish=RuleWish(topic=topic, when="open", people=people), now=now)
    save_rule(account_id=account.pk, wish=RuleWish(when="open", people=ids[:1]), now=now)
    save_rule(account_id=account.pk, wish=RuleWish(when="closed", otherwise="We call back in the morning."), now=now)


def _people(account: Account, index: int, random: Random, numbers: Numbers, now: datetime) -> None:
    posts = _POSTS[: 2 + index % 4]
    ids: list[int] = []
    for post in posts:
        one = names.person(random)
        number, _ = numbers.take(account.home_country)
        person = save_person(
            account_id=account.pk, name=one.name, role=post.role, numbers=[number], advice=post.advice,
            spans=post.spans, on_closed_days=post.spans is _ALL_WEEK, stand_in_id=ids[0] if post.away else None,
            now=now,
        )  # fmt: skip
        ids.append(person)
        if post.away:
            first, last, reason = post.away
            add_absence(
                account_id=account.pk, person_id=person, begins_on=now.date() + timedelta(days=first),
                ends_on=now.date() + timedelta(days=last), reason=reason, now=now,
            )  # fmt: skip
    if len(posts) > 2:
        urgent = RuleWish(topic="Emergencies", people=[ids[2], ids[1]], otherwise="Say that we call back at once.")
        save_rule(account_id=account.pk, wish=urgent, now=now)
    save_rule(account_id=account.pk, wish=RuleWish(when="open", people=[ids[1], ids[0], *ids[3:]]), now=now)
    save_rule(account_id=account.pk, wish=RuleWish(when="closed", otherwise="Take a note: they call back."), now=now)
