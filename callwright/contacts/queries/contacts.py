"""Contacts as a viewer may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from callwright.contacts.models import Contact
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

PAGE = 50


def contact_accounts(viewer: Viewer) -> frozenset[int] | None:
    """The accounts whose contacts the viewer may see; None means all, and none for portal users."""
    return visible_account_ids(viewer) if may(viewer, "see_contacts") else frozenset()


def visible_contacts(viewer: Viewer) -> QuerySet[Contact]:
    """The contacts the viewer may see, in no order."""
    allowed = contact_accounts(viewer)
    return Contact.objects.all() if allowed is None else Contact.objects.filter(account_id__in=allowed)


def photo_url(contact_id: int, photo: str, *, small: bool = True) -> str:
    """Where a contact's photo is shown, empty without one; the address changes with the picture."""
    if not photo:
        return ""
    address = reverse("contacts:photo_small" if small else "contacts:photo", args=[contact_id])
    return f"{address}?v={photo.rpartition('/')[2].partition('.')[0][:12]}"


@dataclass(frozen=True, slots=True)
class CategoryMark:
    """How a category is shown."""

    id: int
    name: str
    colour: str
    icon: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class MarkerSign:
    """The marker of a contact: an icon, or the address of a picture."""

    id: int
    name: str
    icon: str
    picture_url: str


def marker_sign(id: int | None, name: str, icon: str, picture: str) -> MarkerSign | None:
    """The sign from a row's columns; None without a marker."""
    if id is None:
        return None
    return MarkerSign(id, name, icon, reverse("calls:marker_picture", args=[id]) if picture else "")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in a list. `number` is the one last spoken to, else the oldest; `numbers` counts them."""

    id: int
    account_id: int
    account: str
    kind: str
    name: str
    job_title: str
    company: str
    city: str
    country: str
    category: CategoryMark | None
    warning: str
    photo_url: str
    number: str
    numbers: int
    last_call_at: datetime | None
    sort_key: str
    home_country: str
    marker: MarkerSign | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[ContactRow, ...]
    next: tuple[str, int] | None


def list_contacts(
    viewer: Viewer,
    *,
    account_id: int | None = None,
    category_id: int | None = None,
    kind: str = "",
    after: tuple[str, int] | None = None,
    limit: int = PAGE,
) -> Page:
    """One page by name, from the key `after` on; three queries whatever its length."""
    contacts = visible_contacts(viewer)
    if account_id is not None:
        contacts = contacts.filter(account_id=account_id)
    if category_id is not None:
        contacts = contacts.filter(category_id=category_id)
    if kind:
        contacts = contacts.filter(kind=kind)
    if after is not None:
        sort_key, last = after
        contacts = contacts.filter(Q(sort_key__gt=sort_key) | Q(sort_key=sort_key, id__gt=last), sort_key__gte=sort_key)
    ids = list(contacts.order_by("sort_key", "id").values_list("account_id", "id", "sort_key")[: limit + 1])
    rows = rows_of([(account, id) for account, id, _ in ids[:limit]])
    return Page(tuple(rows), (ids[limit - 1][2], ids[limit - 1][1]) if len(ids) > limit else None)


def people_of(viewer: Viewer, account_id: int, company_id: int, limit: int = 200) -> list[ContactRow]:
    """The people of a company by name."""
    people = visible_contacts(viewer).filter(account_id=account_id, company_id=company_id)
    return rows_of(list(people.order_by("sort_key", "id").values_list("account_id", "id")[:limit]))


_ROWS = """
    SELECT c.id, c.account_id, a.name, c.kind, c.name, c.job_title, coalesce(o.name, ''), c.city, c.country,
           k.id, k.name, k.colour, k.icon, k.advice, c.warning, c.photo, coalesce(n.number, ''), coalesce(n.many, 0),
           c.last_call_at, c.sort_key, a.home_country,
           s.id, coalesce(s.name, ''), coalesce(s.icon, ''), coalesce(s.picture, '')
    FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS w (account_id, id, place)
    JOIN contacts_contact c ON c.account_id = w.account_id AND c.id = w.id
    JOIN accounts_account a ON a.id = c.account_id
    LEFT JOIN contacts_contact o ON o.account_id = c.account_id AND o.id = c.company_id
    LEFT JOIN contacts_category k ON k.id = c.category_id
    LEFT JOIN calls_marker s ON s.id = c.marker_id AND NOT s.retired
    LEFT JOIN LATERAL (
        SELECT (array_agg(m.number ORDER BY m.last_spoken_at DESC NULLS LAST, m.id))[1] AS number, count(*) AS many
        FROM contacts_contactnumber m WHERE m.account_id = c.account_id AND m.contact_id = c.id
    ) n ON true
    ORDER BY w.place
"""


def rows_of(keys: Iterable[tuple[int, int]]) -> list[ContactRow]:
    """The rows of contacts named by (account id, id), in that order; one query. For keys already known as visible."""
    pairs = list(keys)
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [[account for account, _ in pairs], [id for _, id in pairs]])
        return [_row(*row) for row in cursor.fetchall()]


def _row(
    id: int, account_id: int, account: str, kind: str, name: str, job_title: str, company: str, city: str, country: str,
    category_id: int | None, category: str, colour: str, icon: str, advice: str, warning: str, photo: str, number: str,
    numbers: int, last_call_at: datetime | None, sort_key: str, home_country: str,
    *marker: Any,
) -> ContactRow:  # fmt: skip
    mark = None if category_id is None else CategoryMark(category_id, category, colour, icon, advice)
    return ContactRow(
        id, account_id, account, kind, name, job_title, company, city, country, mark, warning, photo_url(id, photo),
        number, numbers, last_call_at, sort_key, home_country, marker_sign(*marker),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownContact:
    """One of the contacts that have a number."""

    contact_id: int
    name: str
    company: str
    category: CategoryMark | None
    last_spoken_at: datetime | None


_KNOWN_UNDER = """
    SELECT c.id, c.name, f.name, n.last_spoken_at, k.id, k.name, k.colour, k.icon, k.advice
    FROM contacts_contactnumber n
    JOIN contacts_contact c ON c.account_id = n.account_id AND c.id = n.contact_id
    LEFT JOIN contacts_contact f ON f.id = c.company_id
    LEFT JOIN contacts_category k ON k.id = c.category_id
    WHERE n.account_id = %s AND n.number = %s
    ORDER BY n.last_spoken_at DESC NULLS LAST, n.contact_id LIMIT %s
"""


def contacts_for_number(account_id: int, e164: str, *, limit: int = 20) -> list[KnownContact]:
    """Whom an account knows under a number, last spoken to first; one indexed look-up. For whoever may see the call."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_UNDER, [account_id, e164, limit])
        rows = cursor.fetchall()
    return [
        KnownContact(
            id, name, company or "", None if mark is None else CategoryMark(mark, label, colour, icon, advice), spoken
        )
        for id, name, company, spoken, mark, label, colour, icon, advice in rows
    ]
