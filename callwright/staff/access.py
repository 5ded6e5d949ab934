"""Doors of the screens: `requires("see_register")` on a view or a view class.

Nobody logged in: to the login page and back. Logged in without the right: a page that says so, with status 403.
Things of an account that the viewer may not see are not found (404), because the queries do not hold them.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from callwright.staff.models import User
from callwright.staff.queries.rights import may
from callwright.staff.rules import ALL_RIGHTS, Right

View = Callable[..., Any]


class StaffRequest(HttpRequest):
    """A request behind `requires`: its user is one of ours."""

    user: User  # type: ignore[assignment]


def requires(right: Right) -> Callable[[View], View]:
    """Let only users with the right into the view. Works on functions, sync and async; for classes use Requires."""
    if right not in ALL_RIGHTS:
        raise ValueError(f"there is no right called {right!r}")
    return _door(lambda user: may(user, right))


def requires_login(view: View) -> View:
    """Let any logged-in user into the view, customers too."""
    return _door(lambda user: True)(view)


class Requires:
    """For class views: put it first among the bases and name the `right`."""

    right: Right
    request: StaffRequest

    def dispatch(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        inner: View = super().dispatch  # type: ignore[misc]
        return cast(HttpResponseBase, requires(self.right)(inner)(request, *arguments, **named))


def _door(opens: Callable[[User], bool]) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def async_view(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
                refusal = _refusal(request, await request.auser(), opens)
                return refusal or await cast(Awaitable[HttpResponseBase], view(request, *arguments, **named))

            return async_view

        @wraps(view)
        def sync_view(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            return _refusal(request, request.user, opens) or view(request, *arguments, **named)

        return sync_view

    return wrap


def _refusal(request: HttpRequest, user: Any, opens: Callable[[User], bool]) -> HttpResponse | None:
    if not user.is_authenticated:
        return to_login(request)
    if not opens(user):
        return no_right(request)
    return None


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a person to the login page and back; a part of a page or a stream gets 401 and moves the whole page."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = page.path + (f"?{page.query}" if page.query else "") or "/"
        target = f"{resolve_url('staff:login')}?{urlencode({'next': back})}"
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    if "text/html" not in request.headers.get("Accept", "text/html") and request.headers.get("Accept") != "*/*":
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path(), resolve_url("staff:login"))


def no_right(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page that says that the viewer's role does not open this screen (status 403)."""
    template = "staff/no_right_part.html" if request.headers.get("HX-Request") else "staff/no_right.html"
    return render(request, template, status=403)
