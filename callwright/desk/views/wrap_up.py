"""Wrap-up and the panel on the agent's own desk: more time, and where calls are registered."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.accounts.queries.accounts import organisation
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.kit.toasts import add_toast
from callwright.registration.operations.choose_panel import choose_panel
from callwright.staff.operations.more_time import NoWrapUp, OftenEnough, take_more_time


@requires("use_desk")
@require_POST
def more_time(request: StaffRequest) -> HttpResponse:
    """A little longer in wrap-up. What comes of it arrives as a change of the own state."""
    ours, answer = organisation(), HttpResponse(status=204)
    try:
        take_more_time(
            user_id=request.user.pk, seconds=ours.wrap_up_more_s, times=ours.wrap_up_times, now=timezone.now()
        )
    except NoWrapUp:
        add_toast(answer, _("Your wrap-up is over."), failed=True)
    except OftenEnough:
        add_toast(answer, _("You have taken all the time that can be taken after one call."), failed=True)
    return answer


@requires("use_desk")
@require_POST
def panel_form(request: StaffRequest) -> HttpResponse:
    """Beside the card, as a tab, or as the organisation has it."""
    try:
        return JsonResponse({"form": choose_panel(user_id=request.user.pk, form=request.POST.get("form", ""))})
    except ValueError:
        return HttpResponse(status=400)
