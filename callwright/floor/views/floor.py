"""The floor: who does what now, for supervisors."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callwright.floor.boards import floor_now
from callwright.floor.queries.picture import Values
from callwright.floor.views.asking import StaffRequest
from callwright.floor.views.words import floor_words, states
from callwright.kit.access import requires
from callwright.staff.queries.rights import visible_account_ids


@requires("watch_floor")
@require_GET
@never_cache
def floor(request: StaffRequest) -> HttpResponse:
    page = {
        "words": floor_words(), "states": states(), "now": _now(request),
        "may_set_up": request.user.may("set_up_wallboards"),
        "may_act": request.user.may("change_agents") or request.user.may("listen_in"),
    }  # fmt: skip
    return render(request, "floor/floor.html", page)


@requires("watch_floor")
@require_GET
@never_cache
def now(request: StaffRequest) -> HttpResponse:
    """The same values as the live stream's, for a page that may have missed some."""
    return JsonResponse(_now(request))


def _now(request: StaffRequest) -> Values:
    return floor_now(visible_account_ids(request.user), request.user.pk)
