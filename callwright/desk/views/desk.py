"""The desk's page and the zones around the card; each zone is a part that is read again when it changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callwright.accounts.queries.accounts import organisation
from callwright.accounts.queries.choosing import account_chooser
from callwright.desk.drawing import draw_card, draw_slim, draw_work
from callwright.desk.queries.card import Card, card_of, work_of
from callwright.desk.queries.desk import missed_today, open_calls, own_calls_today
from callwright.desk.queries.targets import country_of, find_targets
from callwright.desk.views.asking import StaffRequest
from callwright.desk.views.colleagues import colleagues_context
from callwright.desk.views.me import me_context
from callwright.kit.access import requires, requires_login
from callwright.kit.identity import id_in
from callwright.kit.navigation import entries_for
from callwright.live.queries.log import newest_id
from callwright.registration.queries.panel_choice import chosen_form, panel_forms
from callwright.staff.queries.rights import may
from callwright.staff.queries.seats import seat_of
from callwright.telephony.queries.link_now import link_is_down
from callwright.telephony.queries.queues import queues_of

_NOBODY = UUID(int=0)


@requires_login
@require_GET
@never_cache
def home(request: StaffRequest) -> HttpResponse:
    """The desk for those who work at one, the first screen that they may open for the others."""
    if request.user.may("use_desk"):
        return cast(HttpResponse, desk(request))
    return redirect(next((entry.url for entry in entries_for(request)), "desk:desk"))


@requires("use_desk")
@require_GET
@never_cache
def desk(request: StaffRequest) -> HttpResponse:
    since = newest_id()  # before all else is read: what changes meanwhile is told again
    now = timezone.now()
    language = get_language() or "en"
    found = [card_of(request.user, one, language=language, now=now) for one in open_calls(request.user.pk, now=now)]
    may_edit = may(request.user, "edit_contacts")
    context = {
        "live_since": since,
        "calls": [_drawn(request, card, may_edit=may_edit, now=now) for card in found if card is not None],
        "zero": _NOBODY,
        "chooser": account_chooser(request.user),
        "may_edit": may_edit,
        **_pbx(request),
        "now": now,
        **me_context(request.user, now),
        **_panel(request),
        **_queues(request),
        **_missed(request),
        **_today(request),
        **colleagues_context(request, fresh=True),
    }
    answer = render(request, "desk/desk.html", context)
    # Otherwise the other program's window, of another origin, would lose its name: each call would open a new one.
    answer["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return answer


@dataclass(frozen=True, slots=True)
class DrawnCall:
    card: SafeString
    work: SafeString
    slim: SafeString


def _drawn(request: StaffRequest, card: Card, *, may_edit: bool, now: datetime) -> DrawnCall:
    return DrawnCall(
        card=draw_card(card, may_edit=may_edit, now=now),
        work=draw_work(card, work_of(request.user.pk, card)),
        slim=draw_slim(card.strip),
    )


@requires("use_desk")
@require_GET
@never_cache
def open_now(request: StaffRequest) -> JsonResponse:
    """The ids of the calls whose cards stand on the desk: what a page that was away compares itself with."""
    return JsonResponse({"calls": [str(one) for one in open_calls(request.user.pk, now=timezone.now())]})


def _part(template: str, context: Any) -> Any:
    @requires("use_desk")
    @require_GET
    @never_cache
    def part(request: StaffRequest) -> HttpResponse:
        return render(request, template, context(request))

    return part


def _panel(request: StaffRequest) -> dict[str, Any]:
    return {"panel_form": chosen_form(request.user.pk), "panel_forms": panel_forms()}


def _queues(request: StaffRequest) -> dict[str, Any]:
    seat = seat_of(request.user.pk)
    return {"queues": queues_of(seat.pbx_id, seat.number) if seat else [], "seated": seat is not None}


def _missed(request: StaffRequest) -> dict[str, Any]:
    """Who is to be called back: by the employee, or by anybody for those who watch the floor and sit nowhere."""
    seated = seat_of(request.user.pk) is not None
    everyones = not seated and may(request.user, "watch_floor")
    missed = missed_today(request.user, zone=request.user.time_zone, now=timezone.now(), of_all=everyones)
    return {"missed": missed, "everyones": everyones, "seated": seated}


def _today(request: StaffRequest) -> dict[str, Any]:
    return {"today": own_calls_today(request.user, zone=request.user.time_zone, now=timezone.now())}


def _pbx(request: StaffRequest) -> dict[str, Any]:
    seat = seat_of(request.user.pk)
    return {"pbx_problem": seat is not None and link_is_down(seat.pbx_id)}


queues = _part("desk/zones/queues.html", _queues)
lists = _part("desk/lists.html", lambda request: {**_missed(request), **_today(request)})
pbx = _part("desk/zones/pbx.html", _pbx)


@requires("use_desk")
@require_GET
@never_cache
def targets(request: StaffRequest) -> HttpResponse:
    """Whom to call or hand over to, while somebody types."""
    text, transfer = request.GET.get("to", "").strip()[:100], request.GET.get("for") == "transfer"
    chooser = account_chooser(request.user, id_in(request.GET.get("account")))
    found = find_targets(
        request.user,
        text,
        account_id=chooser.chosen.id if chooser.chosen else None,
        only_account=transfer,
        country=country_of(chooser, organisation().home_country),
    )
    context = {"targets": found, "q": text, "transfer": transfer, "accounts_named": chooser.is_shown}
    return render(request, "desk/targets.html", context)
