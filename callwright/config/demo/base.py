"""Loads what the rest of the demonstration stands on: organisation, accounts, lines, PBX, queues, employees."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from callwright.accounts.models import Account, Line, NoteRecipient, Organisation
from callwright.config.demo.house import DemoAccount, Kind
from callwright.config.demo.house import Organisation as Plan
from callwright.config.demo.logins import AGENTS, OTHERS, PASSWORD, Employee
from callwright.config.demo.pbx import connection_of
from callwright.staff.models import AccountRight, AgentState, Extension, PauseReason, Seat, User
from callwright.telephony.models import Pbx, Queue

_PAUSES = (("lunch", "Lunch"), ("break", "Short break"), ("training", "Training"), ("back-office", "Back office"))


@dataclass(frozen=True)
class Base:
    plan: Plan
    accounts: dict[str, Account]
    users: dict[str, User]
    pbx: Pbx


def load_base(plan: Plan, *, pbx: str, now: datetime, since: datetime) -> Base:
    """Everything but contacts and calls; employees sit at their extensions from `since` on."""
    Organisation.objects.update_or_create(
        pk=1, defaults={"kind": plan.kind, "name": plan.name, "home_country": "GB", "time_zone": "Europe/London"}
    )
    accounts = {one.name: _account(one) for one in plan.accounts}
    switch = Pbx.objects.create(slug="demo", home_country="GB", **connection_of(pbx))
    for queue in plan.queues:
        account = accounts.get(queue.account)
        Queue.objects.create(pbx=switch, name=queue.name, label=queue.label, account=account)
    reasons = [PauseReason(code=code, label=label, position=i) for i, (code, label) in enumerate(_PAUSES)]
    PauseReason.objects.bulk_create(reasons, ignore_conflicts=True)
    password = make_password(PASSWORD)
    users = {one.username: _employee(one, password) for one in (*AGENTS, *OTHERS)}
    _seat(users, switch, now=now, since=since)
    if plan.kind is Kind.BUREAU:
        _customer_user(accounts[plan.accounts[1].name], password)
    return Base(plan, accounts, users, switch)


def _account(plan: DemoAccount) -> Account:
    account = Account.objects.create(
        name=plan.name, number=plan.number, is_default=plan.is_default, greeting=plan.greeting,
        instructions=plan.instructions, home_country=plan.country, time_zone=plan.time_zone,
    )  # fmt: skip
    Line.objects.bulk_create(Line(account=account, number=one.number, label=one.label) for one in plan.lines)
    NoteRecipient.objects.create(
        account=account, name=f"{plan.name}, office", email=f"office-{plan.number}@example.com"
    )
    return account


def _employee(one: Employee, password: str) -> User:
    return User.objects.create(
        username=one.username, name=one.name, role=one.role, password=password, all_accounts=True,
        language=one.language, time_zone=one.time_zone, email=f"{one.username}@example.com",
    )  # fmt: skip


def _seat(users: dict[str, User], switch: Pbx, *, now: datetime, since: datetime) -> None:
    for one in AGENTS:
        user = users[one.username]
        Extension.objects.create(pbx=switch, number=one.extension, label=one.name, employee=user, taken_at=since)
        Seat.objects.create(user=user, pbx=switch, number=one.extension, taken_at=since - timedelta(days=1))
        AgentState.objects.create(user=user, state="ready", wanted="ready", since=now)
    for one in OTHERS:
        if one.extension:  # a phone with which a supervisor listens in
            Extension.objects.create(
                pbx=switch, number=one.extension, label=one.name, employee=users[one.username], taken_at=since
            )
            Seat.objects.create(user=users[one.username], pbx=switch, number=one.extension, taken_at=since)


def _customer_user(account: Account, password: str) -> None:
    user = User.objects.create(
        username="customer", name=f"{account.name}, front desk", role="customer", password=password,
        time_zone=account.time_zone,
    )  # fmt: skip
    AccountRight.objects.create(user=user, account=account)


def set_policies(base: Base) -> None:
    """What happens with unknown callers from now on; set last, so that the invented past makes no contacts."""
    for plan in base.plan.accounts:
        base.accounts[plan.name].unknown_callers = plan.unknown_callers
    Account.objects.bulk_update(base.accounts.values(), ["unknown_callers"])
