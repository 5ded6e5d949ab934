"""What a user wants to be told, and how."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from callwright.kit.access import requires_login
from callwright.messaging.events import Event, all_events, codes_for
from callwright.messaging.operations.notifications import save_choices
from callwright.messaging.queries.notifications import choices_by_event


@dataclass(frozen=True, slots=True)
class Choice:
    event: Event
    in_app: bool
    by_mail: bool


@requires_login
def choices(request: HttpRequest) -> HttpResponse:
    user = cast(Any, request.user)
    codes = set(codes_for(user))
    events = [event for event in all_events() if event.code in codes]
    if request.method == "POST":
        asked = {one.code: (f"app_{one.code}" in request.POST, f"mail_{one.code}" in request.POST) for one in events}
        save_choices(user_id=user.pk, choices=asked)
        messages.success(request, _("Your choice is saved."))
        return redirect("messaging:choices")
    known = choices_by_event(user.pk)
    rows = [Choice(event, *known.get(event.code, (True, False))) for event in events]
    return render(request, "messaging/choices.html", {"rows": rows, "email": user.email})
