"""The note on a call: saved as it is typed, sent to the people of the account, and what was said of it (ACC-6)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.save_note import NoteTooLong, save_note
from callwright.calls.operations.send_note import NoteMissing, NothingToSend, send_own_note
from callwright.calls.queries.note_comments import unread_threads
from callwright.calls.queries.notes import notes_of_call
from callwright.desk.drawing import draw_note_state
from callwright.desk.queries.card import strip_of
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires


def _given(request: StaffRequest, call_id: UUID) -> dict[str, Any]:
    now = timezone.now()
    strip = strip_of(request.user, call_id, now=now)
    if strip is None:
        raise Http404
    chosen = [int(text) for text in request.POST.getlist("recipient") if text.isascii() and text.isdigit()]
    return {
        "account_id": strip.call.account_id, "call_id": call_id, "by": request.user.pk,
        "text": request.POST.get("text", ""), "recipient_ids": chosen, "now": now,
    }  # fmt: skip


def _state(request: StaffRequest, given: dict[str, Any]) -> str:
    """How the note stands now, as the card shows it."""
    notes = notes_of_call(given["account_id"], given["call_id"])
    return draw_note_state(next((one for one in notes if one.by == request.user.pk), None))


def _too_long() -> JsonResponse:
    return JsonResponse({"error": _("The note is too long. Shorten it to save it.")}, status=422)


@requires("use_desk")
@require_POST
def note(request: StaffRequest, call_id: UUID) -> JsonResponse:
    """Keep the note as it is typed."""
    given = _given(request, call_id)
    try:
        save_note(**given)
    except NoteTooLong:
        return _too_long()
    return JsonResponse({"saved": True, "state": _state(request, given)})


@requires("use_desk")
@require_POST
def send(request: StaffRequest, call_id: UUID) -> JsonResponse:
    """Send the note as it stands on the card; asked twice, it is sent once."""
    given = _given(request, call_id)
    problem = ""
    try:
        send_own_note(**given)
    except NoteTooLong:
        return _too_long()
    except (NoteMissing, NothingToSend) as nothing:
        problem = _refusal(getattr(nothing, "reason", "no_text"))
    state = _state(request, given)
    return JsonResponse({"error": problem, "state": state}, status=422) if problem else JsonResponse({"state": state})


def _refusal(reason: str) -> str:
    words = {
        "no_text": _("There is nothing to send: the note is empty."),
        "nobody": _("Nobody with an e-mail address is chosen."),
        "nothing_new": _("Everybody chosen has this note already, or it is on its way."),
    }
    return words[reason]


@requires("use_desk")
@require_GET
@never_cache
def comments(request: StaffRequest) -> HttpResponse:
    """Comments on the employee's notes that they have not read."""
    return render(request, "desk/zones/comments.html", {"comment_threads": unread_threads(request.user)})
