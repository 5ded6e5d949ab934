"""Wallboards and the links of their screens are set up."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from callwright.accounts.queries.accounts import organisation
from callwright.floor.forms import FloorSettingsForm, ScreenForm, WallboardForm
from callwright.floor.models import Screen, Wallboard
from callwright.floor.operations.save_wallboard import (
    BeyondSight,
    remove_wallboard,
    save_floor_settings,
    save_wallboard,
)
from callwright.floor.operations.screens import (
    AlreadyWithdrawn,
    NoSuchWallboard,
    answer_for_screen,
    make_screen,
    withdraw_screen,
)
from callwright.floor.queries.screens import unanswered_screens
from callwright.floor.queries.wallboards import floor_settings, visible_wallboards
from callwright.floor.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.staff.queries.rights import may


@requires("set_up_wallboards")
def wallboards(request: StaffRequest) -> HttpResponse:
    """All wallboards; a POST (administrators) saves how supervisors take part."""
    form = None
    if may(request.user, "administer_organisation"):
        kept = floor_settings()
        first = {name: getattr(kept, name) for name in ("show_listening", "within_s", "target")}
        form = FloorSettingsForm(request.POST or None, initial=first)
        if request.method == "POST" and form.is_valid():
            save_floor_settings(by=request.user.pk, values=form.cleaned_data, now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("floor:wallboards")
    rows = visible_wallboards(request.user).prefetch_related("screens")
    now = timezone.now()
    closed = unanswered_screens([row.pk for row in rows], now=now)
    shown = [
        (row, sum(_is_open(one, now) for one in row.screens.all()), sum(one.pk in closed for one in row.screens.all()))
        for row in rows
    ]
    return render(request, "floor/wallboards.html", {"rows": shown, "form": form})


def _is_open(screen: Any, now: Any) -> bool:
    return screen.revoked_at is None and (screen.expires_at is None or screen.expires_at > now)


@requires("set_up_wallboards")
@never_cache
def wallboard(request: StaffRequest, wallboard_id: int | None = None) -> HttpResponse:
    """One wallboard with its screens, or a new one; a POST saves it."""
    row = _found(request, wallboard_id) if wallboard_id is not None else None
    form = WallboardForm(request.POST or None, viewer=request.user, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_wallboard(
                viewer=request.user, wallboard_id=wallboard_id, values=form.values(), now=timezone.now()
            )
        except (NoSuchWallboard, BeyondSight) as error:
            raise Http404 from error
        messages.success(request, _("Saved. Open screens follow by themselves."))
        return redirect("floor:wallboard", saved.pk)
    return _page(request, row, form)


def _page(request: StaffRequest, row: Wallboard | None, form: WallboardForm, **more: Any) -> HttpResponse:
    now = timezone.now()
    closed = unanswered_screens([row.pk], now=now) if row else frozenset()
    links = row.screens.select_related("answered_by", "created_by") if row else ()
    screens = [(one, _is_open(one, now), one.pk in closed) for one in links]
    page = {"row": row, "form": form, "screens": screens, "screen_form": ScreenForm(), "now": now, **more}
    return render(request, "floor/wallboard.html", page)


@requires("set_up_wallboards")
@require_POST
@never_cache
def add_screen(request: StaffRequest, wallboard_id: int) -> HttpResponse:
    """Makes a link and shows it, this once."""
    row, form, now = _found(request, wallboard_id), ScreenForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, row, WallboardForm(viewer=request.user, initial=_initial(row)), screen_form=form)
    screen, token = make_screen(
        viewer=request.user, wallboard_id=wallboard_id, name=form.cleaned_data["name"],
        expires_at=form.expires_at(now), now=now,
    )  # fmt: skip
    link = f"{_address(request)}#{token}"
    return render(request, "floor/link.html", {"row": row, "screen": screen, "link": link})


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("floor:screen"))


@requires("set_up_wallboards")
@require_POST
def withdraw(request: StaffRequest, screen_id: int) -> HttpResponse:
    return _changed(request, screen_id, withdraw_screen, _("Withdrawn. The screen has stopped."))


@requires("set_up_wallboards")
@require_POST
def answer(request: StaffRequest, screen_id: int) -> HttpResponse:
    """The viewer answers for a link that nobody answers for any more."""
    done = _("The screen shows the wallboard again within a minute. You answer for its link.")
    return _changed(request, screen_id, answer_for_screen, done)


def _changed(request: StaffRequest, screen_id: int, change: Callable[..., Screen], done: str) -> HttpResponse:
    """Changes a link, and says that it is `done`, or that it was withdrawn before."""
    try:
        screen = change(viewer=request.user, screen_id=screen_id, now=timezone.now())
    except NoSuchWallboard as error:
        raise Http404 from error
    except AlreadyWithdrawn:
        messages.info(request, _("This link was withdrawn before."))
        return redirect("floor:wallboards")
    messages.success(request, done)
    return redirect("floor:wallboard", screen.wallboard_id)


@requires("set_up_wallboards")
@require_POST
def remove(request: StaffRequest, wallboard_id: int) -> HttpResponse:
    try:
        remove_wallboard(viewer=request.user, wallboard_id=wallboard_id, now=timezone.now())
    except NoSuchWallboard as error:
        raise Http404 from error
    messages.success(request, _("Removed. Screens that showed it have stopped."))
    return redirect("floor:wallboards")


def _found(request: StaffRequest, wallboard_id: int) -> Wallboard:
    row = visible_wallboards(request.user).filter(pk=wallboard_id).first()
    if row is None:
        raise Http404
    return row


def _initial(row: Wallboard | None) -> dict[str, Any]:
    if row is None:
        language = (get_language() or "en").split("-")[0]
        return {"language": language, "time_zone": organisation().time_zone, "all_accounts": True}
    plain = ("name", "all_accounts", "all_queues", "parts", "names", "within_s", "target", "language", "time_zone",
             "theme")  # fmt: skip
    lists = {"accounts": [one.pk for one in row.accounts.all()], "queues": [str(one.pk) for one in row.queues.all()]}
    return {name: getattr(row, name) for name in plain} | lists
