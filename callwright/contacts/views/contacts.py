"""The list of contacts, and the page of one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house
from callwright.accounts.queries.choosing import account_chooser
from callwright.contacts.forms import NewContactForm
from callwright.contacts.models import Contact, ContactNumber
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.errors import ContactMissing, ContactRefused
from callwright.contacts.operations.numbers import NewNumber, NumberRefused
from callwright.contacts.operations.update_contact import save_field
from callwright.contacts.queries.card import ContactCard, card_contact
from callwright.contacts.queries.contacts import list_contacts, people_of, visible_contacts
from callwright.contacts.queries.find import find_contacts
from callwright.contacts.queries.lists import categories
from callwright.contacts.views.asked import Asked, staff_user
from callwright.contacts.views.editing import custom_fields, detail_fields, name_fields
from callwright.contacts.views.wording import worded
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.staff.queries.account_staff import employees_for

FOUND = 60


@requires("see_contacts")
@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    """All contacts by name, or those that fit the search; an htmx request gets the rows alone."""
    asked = Asked.of(request.GET)
    user = staff_user(request)
    chooser = account_chooser(user, asked.account)
    house = not chooser.is_shown
    page: dict[str, Any] = {"asked": asked, "house": house, "chooser": chooser, "categories": categories()}
    if asked.search:
        country = chooser.only.home_country if chooser.only else ""
        rows = find_contacts(user, asked.search, narrow=asked.narrow, home_country=country, limit=FOUND)
        page |= {"rows": rows, "capped": len(rows) == FOUND}
    else:
        shown = list_contacts(
            user, account_id=asked.account, category_id=asked.category, kind=asked.kind, after=asked.after
        )
        page |= {"rows": shown.rows, "next_url": asked.next_url(shown.next)}
    part = "contacts/list_more.html" if asked.after else "contacts/list_rows.html"
    return render(request, part if request.headers.get("HX-Request") else "contacts/list.html", page)


@requires("see_contacts")
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Options for a type-ahead field, as `<li role="option">`; `?kind=company&account=` narrow the search."""
    asked = Asked.of(request.GET)
    rows = find_contacts(staff_user(request), asked.search, narrow=asked.narrow, limit=8)
    return render(request, "contacts/find.html", {"rows": rows, "asked": asked})


def shown_contact(request: HttpRequest, contact_id: int) -> ContactCard:
    """The contact's card for the viewer. Raises Http404."""
    card = card_contact(staff_user(request), contact_id, now=timezone.now())
    if card is None:
        raise Http404
    return card


@requires("see_contacts")
@require_GET
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    card = shown_contact(request, contact_id)
    user = staff_user(request)
    may_edit = user.may("edit_contacts")
    page = {
        "card": card,
        "may_edit": may_edit,
        "house": is_house(),
        "name_fields": name_fields(card),
        "fields": detail_fields(card, employees_for(card.account_id) if may_edit else []),
        "custom_fields": custom_fields(card),
        "number_kinds": ContactNumber.Kind.choices,
        "people": people_of(user, card.account_id, card.id) if card.is_company else [],
    }
    return render(request, "contacts/contact.html", page)


@requires("see_contacts")
@require_GET
def part(request: HttpRequest, contact_id: int, name: str) -> HttpResponse:
    """One panel of the page again, after something changed: head, numbers or orders."""
    page = {
        "card": shown_contact(request, contact_id),
        "may_edit": staff_user(request).may("edit_contacts"),
        "number_kinds": ContactNumber.Kind.choices,
        "house": is_house(),
    }
    return render(request, f"contacts/{name}.html", page)


@requires("edit_contacts")
def new_contact(request: HttpRequest, kind: str) -> HttpResponse:
    user = staff_user(request)
    chooser = account_chooser(user, id_in(request.POST.get("account") or request.GET.get("account")))
    initial = {"number": request.GET.get("number", "")}
    form = NewContactForm(request.POST or None, kind=kind, viewer=user, initial=initial)
    if request.method == "POST" and form.is_valid() and (made := _created(request, form, kind)):
        return redirect("contacts:contact", made)
    page = {"form": form, "kind": kind, "chooser": chooser}
    return render(request, "contacts/new.html", page)


def _created(request: HttpRequest, form: NewContactForm, kind: str) -> int | None:
    given = form.cleaned_data
    numbers = [NewNumber(given["number"], given["number_kind"])] if given["number"] else []
    names: dict[str, Any] = {name: given[name] for name in ("name", "first_name", "surname") if name in given}
    try:
        return create_contact(
            account_id=given["account"], kind=kind, values=names, numbers=numbers,
            by=request.user.pk, now=timezone.now(),
        )  # fmt: skip
    except NumberRefused as refused:
        form.add_error("number", worded(refused))
    except ContactRefused as refused:
        form.add_error("surname" if kind == Contact.Kind.PERSON else "name", worded(refused))
    return None


@requires("edit_contacts")
@require_POST
def field(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Save one field as it is typed; answers with its new state in words."""
    known = visible_contacts(staff_user(request)).filter(pk=contact_id).values_list("account_id", flat=True).first()
    if known is None:
        raise Http404
    name = request.POST.get("field", "")
    page: dict[str, Any] = {}
    try:
        saved = save_field(
            account_id=known, contact_id=contact_id, field=name, value=request.POST.get(name, ""),
            by=request.user.pk, now=timezone.now(),
        )  # fmt: skip
        page = {"saved": saved}
    except ContactRefused as refused:
        page = {"error": worded(refused)}
    except ContactMissing as missing:
        raise Http404 from missing
    return render(request, "contacts/field_state.html", page)
