"""What an agent is asked about a call or request, as supervisors look at it (REG-1)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.registration import words
from callwright.registration.drawing import draw_choices
from callwright.registration.queries.offer import offered_for
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules import CHANNELS, DIRECTIONS, Subject
from callwright.registration.views.answers import user_of


@requires("set_up_registration")
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """The questions about a call or request such as the one chosen."""
    return render(request, "registration/preview.html", preview_of(request))


def preview_of(request: HttpRequest) -> dict[str, Any]:
    """The questions, and what can be chosen about the call or request."""
    user = user_of(request)
    chooser = account_chooser(user, id_in(request.GET.get("account")))
    queues = queue_choices(user)
    subject = _subject(request, chooser.only.id if chooser.only else _first_account(user), {id for id, _name in queues})
    return {
        "choices": draw_choices(offered_for(subject)), "subject": subject, "chooser": chooser, "queues": queues,
        "directions": words.DIRECTIONS.items(), "channels": words.CHANNELS.items(),
    }  # fmt: skip


def _first_account(user: Any) -> int:
    return visible_accounts(user).order_by("-is_default", "name").values_list("pk", flat=True).first() or 0


def _subject(request: HttpRequest, account_id: int, queues: set[int]) -> Subject:
    direction, channel = request.GET.get("direction", ""), request.GET.get("channel", "")
    queue = id_in(request.GET.get("queue"))
    return Subject(
        account_id=account_id,
        direction=direction if direction in DIRECTIONS else DIRECTIONS[0],
        channel=channel if channel in CHANNELS else CHANNELS[0],
        queue_id=queue if queue in queues else None,
        of_campaign="campaign" in request.GET,
    )
