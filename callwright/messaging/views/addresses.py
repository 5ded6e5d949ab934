"""Who is told of which event by mail."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.choosing import account_choice, account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.messaging.events import known_event
from callwright.messaging.forms import AddressForm
from callwright.messaging.operations.save_address import (
    AddressRefused,
    add_address,
    remove_address,
    switch_address,
    try_address,
)
from callwright.messaging.queries.setup import event_setups, may_set_events_for_all, visible_address
from callwright.messaging.views.wording import add_refusal, worded
from callwright.staff.queries.receivers import receivers

_OFFERED = 12


@requires("set_up_notifications")
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, code: str = "", form: AddressForm | None = None) -> HttpResponse:
    user = cast(Any, request.user)
    setups = [
        (one, form if form and one.event.code == code else AddressForm(auto_id=f"{one.event.code}_%s"))
        for one in event_setups(user)
    ]
    page = {"setups": setups, "failed": code if form else "", "chooser": account_chooser(user),
            "for_all": may_set_events_for_all(user)}  # fmt: skip
    return render(request, "messaging/events.html", page)


@requires("set_up_notifications")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Options for the field in which a person of the house is chosen: those who may be told of the event."""
    event = known_event(request.GET.get("event", "")[:40])
    text = request.GET.get("search", "").replace("\x00", "")[:200]
    found = receivers(right=event.right, account_id=None, named=text) if event else []
    page = {"found": found[:_OFFERED], "more": len(found) > _OFFERED, "list": request.GET.get("list", "")}
    return render(request, "messaging/people.html", page)


@requires("set_up_notifications")
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    form = AddressForm(request.POST, auto_id=f"{code}_%s")
    if form.is_valid():
        try:
            account_id = _account(request)
            add_address(event=code, user_id=id_in(request.POST.get("user")), account_id=account_id, **form.cleaned_data)
        except AddressRefused as refusal:
            add_refusal(form, refusal)
    if not form.is_valid():
        return _page(request, code, form)
    messages.success(request, _("The address is added."))
    return redirect(f"{reverse('messaging:events')}#event-{code}")


def _account(request: HttpRequest) -> int | None:
    """For which account; None for all of them, which not everybody may choose. Raises AddressRefused, and Http404
    for an account that is not the user's.
    """
    user = cast(Any, request.user)
    asked = id_in(request.POST.get("account"))
    if asked:
        chosen = account_choice(user, asked)
        if chosen is None:
            raise Http404
        return chosen.id
    if may_set_events_for_all(user):
        return None
    chooser = account_chooser(user)
    if chooser.is_shown or chooser.only is None:
        raise AddressRefused("account", "no_account")
    return chooser.only.id


@requires("set_up_notifications")
@require_POST
def address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Switches an address on or off, removes it, or sends a test to it, as `do` says."""
    if not visible_address(cast(Any, request.user), address_id):
        raise Http404
    match request.POST.get("do"):
        case "on" | "off" as state:
            switch_address(address_id=address_id, on=state == "on")
        case "remove":
            remove_address(address_id=address_id)
            messages.success(request, _("The address is removed."))
        case "test":
            _try(request, address_id)
    return redirect("messaging:events")


def _try(request: HttpRequest, address_id: int) -> None:
    try:
        to = try_address(address_id=address_id, now=timezone.now())
    except AddressRefused as refusal:
        messages.error(request, worded(refusal))
    else:
        messages.success(
            request, _("A test goes to %(address)s. The outbox shows what becomes of it.") % {"address": to}
        )
