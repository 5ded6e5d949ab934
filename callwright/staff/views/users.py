"""The administration of users."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.staff.forms import UserForm
from callwright.staff.models import Role, User
from callwright.staff.operations.leave import leave
from callwright.staff.operations.save_user import (
    LastAdministrator,
    OwnAccess,
    reset_password,
    save_user,
    set_active,
)
from callwright.staff.operations.unlock_user import unlock_user
from callwright.staff.queries.login import locked_usernames
from callwright.staff.queries.seats import seat_of
from callwright.staff.queries.users import list_users, visible_users


@requires("unlock_users")
def users(request: HttpRequest) -> HttpResponse:
    search, role = request.GET.get("search", "").replace("\x00", "").strip(), request.GET.get("role", "")
    closed = request.GET.get("show") == "closed"
    after = id_in(request.GET.get("after"))
    shown = list_users(request.user, now=timezone.now(), search=search, role=role, closed=closed, after=after)
    asked = {"search": search, "role": role, "show": "closed" if closed else "", "after": shown.next}
    page = {"rows": shown.rows, "search": search, "role": role, "closed": closed, "roles": Role.choices,
            "next_url": f"{reverse('staff:users')}?{urlencode(asked)}" if shown.next else ""}  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "staff/users_more.html" if after else "staff/users_rows.html", page)
    return render(request, "staff/users.html", page)


@requires("administer_users")
@never_cache
def user(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One user's form; without `pk` the form of a new one."""
    known = get_object_or_404(visible_users(request.user), pk=pk) if pk else User(time_zone=request.user.time_zone)  # type: ignore[union-attr]
    form = UserForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        if pk:
            messages.success(request, _("%(name)s is saved.") % {"name": known.name})
            return redirect("staff:users")
        return _with_new_password(request, known)
    page = {"form": form, "shown": known, "seat": seat_of(known.pk) if pk else None,
            "is_locked": known.username in locked_usernames(now=timezone.now())}  # fmt: skip
    return render(request, "staff/user.html", page)


def _saved(request: HttpRequest, form: UserForm) -> bool:
    accounts = [account.pk for account in form.cleaned_data["accounts"]]
    try:
        save_user(user=form.instance, account_ids=accounts, by=request.user.pk)
    except OwnAccess:
        form.add_error("role", _("You cannot take away your own role; another administrator can."))
    except LastAdministrator:
        form.add_error("role", _("This is the last administrator. Make someone else an administrator first."))
    return form.is_valid()


@requires("administer_users")
@require_POST
@never_cache
def new_password(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_new_password(request, get_object_or_404(visible_users(request.user), pk=pk))


def _with_new_password(request: HttpRequest, shown: User) -> HttpResponse:
    password = reset_password(user_id=shown.pk)
    return render(request, "staff/new_password.html", {"shown": shown, "password": password})


@requires("administer_users")
@require_POST
def active(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(visible_users(request.user), pk=pk)
    wanted = request.POST.get("active") == "1"
    try:
        set_active(user_id=shown.pk, active=wanted, by=request.user.pk)
    except OwnAccess:
        messages.error(request, _("You cannot deactivate yourself; another administrator can."))
        return redirect("staff:user", pk=pk)
    except LastAdministrator:
        messages.error(request, _("This is the last administrator. Make someone else an administrator first."))
        return redirect("staff:user", pk=pk)
    if not wanted:
        leave(user_id=shown.pk, now=timezone.now())
    text = _("%(name)s may log in again.") if wanted else _("%(name)s is logged out and may no longer log in.")
    messages.success(request, text % {"name": shown.name})
    return redirect("staff:user", pk=pk)


@requires("unlock_users")
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(visible_users(request.user), pk=pk)
    unlock_user(username=shown.username)
    messages.success(request, _("%(name)s can try to log in again.") % {"name": shown.name})
    return redirect("staff:users")
