"""What a person may ask for: everything that is kept about them, and that it be erased (CALL-16)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.calls.export_shape import Shape
from callwright.calls.operations.erase_person import (
    NoReason,
    PersonMissing,
    PersonOnThePhone,
    erase_person,
    preview_erasure,
)
from callwright.calls.operations.export_calls import TooManyExports, ask_person_export
from callwright.calls.views.asked import staff_user
from callwright.contacts.queries.person_data import person_of
from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.kit.proxies import client_address
from callwright.kit.texts import clean_lines

LONGEST_REASON = 300


@requires("export_person")
@require_POST
def export_person(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Ask for everything about the contact, as a file that the worker makes."""
    user = staff_user(request)
    person = person_of(user, contact_id)
    if person is None:
        raise Http404
    shape = Shape(format="zip", zone=viewer_zone(), language=get_language() or "en")
    try:
        ask_person_export(
            viewer=user, account_id=person.account_id, contact_id=contact_id, shape=shape, now=timezone.now()
        )
    except TooManyExports:
        messages.error(request, _("Three of your exports are being made already. Wait for one, or cancel it."))
    return redirect("calls:exports")


@requires("erase_person")
def erase(request: HttpRequest, contact_id: int) -> HttpResponse:
    """What erasing the contact takes away; a POST with its name (or number) typed and a reason does it."""
    user = staff_user(request)
    try:
        preview = preview_erasure(viewer=user, contact_id=contact_id)
    except PersonMissing:
        raise Http404 from None
    confirm = preview.name or (preview.numbers[0] if preview.numbers else str(contact_id))
    page = {"preview": preview, "contact_id": contact_id, "confirm": confirm, "longest": LONGEST_REASON}
    if request.method != "POST":
        return render(request, "calls/erase_person.html", page)
    reason = clean_lines(request.POST.get("reason", ""))[:LONGEST_REASON]
    problem = ""
    if " ".join(request.POST.get("confirm", "").split()).casefold() != " ".join(confirm.split()).casefold():
        problem = _("What you typed is not the same. Nothing was erased.")
    problem = problem or _erased(request, contact_id, reason)
    if problem:
        return render(request, "calls/erase_person.html", {**page, "problem": problem, "reason": reason}, status=422)
    return redirect("contacts:list")


def _erased(request: HttpRequest, contact_id: int, reason: str) -> str:
    """Erases; returns what stood in the way, in words."""
    try:
        calls = erase_person(
            viewer=staff_user(request), contact_id=contact_id, reason=reason, address=client_address(request),
            now=timezone.now(),
        )  # fmt: skip
    except NoReason:
        return _("Say why: the reason is kept in the audit log.")
    except PersonOnThePhone:
        return _("This person is on the phone now. Wait until the call has ended.")
    said = ngettext(
        "The person is erased; %(calls)s call is anonymous now.",
        "The person is erased; %(calls)s calls are anonymous now.",
        calls,
    )
    messages.success(request, said % {"calls": calls})
    return ""
