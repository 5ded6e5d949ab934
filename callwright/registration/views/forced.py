"""How calls are registered and where they must be; who is held now, and their release (REG-2, REG-3)."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.registration.forms_panel import ForceForm, PanelSettingsForm, WrapUpForm
from callwright.registration.operations.release import AlreadySettled, release
from callwright.registration.operations.set_up_panel import do_not_force, force, save_panel, set_wrap_up
from callwright.registration.queries.forced import changeable_places, forced_places, held_now, own_wrap_ups
from callwright.registration.words import DIRECTIONS


@requires("set_up_registration")
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    user = cast(Any, request.user)
    mine = set(changeable_places(user).values_list("pk", flat=True))
    places = [(one, [DIRECTIONS[word] for word in one.directions], one.pk in mine) for one in forced_places(user)]
    context = {
        "panel_form": PanelSettingsForm(initial=PanelSettingsForm.as_it_is()),
        "force_form": ForceForm(viewer=user), "wrap_up_form": WrapUpForm(viewer=user), "places": places,
        "for_all": may_set_for_all(user, "set_up_registration"), "held": held_now(user), "wrap_ups": own_wrap_ups(user),
        "chooser": account_chooser(user), **forms,
    }  # fmt: skip
    return render(request, "registration/settings.html", context, status=status)


@requires("set_up_registration")
@require_POST
def save_settings(request: HttpRequest) -> HttpResponse:
    user, form = cast(Any, request.user), PanelSettingsForm(request.POST)
    if not may_set_for_all(user, "set_up_registration"):
        raise Http404
    if not form.is_valid():
        return _shown(request, 422, panel_form=form)
    save_panel(form.wish(), by=user.pk, now=timezone.now())
    messages.success(request, _("Saved. It holds from the next call on."))
    return redirect("registration:settings")


@requires("set_up_registration")
@require_POST
def add_forced(request: HttpRequest) -> HttpResponse:
    user = cast(Any, request.user)
    form = ForceForm(request.POST, viewer=user)
    if not form.is_valid():
        return _shown(request, 422, force_form=form)
    given = form.cleaned_data
    force(
        account_id=given["account"], queue_id=given["queue"], directions=given["directions"], by=user.pk,
        now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Such calls must be registered from now on."))
    return redirect("registration:settings")


@requires("set_up_registration")
@require_POST
def remove_forced(request: HttpRequest, must_id: int) -> HttpResponse:
    user = cast(Any, request.user)
    if not changeable_places(user).filter(pk=must_id).exists():
        raise Http404
    do_not_force(must_id=must_id, by=user.pk, now=timezone.now())
    messages.success(request, _("Such calls need not be registered any more."))
    return redirect("registration:settings")


@requires("set_up_registration")
@require_POST
def wrap_up(request: HttpRequest) -> HttpResponse:
    user = cast(Any, request.user)
    form = WrapUpForm(request.POST, viewer=user)
    if not form.is_valid():
        return _shown(request, 422, wrap_up_form=form)
    set_wrap_up(
        account_id=form.cleaned_data["account"], seconds=form.cleaned_data["seconds"], by=user.pk, now=timezone.now()
    )
    messages.success(request, _("Saved. It holds from the next call on."))
    return redirect("registration:settings")


@requires("release_registration")
@require_POST
def release_held(request: HttpRequest) -> HttpResponse:
    """Frees one employee of all that they must register; the second of two supervisors is told who did."""
    user = cast(Any, request.user)
    try:
        release(user_id=id_in(request.POST.get("user")) or 0, call_id=None, by=user.pk, now=timezone.now())
        messages.success(request, _("Released."))
    except AlreadySettled as settled:
        messages.info(request, settled_text(settled))
    return redirect("registration:settings")


def settled_text(settled: AlreadySettled) -> str:
    """Why there was nothing to release any more."""
    if settled.outcome == "released" and settled.by:
        return _("%(name)s has released them already.") % {"name": settled.by}
    if settled.outcome == "registered":
        return _("They have registered the call meanwhile.")
    return _("They need not register anything now.")
