"""The note on a call: saved as it is typed, sent to the people of the account, and what was said of it (ACC-6)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.save_note import CallMoved, NoteTooLong, go_on_with_note, save_note
from callwright.calls.operations.send_note import NothingToSend, send_own_note
from callwright.calls.queries.note_comments import unread_threads
from callwright.calls.queries.notes import notes_of_call
from callwright.desk.drawing import draw_note_state
from callwright.desk.queries.card import strip_of
from callwright.desk.views.asking import StaffRequest
from callwright.desk.views.gone import BECAME, gone, taken_up_by
from callwright.kit.access import requires

_TRIES = 3
_LONGEST_WISH = 40


class _NotHere(Exception):
    """The call is not on this desk any more."""


def _given(request: StaffRequest, call_id: UUID) -> dict[str, Any]:
    """What was typed, for the account whose the call is now. Those ticked for another one are nobody here."""
    now = timezone.now()
    strip = strip_of(request.user, call_id, now=now)
    if strip is None:
        raise _NotHere
    account_id = strip.call.account_id
    chosen = [int(text) for text in request.POST.getlist("recipient") if text.isascii() and text.isdigit()]
    is_drawn_for_it = request.POST.get("account", str(account_id)) == str(account_id)
    return {
        "account_id": account_id, "call_id": call_id, "by": request.user.pk, "text": request.POST.get("text", ""),
        "recipient_ids": chosen if is_drawn_for_it else None, "now": now,
    }  # fmt: skip


def _kept(request: StaffRequest, call_id: UUID, act: Callable[..., object]) -> dict[str, Any]:
    """Does something with the note as given, again where the call was moved meanwhile; returns what was given."""
    for last in (*[False] * (_TRIES - 1), True):
        given = _given(request, call_id)
        try:
            act(**given)
        except CallMoved:
            if last:
                raise _NotHere from None
        else:
            return given
    raise AssertionError


def _state(given: dict[str, Any]) -> str:
    """How the note stands now, as the card shows it."""
    notes = notes_of_call(given["account_id"], given["call_id"])
    return draw_note_state(next((one for one in notes if one.by == given["by"]), None))


def _too_long() -> JsonResponse:
    return JsonResponse({"error": _("The note is too long. Shorten it to save it.")}, status=422)


@requires("use_desk")
@require_POST
def note(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """Keep the note as it is typed; without words it is only said that somebody writes on."""
    if "writing" in request.POST:
        return _goes_on(request, call_id)
    try:
        given = _kept(request, call_id, save_note)
    except NoteTooLong:
        return _too_long()
    except _NotHere:
        return gone(request, call_id)
    return JsonResponse({"saved": True, "state": _state(given)})


def _goes_on(request: StaffRequest, call_id: UUID) -> HttpResponse:
    now = timezone.now()
    strip = strip_of(request.user, call_id, now=now)
    if strip is None:
        raise Http404
    go_on_with_note(account_id=strip.call.account_id, call_id=call_id, by=request.user.pk, now=now)
    return HttpResponse(status=204)


@requires("use_desk")
@require_POST
def send(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """Send the note as it stood on the card when it was asked for, with that of the call that this one became part of
    meanwhile; asked twice, it is sent once.
    """
    try:
        return _sent(request, call_id)
    except _NotHere:
        into = taken_up_by(request, call_id)
    try:
        answer = _sent(request, into, after=request.POST.get("saved", ""))
    except _NotHere:
        return gone(request, call_id)
    answer[BECAME] = str(into)
    return answer


def _sent(request: StaffRequest, call_id: UUID, *, after: str | None = None) -> JsonResponse:
    wish, problem = request.POST.get("wish", "")[:_LONGEST_WISH].replace("\x00", ""), ""
    try:
        given = _kept(request, call_id, partial(send_own_note, wish=wish, after=after))
    except NoteTooLong:
        return _too_long()
    except NothingToSend as nothing:
        problem = _refusal(nothing.reason)
        given = _given(request, call_id)
    state = _state(given)
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
