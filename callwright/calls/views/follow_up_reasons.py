"""The list of reasons for closing a missed call, kept by supervisors."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.calls.operations.follow_up_reasons import ReasonRefused, order_reasons, retire_reason, save_reason
from callwright.calls.queries.follow_up_history import reasons
from callwright.calls.views.follow_up_words import reason_word
from callwright.kit.access import requires
from callwright.kit.identity import id_in


@requires("assign_follow_up")
def reason_list(request: HttpRequest) -> HttpResponse:
    """The reasons in their order; a POST gives one other words, or adds one."""
    if request.method == "POST":
        try:
            save_reason(reason_id=id_in(request.POST.get("id")), name=request.POST.get("name", ""))
        except ReasonRefused as refused:
            messages.error(request, _refusal(refused.reason))
        else:
            messages.success(request, _("Saved."))
        return redirect("calls:follow_up_reasons")
    page = {name: [(one.id, reason_word(one.code, one.name)) for one in reasons(retired=retired)]
            for name, retired in (("offered", False), ("retired", True))}  # fmt: skip
    return render(request, "calls/follow_up_reasons.html", page)


@requires("assign_follow_up")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Put the reasons in the order of the list."""
    order_reasons([one for one in map(id_in, request.POST.getlist("reason")[:200]) if one is not None])
    return HttpResponse(status=204)


@requires("assign_follow_up")
@require_POST
def retire(request: HttpRequest, reason_id: int) -> HttpResponse:
    """No longer offer a reason, or offer it again."""
    try:
        retire_reason(reason_id=reason_id, retired="again" not in request.POST)
    except ReasonRefused as refused:
        raise Http404 from refused
    return redirect("calls:follow_up_reasons")


def _refusal(reason: str) -> str:
    match reason:
        case "too_long":
            return _("A reason has at most 80 characters.")
        case "missing":
            return _("This reason does not exist any more.")
    return _("Write the reason in a few words.")
