"""What people do about a missed call, from the list and from the page of the call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house
from callwright.calls.follow_up_list import MissedList
from callwright.calls.operations.follow_up_acts import (
    MOST_OTHERS,
    BeingCalled,
    ChangedMeanwhile,
    FollowUpRefused,
    Seen,
    assign_follow_up,
    begin_call_back,
    close_follow_up,
    count_as_called_back,
    reopen_follow_up,
)
from callwright.calls.operations.set_contact import CallMissing
from callwright.calls.queries.follow_up import MissedRow, missed_again
from callwright.calls.queries.follow_up_history import acts_on, reasons
from callwright.calls.queries.follow_up_people import people_who_follow_up
from callwright.calls.views.asked import staff_user, viewpoint
from callwright.calls.views.call import found_call
from callwright.calls.views.follow_up import shown_row
from callwright.calls.views.follow_up_words import act_in_words, meanwhile, reason_word, refusal
from callwright.kit.access import no_right, requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast, trigger

Act = Callable[[dict[str, Any]], str]
"""Does it with account, call, what was seen, who and when; returns what to say."""


@requires("follow_up_calls")
@require_GET
def choices(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """All that can be done about the call, and what was done: the inside of the dialog."""
    return render(request, "calls/follow_up_choices.html", panel_of(request, call_id))


@requires("follow_up_calls")
@require_GET
def part(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The same as a part of the call's page; nothing for a call of which nothing has to be followed up."""
    if found_call(request, call_id).follow_up == "":
        return HttpResponse()
    return render(request, "calls/follow_up_part.html", panel_of(request, call_id))


def panel_of(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    """What the dialog and the part of the page show. Raises Http404 for a call that is none of these."""
    row, user = _row(request, call_id), staff_user(request)
    shown = shown_row(row, request)
    return {
        **shown,
        "one_row": shown,
        "target": f"#missed-{row.id}",
        "acts": [(act_in_words(act), act) for act in acts_on(row.account_id, row.id)],
        "others": min(row.others, MOST_OTHERS),
        "reasons": [(one.id, reason_word(one.code, one.name), one.code) for one in reasons()],
        "people": people_who_follow_up(row.account_id) if user.may("assign_follow_up") else [],
        "house": is_house(),
    }


@requires("follow_up_calls")
@require_POST
def begin(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Call back: the call is taken, then the page dials, unless somebody else does already."""
    dialled: list[str] = []

    def act(at: dict[str, Any]) -> str:
        dialled.append(begin_call_back(**at))
        return ""

    response = _done(request, call_id, act)
    if dialled:
        account = str(_row(request, call_id).account_id)
        trigger(response, "call-back", {"number": dialled[0], "account": account})
    return response


@requires("follow_up_calls")
@require_POST
def assign(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Take the call, give it back, or (a supervisor) assign it to somebody."""
    user = staff_user(request)
    to = id_in(request.POST.get("to"))
    row = _row(request, call_id)
    if not user.may("assign_follow_up") and (to not in (user.pk, None) or row.assigned_to not in (user.pk, None)):
        return no_right(request)

    def act(at: dict[str, Any]) -> str:
        assign_follow_up(**at, to=to)
        return _("The call is yours.") if to == user.pk else _("Assigned.") if to else _("Everyone may call back now.")

    return _done(request, call_id, act)


@requires("follow_up_calls")
@require_POST
def close(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Nobody need call back, for a reason."""

    def act(at: dict[str, Any]) -> str:
        closed = close_follow_up(
            **at, reason_id=id_in(request.POST.get("reason")), text=request.POST.get("text", ""),
            also_others=request.POST.get("others") == "1",
        )  # fmt: skip
        return ngettext("The call is closed.", "%(count)d calls are closed.", closed) % {"count": closed}

    return _done(request, call_id, act, undo=True)


@requires("follow_up_calls")
@require_POST
def counted(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The caller was reached by other means."""

    def act(at: dict[str, Any]) -> str:
        count_as_called_back(**at, text=request.POST.get("text", ""))
        return _("This counts as called back.")

    return _done(request, call_id, act, undo=True)


@requires("follow_up_calls")
@require_POST
def reopen(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """It must be called back after all; `others` in the address: and so must those that were closed with it."""

    def act(at: dict[str, Any]) -> str:
        opened = reopen_follow_up(
            **at, text=request.POST.get("text", ""), also_others=request.GET.get("others") == "1"
        )  # fmt: skip
        return ngettext("The call is open again.", "%(count)d calls are open again.", opened) % {"count": opened}

    return _done(request, call_id, act)


def _done(request: HttpRequest, call_id: UUID, act: Act, *, undo: bool = False) -> HttpResponse:
    """Does it and answers with the row or part as it is now, saying what came of it."""
    row, user = _row(request, call_id), staff_user(request)
    seen = Seen.parse(request.POST.get("seen") or request.GET.get("seen") or "")
    said, failed = "", False
    try:
        said = act({
            "account_id": row.account_id, "call_id": call_id, "seen": seen, "by": user.pk, "now": timezone.now(),
        })  # fmt: skip
    except (BeingCalled, ChangedMeanwhile, FollowUpRefused, CallMissing) as refused:
        said, failed = _refused(refused), True
    response, now = _answer(request, call_id)
    again = f"{reverse('calls:follow_up_reopen', args=[call_id])}?seen={now['seen']}" if undo and not failed else ""
    if again and request.POST.get("others") == "1":
        again += "&others=1"
    if said:
        add_toast(response, said, failed=failed, undo_url=again)
    return response if failed else trigger(response, "follow-up-done")


def _refused(refused: Exception) -> str:
    match refused:
        case BeingCalled():
            name = refused.by or _("Somebody")
            return _("%(name)s is on the phone with this caller, or calls them right now.") % {"name": name}
        case ChangedMeanwhile():
            return meanwhile(refused)
        case FollowUpRefused():
            return refusal(refused.reason)
    raise Http404


def _answer(request: HttpRequest, call_id: UUID) -> tuple[HttpResponse, dict[str, Any]]:
    if "part" in request.POST:
        page = panel_of(request, call_id)
        return render(request, "calls/follow_up_part.html", page), page
    shown = shown_row(_row(request, call_id), request)
    page = {"rows": [shown], "asked": MissedList(), "house": is_house()}
    return render(request, "calls/follow_up_rows.html", page), shown


def _row(request: HttpRequest, call_id: UUID) -> MissedRow:
    found = missed_again(staff_user(request), [call_id], None, viewpoint())
    if not found:
        raise Http404
    return found[0]
