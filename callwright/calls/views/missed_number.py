"""How many calls wait to be called back, beside the entry of the navigation on every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callwright.calls.queries.follow_up import MOST_IN_NAVIGATION, waiting_number, waiting_number_of
from callwright.calls.views.asked import staff_user
from callwright.kit.access import requires

_TEMPLATE = "calls/missed_number.html"


def number_context(request: HttpRequest) -> dict[str, Any]:
    """What the template shows to the viewer; asked for only where a navigation is drawn."""
    return _shown(waiting_number(staff_user(request)))


def draw_number(accounts: frozenset[int] | None) -> str:
    """The number as HTML in the active language, the same for all who see these accounts; None: all."""
    return render_to_string(_TEMPLATE, _shown(waiting_number_of(accounts)))


@requires("follow_up_calls")
@require_GET
@never_cache
def missed_number(request: HttpRequest) -> HttpResponse:
    """The number as it is now."""
    return render(request, _TEMPLATE, number_context(request))


def _shown(waiting: int) -> dict[str, Any]:
    return {"waiting": min(waiting, MOST_IN_NAVIGATION), "more": waiting > MOST_IN_NAVIGATION}
