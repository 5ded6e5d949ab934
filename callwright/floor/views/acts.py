"""A supervisor's acts upon one agent: a panel beside the floor, and what became of each act in words."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.queries.live_now import live_leg
from callwright.floor.operations.acts import (
    CHOICES,
    AnotherPbx,
    ClientHeld,
    NoPhone,
    NoSuchAgent,
    NothingToHear,
    PhoneInUse,
    change_agent,
    listen_in,
    release_agent,
    take_over,
)
from callwright.floor.operations.listening import stop_listening
from callwright.floor.queries.orders import order_of
from callwright.floor.rules import MODES
from callwright.floor.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.registration.operations.release import AlreadySettled
from callwright.staff.operations.set_state import NoExtension, NoReason
from callwright.staff.queries.agents import no_desk_reason, pause_reasons
from callwright.staff.queries.floor_now import agent_on_floor
from callwright.staff.queries.rights import visible_account_ids
from callwright.staff.queries.seats import seat_of
from callwright.telephony.operations.listen import AlreadyListening
from callwright.telephony.operations.send_command import CommandRefused
from callwright.telephony.problems import REFUSALS
from callwright.telephony.queries.listening import listening_now


def _panel(request: StaffRequest, agent_id: int, **said: Any) -> HttpResponse:
    """The agent as they are now, what can be done, and what became of what was just done."""
    now = timezone.now()
    agent = agent_on_floor(request.user, agent_id)
    if agent is None:
        raise Http404
    is_other = agent_id != request.user.pk
    leg = live_leg(request.user, call_id=agent.call_id, agent_id=agent_id) if agent.call_id and is_other else None
    seat = seat_of(request.user.pk)
    accounts, going_on = visible_account_ids(request.user), listening_now(now=now)
    page = {
        "agent": agent, "reasons": pause_reasons(), "no_desk": no_desk_reason(), "now": now,
        "leg": leg if agent.state == "talking" else None, "seat": seat,
        "other_pbx": bool(leg and seat and seat.pbx_id != leg.pbx_id),
        "listening": [
            one for one in going_on if one.agent_id == agent_id and (accounts is None or one.account_id in accounts)
        ],
        "own": any(one.by_id == request.user.pk and (seat is None or one.pbx_id == seat.pbx_id) for one in going_on),
        "may_change": request.user.may("change_agents"), "may_listen": request.user.may("listen_in") and is_other,
        "may_release": request.user.may("release_registration"), **said,
    }  # fmt: skip
    return render(request, "floor/agent.html", page)


@requires("watch_floor")
@require_GET
@never_cache
def agent(request: StaffRequest, agent_id: int) -> HttpResponse:
    return _panel(request, agent_id)


@requires("change_agents")
@require_POST
def state(request: StaffRequest, agent_id: int) -> HttpResponse:
    choice, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    if choice not in CHOICES:
        return HttpResponse(status=400)
    try:
        change_agent(viewer=request.user, agent_id=agent_id, choice=choice, reason=reason, now=timezone.now())
    except NoSuchAgent as error:
        raise Http404 from error
    except NoReason:
        return _panel(request, agent_id, error=_("This reason is no longer offered. Choose another one."))
    except NoExtension:
        return _panel(request, agent_id, error=_("The agent sits at no extension now, and cannot take calls."))
    return _panel(request, agent_id, done=_("Done. The agent sees that it was you."))


@requires("release_registration")
@require_POST
def release(request: StaffRequest, agent_id: int) -> HttpResponse:
    try:
        freed = release_agent(viewer=request.user, agent_id=agent_id, now=timezone.now())
    except NoSuchAgent as error:
        raise Http404 from error
    except AlreadySettled as settled:
        return _panel(request, agent_id, error=_settled(settled))
    words = ngettext("Released from registering %(number)s call.", "Released from registering %(number)s calls.", freed)
    return _panel(request, agent_id, done=words % {"number": freed})


def _settled(settled: AlreadySettled) -> str:
    if settled.outcome == "released" and settled.by:
        return _("%(name)s was faster: the agent is released already.") % {"name": settled.by}
    if settled.outcome == "registered":
        return _("The agent has registered the call meanwhile.")
    return _("Nothing is left to be registered that you may release.")


@requires("listen_in")
@require_POST
def listen(request: StaffRequest, agent_id: int, mode: str) -> HttpResponse:
    if mode not in MODES:
        raise Http404
    return _ordered(request, agent_id, lambda: listen_in(
        viewer=request.user, agent_id=agent_id, mode=mode, call_id=_meant(request), now=timezone.now()
    ))  # fmt: skip


@requires("listen_in")
@require_POST
def takes_over(request: StaffRequest, agent_id: int) -> HttpResponse:
    return _ordered(request, agent_id, lambda: take_over(
        viewer=request.user, agent_id=agent_id, call_id=_meant(request), now=timezone.now()
    ))  # fmt: skip


def _meant(request: StaffRequest) -> UUID | None:
    """The call that stood on the supervisor's screen."""
    return _uuid(request.POST.get("call", ""))


def _uuid(given: str) -> UUID | None:
    """None where nothing is given; of nonsense, what is nobody's."""
    try:
        return UUID(given) if given else None
    except ValueError:
        return UUID(int=0)


@requires("watch_floor")
@require_POST
def stop(request: StaffRequest, agent_id: int) -> HttpResponse:
    """Hangs up the viewer's own phone that listens, or the one that is named."""
    named = _uuid(request.POST.get("listening", ""))
    return _ordered(
        request, agent_id, lambda: stop_listening(viewer=request.user, listening_id=named, now=timezone.now())
    )


def _ordered(request: StaffRequest, agent_id: int, order: Any) -> HttpResponse:
    try:
        given = order()
    except NoSuchAgent as error:
        raise Http404 from error
    except NothingToHear:
        return _panel(request, agent_id, error=_("The agent talks with nobody now whom you may hear."))
    except NoPhone:
        return _panel(request, agent_id, error=_("First choose the extension you sit at."))
    except ClientHeld:
        return _panel(request, agent_id, error=_("The client is on hold. Take the call over when they talk again."))
    except PhoneInUse:
        return _panel(request, agent_id, error=_("Your own phone is in use. Hang it up first."))
    except AnotherPbx:
        return _panel(request, agent_id, error=_("Your phone hangs on another PBX than this call."))
    except AlreadyListening:
        return _panel(request, agent_id, error=_("Your phone listens already. Hang it up first."))
    except CommandRefused as refused:
        return _panel(request, agent_id, error=_refusal(refused.code))
    return _panel(request, agent_id, order=order_of(request.user.pk, given) if given else None)


def _refusal(code: str) -> str:
    worded = REFUSALS.get(code) or REFUSALS["refused"]
    return _("%(problem)s. %(what_to_do)s") % {"problem": worded.title, "what_to_do": worded.what_to_do}


@requires("watch_floor")
@require_GET
@never_cache
def outcome(request: StaffRequest, order_id: UUID) -> HttpResponse:
    """What became of an order that the viewer gave."""
    found = order_of(request.user.pk, order_id)
    if found is None:
        raise Http404
    said = _refusal(found.refusal) if found.refusal else ""
    return render(request, "floor/outcome.html", {"order": found, "said": said})
