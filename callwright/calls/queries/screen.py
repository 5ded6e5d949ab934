"""What the register's screen needs beside its rows: choices of its form, names of filters, kept searches, columns."""

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

from callwright.accounts.queries.choosing import AccountChooser, account_chooser
from callwright.calls.models import ColumnChoice, Marker
from callwright.calls.search import Search
from callwright.contacts.queries.contacts import CategoryMark, visible_contacts
from callwright.contacts.queries.lists import categories
from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class MarkerSign:
    id: int
    name: str
    icon: str
    has_picture: bool


def markers(*, retired: bool | None = False) -> list[MarkerSign]:
    """The markers that are offered, in their order; `retired`: those no longer offered, None: both."""
    found = Marker.objects.all() if retired is None else Marker.objects.filter(retired=retired)
    rows = found.values_list("id", "name", "icon", "picture")
    return [MarkerSign(id, name, icon, bool(picture)) for id, name, icon, picture in rows]


def marker_picture(marker_id: int) -> bytes | None:
    """The uploaded picture of a marker, as WebP; None without one."""
    name = Marker.objects.filter(pk=marker_id).values_list("picture", flat=True).first()
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name, "rb") as file:
        return bytes(file.read())


def columns_of(user_id: int) -> list[object]:
    """The columns that the user chose, as kept; empty for the usual ones."""
    kept = ColumnChoice.objects.filter(user_id=user_id).values_list("columns", flat=True).first()
    return kept if isinstance(kept, list) else []


@dataclass(frozen=True, slots=True)
class Choices:
    """What the search form offers: (id, name) each."""

    accounts: AccountChooser
    categories: list[CategoryMark]
    queues: list[tuple[int, str]]
    employees: list[tuple[int, str]]
    markers: list[MarkerSign]


_QUEUES = """
    SELECT id, coalesce(nullif(label, ''), name) FROM telephony_queue
    WHERE %(all)s OR account_id IS NULL OR account_id = ANY(%(accounts)s)
    ORDER BY 2, 1
"""
_EMPLOYEES = """
    SELECT u.id, u.name FROM staff_user u
    WHERE u.role <> 'customer' AND (%(all)s OR u.all_accounts OR EXISTS (
        SELECT FROM staff_accountright r WHERE r.user_id = u.id AND r.account_id = ANY(%(accounts)s)))
    ORDER BY u.name, u.id
"""


def choices_for(viewer: Viewer, *, account_id: int | None = None) -> Choices:
    """Accounts, categories, queues, employees and markers that the viewer may search by; `account_id` is chosen now."""
    allowed = visible_account_ids(viewer)
    values: dict[str, Any] = {"all": allowed is None, "accounts": sorted(allowed or ())}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, values)
        queues = list(cursor.fetchall())
        cursor.execute(_EMPLOYEES, values)
        employees = list(cursor.fetchall())
    return Choices(account_chooser(viewer, account_id), categories(), queues, employees, markers(retired=None))


_NAMES = """
    SELECT (SELECT name FROM accounts_account WHERE id = %(account)s AND (%(all)s OR id = ANY(%(accounts)s))),
           (SELECT name FROM contacts_category WHERE id = %(category)s),
           (SELECT name FROM staff_user WHERE id = %(employee)s AND role <> 'customer'),
           (SELECT coalesce(nullif(label, ''), name) FROM telephony_queue WHERE id = %(queue)s),
           (SELECT name FROM calls_marker WHERE id = %(marker)s)
"""


def names_in(viewer: Viewer, search: Search) -> dict[str, str]:
    """The names of what the search names by id, as far as the viewer may know them: at most two queries."""
    ids = {name: getattr(search, name) for name in ("account", "category", "employee", "queue", "marker")}
    ids = {name: value if isinstance(value, int) else None for name, value in ids.items()}
    found: dict[str, str] = {}
    if any(value is not None for value in ids.values()):
        allowed = visible_account_ids(viewer)
        with connection.cursor() as cursor:
            cursor.execute(_NAMES, {**ids, "all": allowed is None, "accounts": sorted(allowed or ())})
            row = cursor.fetchone()
        found = {name: text for name, text in zip(ids, row, strict=True) if text}
    if isinstance(search.contact, int):
        name = visible_contacts(viewer).filter(pk=search.contact).values_list("name", flat=True).first()
        found |= {"contact": name} if name else {}
    return found
