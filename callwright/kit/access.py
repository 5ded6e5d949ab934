"""Doors of the screens: `@requires("see_register")` on a view, or `Requires` first among the bases of a view class.

Nobody logged in: to the login page and back. Logged in without the right: a page that says so, with status 403.
Things of an account that the viewer may not see are not found (404), because the queries do not hold them.
The kit knows no rights: the user that is logged in answers `may(right)`, which raises ValueError for an unknown one.
"""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url

View = Callable[..., Any]


def requires(right: str) -> Callable[[View], View]:
    """Let only users with the right into the view, sync or async."""
    return lambda view: _door(view, right)


def requires_login(view: View) -> View:
    """Let any logged-in user into the view, customers too."""
    return _door(view, "")


class Requires:
    """For class views: put it first among the bases and name the `right`."""

    right: str

    def dispatch(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        inner: View = super().dispatch  # type: ignore[misc]
        return cast(HttpResponseBase, requires(self.right)(inner)(request, *arguments, **named))


def _door(view: View, right: str) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def async_view(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            refusal = _refusal(request, await request.auser(), right)
            return refusal or cast(HttpResponseBase, await view(request, *arguments, **named))

        return async_view

    @wraps(view)
    def sync_view(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        return _refusal(request, request.user, right) or cast(HttpResponseBase, view(request, *arguments, **named))

    return sync_view


def _refusal(request: HttpRequest, user: Any, right: str) -> HttpResponse | None:
    if not user.is_authenticated:
        return to_login(request)
    return None if not right or user.may(right) else no_right(request)


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a person to the login page and back; a part of a page moves the whole page; programs get a plain 401."""
    login = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = (page.path or "/") + (f"?{page.query}" if page.query else "")
        return HttpResponse(status=401, headers={"HX-Redirect": f"{login}?{urlencode({'next': back})}"})
    accepted = {part.split(";")[0].strip() for part in request.headers.get("Accept", "*/*").split(",")}
    if not {"text/html", "*/*"} & accepted:
        return HttpResponse(status=401)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect_to_login(back, login)


def no_right(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page (or part of one) that says that the viewer's role does not open this; status 403."""
    template = "kit/no_right_part.html" if request.headers.get("HX-Request") else "kit/no_right.html"
    return render(request, template, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that leads nowhere, or to what the viewer may not see; status 404."""
    return render(request, "kit/not_found.html", status=404)
