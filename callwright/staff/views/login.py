"""Logging in and out, and choosing a language before that."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from callwright.staff.forms import LoginForm
from callwright.staff.operations.leave import leave
from callwright.staff.operations.take_extension import take_last_extension
from callwright.staff.queries.users import demo_logins
from callwright.staff.sessions import BACKEND


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    back = safe_back(request)
    if request.user.is_authenticated:
        return redirect(back)
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        login(request, form.user, backend=BACKEND)
        take_last_extension(user_id=form.user.pk, now=timezone.now())
        return redirect(back)
    demo = {"demo_logins": demo_logins(), "demo_password": settings.DEMO_PASSWORD} if settings.DEMO_PASSWORD else {}
    page = {"form": form, "back": back, "languages": [code for code, _name in settings.LANGUAGES], **demo}
    return render(request, "staff/login.html", page, status=429 if form.is_locked else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        leave(user_id=request.user.pk, now=timezone.now())
        logout(request)
    return redirect("staff:login")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice of someone who is not logged in, in a cookie; a user's own language stands in the profile."""
    response = redirect(safe_back(request))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        year_s = 365 * 24 * 3600
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=year_s,
            samesite="Lax", httponly=True, secure=request.is_secure(),
        )  # fmt: skip
    return response


def safe_back(request: HttpRequest) -> str:
    """Where to go afterwards: an address of ours that was asked for, else the start."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)
