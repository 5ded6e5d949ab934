"""Erases a person on request: everywhere in the product, in one transaction; the totals stay (CALL-16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from callwright.calls.erased_numbers import digest_key, digest_of
from callwright.calls.models import ErasedNumber, FollowUpPending
from callwright.calls.operations.erase_from_others import erase_from_others
from callwright.calls.operations.export_expiry import expire_exports_about
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.operations.forget_searches import SHORTEST_TEXT, forget_searches
from callwright.calls.ports import ErasedPerson, reports_of, tell_erased
from callwright.calls.queries.person_calls import calls_of_person, calls_touching, endings_of, is_in_live_call
from callwright.contacts.operations.erase_contact import erase_contact
from callwright.contacts.queries.person_data import Person, person_of
from callwright.messaging.operations.forget_person import forget_messages
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import Viewer
from callwright.telephony.operations.forget_numbers import forget_numbers

BATCH = 1_000


class PersonMissing(Exception):
    """There is no such contact, or the viewer may not see it."""


class PersonOnThePhone(Exception):
    """The person is in a call now, their own or one that was given to them: it has to end first."""


class NoReason(ValueError):
    """Why a person is erased must be said."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go: how many calls, and of what else (by the name of the part) how many."""

    name: str
    numbers: tuple[str, ...]
    shared: tuple[str, ...]
    calls: int
    others: dict[str, int]
    is_on_the_phone: bool


def preview_erasure(*, viewer: Viewer, contact_id: int) -> Preview:
    """What erasing the contact would take away. Raises PersonMissing."""
    person = _person(viewer, contact_id)
    calls = calls_of_person(person)
    is_live = any(live for _, live in calls) or is_in_live_call(person)
    parts = reports_of(person.account_id, [id for id, _ in calls])
    return Preview(
        person.name, person.numbers, tuple(sorted(person.shared)), len(calls),
        {name: len(rows) for name, rows in parts.items() if rows}, is_live,
    )  # fmt: skip


@transaction.atomic
def erase_person(*, viewer: Viewer, contact_id: int, reason: str, address: str = "", now: datetime) -> int:
    """Erases the contact, and whom their calls were with; returns how many calls became anonymous. Numbers that other
    contacts have too stay with these. Raises PersonMissing, PersonOnThePhone, NoReason.
    """
    if not reason.strip():
        raise NoReason
    person = _person(viewer, contact_id)
    calls, touched = calls_of_person(person), calls_touching(person)
    if any(live for _, live in [*calls, *touched]):
        raise PersonOnThePhone
    ids, account_id = [id for id, _ in calls], person.account_id
    others = sorted({id for id, _ in touched}.difference(ids))
    texts = _texts(person, ids)
    for start in range(0, len(ids), BATCH):
        anonymise_calls(account_id=account_id, ids=ids[start : start + BATCH], now=now)
    erase_from_others(account_id=account_id, ids=others, numbers=person.own_numbers)
    _remember(person, now)
    exports = expire_exports_about(account_id=account_id, now=now)
    # Once more for those that began to read while this was going on.
    transaction.on_commit(partial(expire_exports_about, account_id=account_id, now=now))
    forget_searches(person, texts, now=now)
    _forget_log(person, ids)
    forget_messages(account_id=account_id, keys=[str(id) for id in ids], texts=texts)
    forget_numbers(account_id=account_id, numbers=person.own_numbers)
    tell_erased(ErasedPerson(account_id, ids, texts, others), now)
    erase_contact(account_id=account_id, contact_id=contact_id, by=viewer.pk, now=now)
    said = _without(reason, texts)
    record_audit(
        action="person_erased", subject=f"contact:{contact_id}", by=viewer.pk, account_id=account_id, address=address,
        detail={"calls": len(ids), "numbers": len(person.numbers), "exports": exports, "reason": said}, now=now,
    )  # fmt: skip
    return len(ids)


def _person(viewer: Viewer, contact_id: int) -> Person:
    person = person_of(viewer, contact_id)
    if person is None:
        raise PersonMissing(contact_id)
    return person


def _texts(person: Person, ids: Sequence[UUID]) -> list[str]:
    """What the person is to be known by in free texts: numbers as they may be written, names, addresses."""
    numbers = [*person.own_numbers, *(text for text in person.received if person.own_numbers)]
    names = [person.name, *_names_in_calls(person.account_id, ids)]
    long_enough = [name for name in names if len(name) >= SHORTEST_TEXT]
    found = [*numbers, *endings_of(numbers), *person.emails, *long_enough]
    return list(dict.fromkeys(found))


def _names_in_calls(account_id: int, ids: Sequence[UUID]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT from_name FROM calls_call WHERE account_id = %s AND id = ANY(%s) AND from_name <> ''",
            [account_id, list(ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def _remember(person: Person, now: datetime) -> None:
    key = digest_key()
    for number in person.own_numbers:
        ErasedNumber.objects.update_or_create(
            account_id=person.account_id, digest=digest_of(key, person.account_id, number), defaults={"erased_at": now}
        )


def _forget_log(person: Person, ids: Sequence[UUID]) -> None:
    """What is kept for an hour or a second, so that open pages and the worker know what to look at."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_liveevent WHERE key = ANY(%s)", [[str(id) for id in ids]])
    FollowUpPending.objects.filter(account_id=person.account_id).filter(
        Q(number__in=person.own_numbers) | Q(contact_id=person.id)
    ).delete()


def _without(reason: str, texts: Sequence[str]) -> str:
    """The reason as the audit log keeps it: the log outlives the person."""
    kept = " ".join(reason.split())[:300]
    for text in sorted(texts, key=len, reverse=True):
        start = 0
        while (at := kept.casefold().find(text.casefold(), start)) >= 0:
            kept = kept[:at] + "…" + kept[at + len(text) :]
            start = at + 1
    return kept
