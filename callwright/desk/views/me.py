"""The agent's own state and seat, changed in one place (DESK-8)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import organisation
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.staff.agent_rules import Choice
from callwright.staff.operations.set_state import NoExtension, NoReason, set_state
from callwright.staff.operations.take_extension import ExtensionTaken, NoSuchExtension, take_extension
from callwright.staff.queries.agents import agent_now, no_desk_reason, pause_reasons
from callwright.staff.queries.colleagues import STATES
from callwright.staff.queries.seats import extensions
from callwright.staff.queries.sharing import known_names

_CHOICES: dict[str, Choice] = {"ready": "ready", "paused": "paused", "logged_out": "logged_out"}


def me_context(user: Any, now: datetime, error: str = "") -> dict[str, Any]:
    ours = organisation()
    return {
        "more_times": ours.wrap_up_times if ours.wrap_up_more_s else 0,
        "more_s": ours.wrap_up_more_s,
        "agent": agent_now(user.pk),
        "reasons": pause_reasons(),
        "states": STATES,
        "no_desk": no_desk_reason(),
        "now": now,
        "error": error,
    }


@requires("use_desk")
@require_GET
@never_cache
def me(request: StaffRequest) -> HttpResponse:
    return _me(request)


@requires("use_desk")
@require_GET
@never_cache
def seats(request: StaffRequest) -> HttpResponse:
    """The extensions that are free to be taken."""
    free = [one for one in extensions() if one.employee_id is None]
    return render(request, "desk/zones/seats.html", {"seats": free})


def _me(request: HttpRequest, error: str = "") -> HttpResponse:
    return render(request, "desk/zones/me.html", me_context(request.user, timezone.now(), error))


@requires("use_desk")
@require_POST
def change_state(request: StaffRequest) -> HttpResponse:
    choice, reason = _CHOICES.get(request.POST.get("state", "")), request.POST.get("reason", "")
    if choice is None:
        return HttpResponse(status=400)
    try:
        set_state(user_id=request.user.pk, choice=choice, reason=reason, now=timezone.now())
    except NoReason:
        return _me(request, _("This reason is no longer offered. Choose another one."))
    except NoExtension:
        return _me(request, _("First choose the extension you sit at."))
    return _me(request)


@requires("use_desk")
@require_POST
def change_seat(request: StaffRequest) -> HttpResponse:
    chosen = request.POST.get("extension", "")
    try:
        take_extension(user_id=request.user.pk, extension_id=int(chosen), now=timezone.now())
    except ExtensionTaken as error:
        name = known_names(request.user, [error.employee_id]).get(error.employee_id) or _("Somebody")
        return _me(
            request,
            _("%(employee)s sits at extension %(extension)s now. Choose another one.")
            % {"employee": name, "extension": error.extension},
        )
    except (NoSuchExtension, ValueError):
        return _me(request, _("This extension does not exist any more. Choose another one."))
    return _me(request)
