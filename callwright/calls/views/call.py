"""The page of one call, and what people do with a call in the register."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house, unknown_callers_policy
from callwright.calls.models import Call
from callwright.calls.operations.annotate_call import (
    LONGEST_COMMENT,
    CommentTooLong,
    MarkerMissing,
    set_comment,
    set_marker,
    set_markers,
)
from callwright.calls.operations.link_contact import NotOffered, attach_call, keep_caller
from callwright.calls.queries.call_page import neighbours, path_of, visible_call
from callwright.calls.queries.screen import markers
from callwright.calls.queries.visible import visible_calls
from callwright.calls.views.asked import ids_of, staff_user
from callwright.calls.views.note_parts import part_of
from callwright.calls.views.path import drawn_path
from callwright.calls.views.register import drawn_again, drawn_again_all
from callwright.calls.views.wording import CAUSES, HUNG_UP_BY
from callwright.contacts.operations.errors import ContactMissing
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.queries.card import card_contact
from callwright.contacts.queries.find import find_contacts
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast
from callwright.live.queries.log import newest_id


def found_call(request: HttpRequest, call_id: UUID) -> Call:
    """The call, if the viewer may see it. Raises Http404."""
    call = visible_call(staff_user(request), call_id)
    if call is None:
        raise Http404
    return call


@requires("see_register")
@require_GET
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call: who, when, how it ended, its path, notes, comment, marker, and its neighbours."""
    shown = found_call(request, call_id)
    before, after = neighbours(staff_user(request), shown)
    page = {
        **_shown(request, shown), "before": before, "after": after, "markers": markers(), "live_since": newest_id(),
        "longest_comment": LONGEST_COMMENT, **part_of(request, shown),
    }  # fmt: skip
    return render(request, "calls/call.html", page)


@requires("see_register")
@require_GET
def call_now(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What changes of the page while the call goes on."""
    return render(request, "calls/call_now.html", _shown(request, found_call(request, call_id)))


def _shown(request: HttpRequest, shown: Call) -> dict[str, Any]:
    user = staff_user(request)
    path = path_of(shown)
    contact = card_contact(user, shown.contact_id, now=timezone.now()) if shown.contact_id else None
    is_unknown = shown.contact_id is None and shown.direction != "internal" and shown.client_number.startswith("+")
    policy = unknown_callers_policy(shown.account_id) if is_unknown else ""
    return {
        "call": shown,
        "status": "no_answer" if shown.status == "missed" and shown.direction == "outbound" else shown.status,
        "path": drawn_path(shown, path, timezone.now()),
        "employee": path.employees.get(shown.extension, ""),
        "contact": contact,
        "may_edit": user.may("edit_contacts"),
        "offers_contact": is_unknown and policy != "never" and user.may("edit_contacts"),
        "never_kept": is_unknown and policy == "never",
        "house": is_house(),
        "hung_up_by": HUNG_UP_BY.get(shown.hangup_by, ""),
        "cause": CAUSES.get(shown.cause or 0, "") or shown.cause_text,
    }


@requires("annotate_calls")
@require_POST
def mark(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Set or take away the marker; answers with the row as it is now."""
    shown = found_call(request, call_id)
    raw = request.POST.get("marker", "")
    try:
        set_marker(
            account_id=shown.account_id, call_id=shown.id, now=timezone.now(),
            marker_id=int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None,
        )  # fmt: skip
    except MarkerMissing:
        response = _row(request, call_id)
        add_toast(response, _("This marker does not exist any more."), failed=True)
        return response
    return _row(request, call_id)


@requires("annotate_calls")
@require_POST
def mark_many(request: HttpRequest) -> HttpResponse:
    """Set or take away the marker of several calls at once; answers with their rows as they are now."""
    user, ids = staff_user(request), ids_of(request.POST.get("ids", ""))
    calls = list(visible_calls(user).filter(id__in=ids).values_list("account_id", "id"))
    try:
        changed = set_markers(calls=calls, marker_id=id_in(request.POST.get("marker")), now=timezone.now())
    except MarkerMissing:
        response = render(request, "calls/live_rows.html", {"rows": []})
        add_toast(response, _("This marker does not exist any more."), failed=True)
        return response
    response = render(request, "calls/live_rows.html", {"rows": drawn_again_all(request, [one[1] for one in calls])})
    words = ngettext("%(n)s call was marked anew.", "%(n)s calls were marked anew.", changed)
    add_toast(response, words % {"n": changed})
    return response


@requires("annotate_calls")
@require_POST
def comment(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Keep the comment as it is typed; answers with its state in words."""
    shown = found_call(request, call_id)
    page: dict[str, Any] = {"longest": LONGEST_COMMENT}
    try:
        page["saved"] = set_comment(
            account_id=shown.account_id, call_id=shown.id, text=request.POST.get("comment", ""), now=timezone.now()
        )
    except CommentTooLong:
        page["too_long"] = True
    return render(request, "calls/comment_state.html", page)


@requires("edit_contacts")
@require_POST
def keep(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Make a contact of the caller; the row, or the part of the call's page, as it is now."""
    shown = found_call(request, call_id)
    problem = ""
    try:
        keep_caller(call=shown, by=request.user.pk or 0, now=timezone.now())
    except (NotOffered, NumberRefused):
        problem = _("No contact was made: the number is withheld or no phone number, or the account keeps none.")
    response = _answer(request, call_id)
    add_toast(response, problem or _("The caller is a contact now."), failed=bool(problem))
    return response


@requires("edit_contacts")
@require_GET
def candidates(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Contacts of the call's account that fit what is typed, to choose the caller from."""
    shown = found_call(request, call_id)
    text = request.GET.get("search", "").replace("\x00", "").strip()[:200]
    found = find_contacts(
        staff_user(request), text, account_id=shown.account_id, home_country=shown.account.home_country, limit=8
    )
    return render(request, "calls/candidates.html", {"found": found, "text": text, "call": shown})


@requires("edit_contacts")
@require_POST
def attach(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Give the call to a contact."""
    shown = found_call(request, call_id)
    raw = request.POST.get("contact", "")
    problem = ""
    try:
        chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
        attach_call(viewer=staff_user(request), call=shown, contact_id=chosen, now=timezone.now())
    except ContactMissing:
        problem = _("This contact does not exist any more. Search again.")
    except NumberRefused:
        problem = _("The contact cannot take this number. It may have too many already.")
    response = _answer(request, call_id)
    add_toast(response, problem or _("The call is in the contact's history now."), failed=bool(problem))
    return response


def _answer(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The register asks for its row again, the page of the call for its own part."""
    if "row" in request.POST:
        return _row(request, call_id)
    return render(request, "calls/call_now.html", _shown(request, found_call(request, call_id)))


def _row(request: HttpRequest, call_id: UUID) -> HttpResponse:
    row = drawn_again(request, call_id)
    return render(request, "calls/live_rows.html", {"rows": [row] if row else []})
