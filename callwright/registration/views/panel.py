"""The panel: drawn for one call, saved as the employee ticks (REG-2)."""

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.queries.agent_calls import CardCall, account_of_own_call, card_call
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.templatetags.kit import local_time
from callwright.registration.drawing_panel import draw_panel
from callwright.registration.operations.register import Refused, Saved, register
from callwright.registration.queries.panel import panel_of

LONGEST = 200_000  # characters of a comment that are looked at, whatever the limit


@requires("register_calls")
@require_GET
@never_cache
def panel(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The panel as it stands now; nothing (204) where nothing is asked."""
    call, now = _call(request, call_id), timezone.now()
    found = panel_of(cast(int, request.user.pk), account_id=call.account_id, call_id=call.id, now=now)
    return HttpResponse(draw_panel(found, now=now)) if found else HttpResponse(status=204)


@requires("register_calls")
@require_POST
def save(request: HttpRequest, call_id: UUID) -> JsonResponse:
    """Keeps what is ticked. A refusal says why and what to do; 409: it cannot be corrected any more."""
    for _attempt in range(2):  # a call that finds its account just now is looked for there
        try:
            return _saved(_register(request, call_id))
        except Refused as refused:
            if refused.reason != "missing":
                return _refused(refused)
    raise Http404


def _register(request: HttpRequest, call_id: UUID) -> Saved:
    # Whose phone rang in vain has nothing to register, and would hide that who talked has not.
    account_id = account_of_own_call(cast(Any, request.user), call_id)
    if account_id is None:
        raise Http404
    topics = [id_in(one) or 0 for one in request.POST.getlist("topic")[:500]]
    return register(
        call_id=call_id, account_id=account_id, by=cast(int, request.user.pk), topics=topics,
        comment=request.POST.get("comment", "")[:LONGEST], revision=id_in(request.POST.get("revision")),
        now=timezone.now(),
    )  # fmt: skip


def _saved(saved: Saved) -> JsonResponse:
    return JsonResponse({
        "revision": saved.revision, "topics": [str(one) for one in saved.topics], "comment": saved.comment,
        "overtaken": saved.overtaken, "settled": saved.settled,
    })  # fmt: skip


def _refused(refused: Refused) -> JsonResponse:
    status = 409 if refused.reason == "closed" else 422
    told = {"error": refusal_text(refused), "reason": refused.reason, "limit": refused.limit}
    return JsonResponse(told, status=status)


def refusal_text(refused: Refused) -> str:
    """Why it was not saved, and what to do."""
    match refused.reason:
        case "closed":
            assert refused.until is not None
            return _("It could be corrected until %(moment)s. Ask a supervisor to correct it.") % {
                "moment": strip_tags(local_time(refused.until, "", "full"))
            }
        case "comment_too_long":
            return ngettext(
                "A comment has at most %(limit)s character. Shorten it to save it.",
                "A comment has at most %(limit)s characters. Shorten it to save it.",
                refused.limit,
            ) % {"limit": refused.limit}
        case "not_offered":
            return _("A topic that you ticked is no longer offered. Choose another one.")
        case "one_topic":
            return _("Only one topic of this category can be ticked.")
        case _:
            return _("This call must stay registered. Tick another topic before you take this one away.")


def _call(request: HttpRequest, call_id: UUID) -> CardCall:
    """The call, if the user may see it and was at it."""
    user = cast(Any, request.user)
    call = card_call(user, call_id)
    if call is None or not (call.legs_of(user.pk) or call.employee_id == user.pk):
        raise Http404
    return call
