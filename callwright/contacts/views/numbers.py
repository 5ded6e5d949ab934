"""A contact's numbers and e-mail addresses."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.contacts.models import ContactNumber
from callwright.contacts.operations.add_number import add_number, remove_number, set_number_kind
from callwright.contacts.operations.emails import add_email, remove_email
from callwright.contacts.operations.errors import ContactMissing, ContactRefused
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.queries.contacts import visible_contacts
from callwright.contacts.views.asked import staff_user
from callwright.contacts.views.contacts import shown_contact
from callwright.contacts.views.wording import worded
from callwright.kit.access import requires


def key_of(request: HttpRequest, contact_id: int) -> dict[str, Any]:
    """Account, contact, user and time for an operation on a contact that the viewer may see. Raises Http404."""
    account = visible_contacts(staff_user(request)).filter(pk=contact_id).values_list("account_id", flat=True).first()
    if account is None:
        raise Http404
    return {"account_id": account, "contact_id": contact_id, "by": request.user.pk, "now": timezone.now()}


def _acted(request: HttpRequest, contact_id: int, act: Callable[[], object], field: str) -> HttpResponse:
    """The numbers panel after the act, with what was wrong; a plain form goes back to the page."""
    page: dict[str, Any] = {"may_edit": True, "number_kinds": ContactNumber.Kind.choices}
    try:
        if act() is False:
            page[f"{field}_error"] = _("This contact has it already.")
    except (NumberRefused, ContactRefused) as refused:
        page |= {f"{field}_error": worded(refused), f"{field}_typed": request.POST.get(field, "")}
    except ContactMissing as missing:
        raise Http404 from missing
    if not request.headers.get("HX-Request"):
        return redirect("contacts:contact", contact_id)
    return render(request, "contacts/numbers.html", {**page, "card": shown_contact(request, contact_id)})


@requires("edit_contacts")
@require_POST
def add_number_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    key, kind = key_of(request, contact_id), request.POST.get("kind", "other")
    typed = request.POST.get("number", "")[:200]
    return _acted(request, contact_id, lambda: add_number(**key, number=typed, kind=kind), "number")


@requires("edit_contacts")
@require_POST
def remove_number_view(request: HttpRequest, contact_id: int, number_id: int) -> HttpResponse:
    key = key_of(request, contact_id)
    return _acted(request, contact_id, lambda: remove_number(**key, number_id=number_id), "number")


@requires("edit_contacts")
@require_POST
def number_kind(request: HttpRequest, contact_id: int, number_id: int) -> HttpResponse:
    key, kind = key_of(request, contact_id), request.POST.get("kind", "other")
    return _acted(request, contact_id, lambda: set_number_kind(**key, number_id=number_id, kind=kind), "number")


@requires("edit_contacts")
@require_POST
def add_email_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    key, typed = key_of(request, contact_id), request.POST.get("email", "")[:500]
    return _acted(request, contact_id, lambda: add_email(**key, email=typed), "email")


@requires("edit_contacts")
@require_POST
def remove_email_view(request: HttpRequest, contact_id: int, email_id: int) -> HttpResponse:
    key = key_of(request, contact_id)
    return _acted(request, contact_id, lambda: remove_email(**key, email_id=email_id), "email")
