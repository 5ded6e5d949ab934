"""Orders to the phone system: call controls and click to call. Refusals are worded here."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.desk.operations.order_call import (
    VERBS,
    AccountNeeded,
    NoSeat,
    NoSuchAccount,
    NotDialable,
    dial,
    order_call,
)
from callwright.desk.queries.card import strip_of
from callwright.desk.views.asking import StaffRequest
from callwright.desk.views.wording import refusal_text
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast, trigger
from callwright.telephony.operations.send_command import CommandRefused


@requires("use_desk")
@require_POST
def command(request: StaffRequest, call_id: UUID, verb: str) -> HttpResponse:
    """One order about a call on this desk. What came of it arrives over the live stream."""
    now = timezone.now()
    strip = strip_of(request.user, call_id, now=now)
    if strip is None or verb not in VERBS:
        raise Http404
    try:
        order_call(user_id=request.user.pk, strip=strip, verb=verb, to=request.POST.get("to", ""), now=now)
    except (NoSeat, NotDialable, CommandRefused) as error:
        return _refused(error)
    return HttpResponse(status=204)


@requires("use_desk")
@require_POST
def call(request: StaffRequest) -> HttpResponse:
    """Click to call: the agent's phone rings first, then the number."""
    account = request.POST.get("account", "").strip()
    try:
        dial(
            viewer=request.user,
            to=request.POST.get("to", ""),
            account_id=(id_in(account) or 0) if account else None,
            now=timezone.now(),
        )
    except AccountNeeded as error:
        answer = _refused(error)
        return trigger(answer, "account-needed")
    except (NoSeat, NotDialable, NoSuchAccount, CommandRefused) as error:
        return _refused(error)
    answer = trigger(HttpResponse(status=204), "dialled")
    add_toast(answer, _("Your phone rings first. Pick it up to be connected."))
    return answer


def _refused(error: Exception) -> HttpResponse:
    match error:
        case NoSeat():
            text = _("First choose the extension you sit at.")
        case NotDialable():
            text = _("This is no number that can be called.")
        case AccountNeeded():
            text = _("For which account do you call? Choose it, then call again.")
        case NoSuchAccount():
            text = _("You may not call on behalf of this account.")
        case CommandRefused(code=code):
            text = refusal_text(code)
        case _:
            raise error
    answer = HttpResponse(status=204)
    add_toast(answer, text, failed=True)
    return answer


@requires("use_desk")
@require_GET
def refusal(request: HttpRequest) -> HttpResponse:
    """The words for a refusal that arrived over the live stream."""
    return HttpResponse(refusal_text(request.GET.get("code", "")), content_type="text/plain; charset=utf-8")
