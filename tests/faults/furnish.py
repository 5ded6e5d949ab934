"""Puts a house into an empty database: a PBX, accounts, agents at its phones. Prints what is needed to log in.

    DATABASE_URL=… python -m tests.faults.furnish [--agents 8]

Prints JSON: `pbx` (id), `accounts` (ids), and for each agent `id`, `extension` and `session`, the key of a logged-in
session. The agents sit at 2000, 2001 … as the fake PBX's profile `load` numbers them; the second account is closed to
all but the last agent.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_EXTENSION = 2000


def furnish(agents: int, contacts: int = 0) -> dict[str, Any]:
    from callwright.accounts.models import Account, Line, Organisation
    from callwright.staff.models import AccountRight, Extension, Seat, User
    from callwright.telephony.models import Pbx

    Organisation.objects.update_or_create(pk=1, defaults={"name": "Fault house", "home_country": "NL"})
    open_one = Account.objects.create(name="Open account", is_default=True)
    closed = Account.objects.create(name="Closed account")
    Line.objects.create(account=closed, number="+31208009999", label="Closed line")
    pbx = Pbx.objects.create(
        slug="main", name="Main", home_country="NL", host="127.0.0.1", username="crm", secret="crmsecret",
        trunks=["trunk"], simulated=True, enabled=False,
    )  # fmt: skip
    _contacts(open_one, contacts)
    _months()
    users = User.objects.bulk_create(
        [User(username=f"agent{n}", name=f"Agent {n}", password="!", language="en") for n in range(agents)]
    )
    AccountRight.objects.bulk_create([AccountRight(user=user, account=open_one) for user in users])
    AccountRight.objects.create(user=users[-1], account=closed)
    numbers = [str(FIRST_EXTENSION + n) for n in range(agents)]
    pairs = list(zip(users, numbers, strict=True))
    Extension.objects.bulk_create([Extension(pbx=pbx, number=n, employee=u, taken_at=LONG_AGO) for u, n in pairs])
    Seat.objects.bulk_create([Seat(user=u, pbx=pbx, number=n, taken_at=LONG_AGO) for u, n in pairs])
    return {
        "pbx": pbx.pk,
        "accounts": [open_one.pk, closed.pk],
        "agents": [{"id": u.pk, "extension": n, "session": _session(u)} for u, n in pairs],
    }


def _months() -> None:
    """A test may write calls before any of the product's processes runs, which make the months as they need them."""
    from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of

    now = datetime.now(UTC)
    ensure_partitions({month_of(now - timedelta(days=1)), month_of(now), month_of(now + timedelta(days=1))})


def _contacts(account: Any, count: int) -> None:
    """People with mobile numbers +31610000000, +31610000001 …, every tenth with a category and an order."""
    from callwright.contacts.models import Category, Contact, ContactNumber, Order, OrderStage

    vip = Category.objects.create(name="VIP", colour="violet", icon="star", advice="Put through at once.")
    stage = OrderStage.objects.create(name="In progress", colour="orange")
    people = Contact.objects.bulk_create(
        [
            Contact(
                account=account, name=f"Jan Jansen {n}", first_name="Jan", surname=f"Jansen {n}", city="Utrecht",
                country="NL", category=vip if n % 10 == 0 else None,
            )
            for n in range(count)
        ]
    )  # fmt: skip
    ContactNumber.objects.bulk_create(
        [ContactNumber(account=account, contact=one, number=f"+3161{n:07}") for n, one in enumerate(people)]
    )
    Order.objects.bulk_create(
        [
            Order(account=account, contact=one, number=str(n), title="Weekly delivery", stage=stage, amount=100,
                  ordered_on=LONG_AGO.date())
            for n, one in enumerate(people[::10])
        ]
    )  # fmt: skip


def _session(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from callwright.staff.sessions import BACKEND, SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--contacts", type=int, default=0)
    options = parser.parse_args()
    import django

    django.setup()
    furnished = furnish(options.agents, options.contacts)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself within a minute
    json.dump(furnished, sys.stdout)


if __name__ == "__main__":
    main()
