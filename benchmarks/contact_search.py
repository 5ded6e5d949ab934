"""Search as you type over many contacts, beside a plain look-up by number on the same table.

    DATABASE_URL=postgresql://… python -m benchmarks.contact_search [--contacts 1000000] [--keep]

Loads contacts by COPY into a new account of the database (use one made for this: the search index is made anew), asks
like a typing agent, prints milliseconds. The rows are removed afterwards unless --keep is given; a later run with
--keep uses them again.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")

ACCOUNT = "Benchmark of the contact search"
FIRST = (  # noqa: SIM905
    "Jan Piet Anna Éva Béla Ahmed Mohammed Fatima Иван Ольга Сергей Наталья محمد أحمد فاطمة Sofie Lars Ingrid Chloé "
    "José Łukasz Zoltán Ayşe"
).split()
ONSETS = "b br d dr f g gr h j k kl l m n p pr r s sch st t v w z".split()  # noqa: SIM905
NUCLEI = "a e i o u aa ee ij oe ou ei".split()  # noqa: SIM905
CODAS = " k l m n r s t ns rs ng nd ck".split(" ")  # noqa: SIM905
ENDINGS = "sen man ma stra veld berg huis ov enko ić nagy".split()  # noqa: SIM905


@dataclass
class Viewer:
    """Sees all accounts: the search that can use no account's key."""

    pk: int = 1
    is_active: bool = True
    role: str = "supervisor"
    all_accounts: bool = True


def surnames(chance: random.Random) -> Iterator[str]:
    while True:
        syllables = chance.choice((1, 1, 2))
        stem = "".join(chance.choice(ONSETS) + chance.choice(NUCLEI) + chance.choice(CODAS) for _ in range(syllables))
        yield (stem + chance.choice(ENDINGS)).title()


def load(account_id: int, many: int) -> None:
    from django.db import connection, transaction

    from callwright.contacts.searching import build_search_text, sort_key_of

    chance = random.Random(7)
    names = list(itertools.islice(surnames(chance), 60_000))
    now = datetime.now(UTC)
    contact_columns = (
        "account_id, kind, name, surname, first_name, job_title, warning, city, region, country, language, loyalty,"
        " photo, line_of_business, sells, management, decides, custom, created_automatically, search_text, sort_key,"
        " created_at, updated_at"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM contacts_contact")
        first_id = cursor.fetchone()[0] + 1
        # Filling a trigram index row by row takes several times longer than making it afterwards.
        cursor.execute("SELECT pg_get_indexdef('contacts_search'::regclass)")
        index = cursor.fetchone()[0]
        cursor.execute("DROP INDEX contacts_search")
        with cursor.copy(f"COPY contacts_contact (id, {contact_columns}) FROM STDIN") as copy:
            for n in range(many):
                first, last, number = chance.choice(FIRST), chance.choice(names), f"+316{n:08}"
                name = f"{first} {last}"
                text = build_search_text((name,), (f"{last}{n % 997}@example.org".lower(), "Utrecht"), (number,))
                copy.write_row(
                    (first_id + n, account_id, "person", name, last, first, "", "", "Utrecht", "", "NL", "nl", "", "",
                     "", "", "", "", "{}", False, text, sort_key_of(last, first, ""), now, now)
                )  # fmt: skip
        with cursor.copy(
            "COPY contacts_contactnumber (account_id, contact_id, number, as_received, kind) FROM STDIN"
        ) as copy:
            for n in range(many):
                copy.write_row((account_id, first_id + n, f"+316{n:08}", "", "mobile"))
        cursor.execute("SELECT setval(pg_get_serial_sequence('contacts_contact', 'id'), %s)", [first_id + many])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index is made while rows wait to be checked
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE contacts_contact, contacts_contactnumber")


def typed(account_id: int, many: int) -> Iterator[tuple[str, str]]:
    """(kind of question, text): every beginning of names as they are typed, misspellings, other scripts, numbers."""
    from callwright.contacts.models import Contact

    chance = random.Random(11)
    ids = [chance.randrange(many) for _ in range(40)]
    first = Contact.objects.filter(account_id=account_id).order_by("id").values_list("id", flat=True)[0]
    for contact in Contact.objects.filter(account_id=account_id, id__in=[first + n for n in ids]):
        for length in range(1, len(contact.surname) + 1):
            yield f"{length if length < 4 else '4 and more'} letters", contact.surname[:length]
        yield "first name and surname", contact.name
        broken = contact.surname[:2] + contact.surname[3:]
        yield "misspelt (a letter is missing)", broken
        swapped = contact.surname[:3] + contact.surname[4:5] + contact.surname[3:4] + contact.surname[5:]
        yield "misspelt (two letters swapped)", swapped
    for n in ids:
        number = f"06{n:08}"
        yield "national number", number
        yield "last four digits", number[-4:]
    for name in ("Иванова", "محمد", "фатима", "nobodyhasthisname"):
        yield "other scripts, or nobody", name


def measure(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def report(name: str, times: list[float]) -> None:
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"{name:<34} {len(times):>5} {statistics.median(times):>9.1f} {p95:>9.1f} {times[-1]:>9.1f}")


def ask(account_id: int, many: int) -> float:
    from callwright.contacts.queries.contacts import contacts_for_number
    from callwright.contacts.queries.find import find_contacts

    times: dict[str, list[float]] = {}
    one_account: list[float] = []
    for kind, text in typed(account_id, many):
        find = lambda text=text, **more: find_contacts(Viewer(), text, home_country="NL", limit=20, **more)  # noqa: E731
        times.setdefault(kind, []).append(measure(find))
        one_account.append(measure(lambda find=find: find(account_id=account_id)))
    chance = random.Random(13)
    floor = [measure(lambda: contacts_for_number(account_id, f"+316{chance.randrange(many):08}")) for _ in range(300)]
    print(f"{'milliseconds':<34} {'asked':>5} {'p50':>9} {'p95':>9} {'worst':>9}")
    for kind, took in sorted(times.items()):
        report(kind, took)
    together = [took for kind in times.values() for took in kind]
    report("all of them, every account", together)
    report("all of them, within one account", one_account)
    report("look-up by number (the floor)", floor)
    return together[int(len(together) * 0.95)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    import django

    django.setup()
    from callwright.accounts.models import Account
    from callwright.contacts.models import Contact, ContactNumber

    account, _ = Account.objects.get_or_create(name=ACCOUNT)
    present = Contact.objects.filter(account=account).count()
    if present < arguments.contacts:
        ContactNumber.objects.filter(account=account).delete()
        Contact.objects.filter(account=account)._raw_delete("default")
        began = time.perf_counter()
        load(account.pk, arguments.contacts)
        print(f"loaded {arguments.contacts} contacts in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    ask(account.pk, arguments.contacts)
    if not arguments.keep:
        ContactNumber.objects.filter(account=account)._raw_delete("default")
        Contact.objects.filter(account=account)._raw_delete("default")
        account.delete()


if __name__ == "__main__":
    main()
