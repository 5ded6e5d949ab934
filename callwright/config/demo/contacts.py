"""Loads the demonstration's contacts: people and firms, their numbers and orders."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from callwright.accounts.models import Account
from callwright.config.demo import names
from callwright.config.demo.base import Base
from callwright.config.demo.numbers import Numbers, is_mobile
from callwright.contacts.models import (
    Category,
    Contact,
    ContactEmail,
    ContactNumber,
    Order,
    OrderLine,
    OrderStage,
)
from callwright.contacts.operations.keep_contact import fill_index

CONTACTS = 3_000
_FIRM_SHARE = 0.16

_CATEGORIES = (
    ("Potential", "blue", "user-plus", "Find out what is needed and when."),
    ("Customer", "green", "circle-check", ""),
    ("VIP", "violet", "star", "Put through at once."),
    ("Problem", "red", "alert-triangle", "Stay calm; a supervisor may be called in."),
    ("Supplier", "grey", "package", ""),
)
_SHARES = (30, 52, 4, 4, 10)
_STAGES = (
    ("Quoted", "blue", True),
    ("Ordered", "yellow", True),
    ("Delivered", "green", False),
    ("Cancelled", "grey", False),
)
_WARNINGS = (
    "Hard of hearing: speak slowly and clearly.",
    "Two invoices overdue: take no new orders.",
    "Wants to be called back only after four o'clock.",
    "Asks for a manager every time; has the right to.",
)
_GOODS = (
    "Annual service", "Repair visit", "Replacement part", "Consultation", "Installation", "Spare key", "Inspection",
    "Delivery", "Extended warranty",
)  # fmt: skip
_JOBS = ("Director", "Office manager", "Purchasing", "Accounts", "Reception", "Technician", "")


@dataclass(frozen=True)
class Known:
    """A contact's number, as the history of calls needs it."""

    account: str
    number: str
    name: str


@dataclass
class Draft:
    contact: Contact
    email: bool
    numbers: list[str] = field(default_factory=list)


def load_contacts(base: Base, random: Random, numbers: Numbers, *, today: date) -> list[Known]:
    """Loads 3 000 contacts; returns their numbers."""
    categories = [
        Category.objects.get_or_create(
            name=name, defaults={"colour": colour, "icon": icon, "advice": advice, "position": i}
        )[0]
        for i, (name, colour, icon, advice) in enumerate(_CATEGORIES)
    ]
    plans = base.plan.accounts
    owners = random.choices(plans, weights=[p.weight for p in plans], k=CONTACTS)
    drafts = [_draft(random, numbers, base.accounts[p.name], categories) for p in owners]
    firms = [draft for draft in drafts if draft.contact.kind == Contact.Kind.COMPANY]
    people = [draft for draft in drafts if draft.contact.kind == Contact.Kind.PERSON]
    _keep(firms)
    _join(people, firms, random)
    _keep(people)
    _orders(base, [draft.contact for draft in drafts], random, today)
    return [Known(p.name, n, d.contact.name) for p, d in zip(owners, drafts, strict=True) for n in d.numbers]


def _contact(random: Random, account: Account, categories: list[Category]) -> Contact:
    category = random.choices(categories, weights=_SHARES)[0]
    warning = random.choice(_WARNINGS) if category.name == "Problem" or random.random() < 0.02 else ""
    if random.random() < _FIRM_SHARE:
        name, language, country = names.firm(random)
        return Contact(
            account=account, kind=Contact.Kind.COMPANY, name=name, language=language, country=country,
            category=category, warning=warning,
        )  # fmt: skip
    one = names.person(random)
    birthday = date(random.randint(1945, 2004), random.randint(1, 12), random.randint(1, 28))
    return Contact(
        account=account, kind=Contact.Kind.PERSON, name=one.name, surname=one.surname, first_name=one.first_name,
        language=one.language, country=one.country, category=category, warning=warning,
        birthday=birthday if random.random() < 0.3 else None,
    )  # fmt: skip


def _draft(random: Random, numbers: Numbers, account: Account, categories: list[Category]) -> Draft:
    contact = _contact(random, account, categories)
    draft = Draft(contact, email=random.random() < 0.55)
    company = contact.kind == Contact.Kind.COMPANY
    for mobile in [False if company else None] + ([True] if random.random() < 0.3 else []):
        number, city = numbers.take(contact.country, mobile=mobile)
        contact.city = contact.city or city
        draft.numbers.append(number)
    return draft


def _join(people: list[Draft], firms: list[Draft], random: Random) -> None:
    """Some people work for a firm of the same account."""
    of_account: dict[int, list[Contact]] = {}
    for firm in firms:
        of_account.setdefault(firm.contact.account_id, []).append(firm.contact)
    for person in people:
        if random.random() < 0.3 and (choice := of_account.get(person.contact.account_id)):
            person.contact.company, person.contact.job_title = random.choice(choice), random.choice(_JOBS)


def _keep(drafts: list[Draft]) -> None:
    for index, draft in enumerate(drafts):
        contact, emails = draft.contact, [f"{draft.contact.kind}{index}@example.com"] if draft.email else []
        company = contact.company.name if contact.company else ""
        fill_index(contact, numbers=draft.numbers, emails=emails, company=company)
    Contact.objects.bulk_create([draft.contact for draft in drafts], batch_size=1000)
    rows = [_number(draft.contact, number) for draft in drafts for number in draft.numbers]
    ContactNumber.objects.bulk_create(rows, batch_size=1000)
    mails = [
        ContactEmail(account_id=d.contact.account_id, contact=d.contact, email=f"{d.contact.kind}{i}@example.com")
        for i, d in enumerate(drafts)
        if d.email
    ]
    ContactEmail.objects.bulk_create(mails, batch_size=1000)


def _number(contact: Contact, number: str) -> ContactNumber:
    if is_mobile(number):
        kind = ContactNumber.Kind.MOBILE
    else:
        kind = ContactNumber.Kind.WORK if contact.kind == Contact.Kind.COMPANY else ContactNumber.Kind.HOME
    return ContactNumber(account_id=contact.account_id, contact=contact, number=number, as_received=number, kind=kind)


def _orders(base: Base, contacts: list[Contact], random: Random, today: date) -> None:
    stages = [
        OrderStage.objects.get_or_create(
            name=name,
            defaults={"colour": colour, "is_open": is_open, "counts_as_debt": name != "Cancelled", "position": i},
        )[0]
        for i, (name, colour, is_open) in enumerate(_STAGES)
    ]
    employees = list(base.users.values())
    orders: list[Order] = []
    lines: list[OrderLine] = []
    for contact in contacts:
        for _ in range(random.choices((0, 1, 2, 3), weights=(68, 20, 9, 3))[0]):
            amount = Decimal(random.randint(20, 4000)) + Decimal(random.choice((0, 50))) / 100
            paid = random.choices((amount, amount / 2, Decimal(0)), weights=(70, 10, 20))[0]
            order = Order(
                account_id=contact.account_id, contact=contact, number=f"D{len(orders) + 10001}",
                title=random.choice(_GOODS), stage=random.choices(stages, weights=(20, 30, 42, 8))[0],
                responsible=random.choice(employees), amount=amount, currency="GBP",
                paid=paid,
                ordered_on=today - timedelta(days=random.randint(1, 400)),
            )  # fmt: skip
            orders.append(order)
            lines.append(OrderLine(account_id=order.account_id, order=order, text=order.title, price=amount))
    Order.objects.bulk_create(orders, batch_size=1000)
    for line in lines:
        line.order_id = line.order.pk  # known only now
    OrderLine.objects.bulk_create(lines, batch_size=1000)
