"""The wallboard itself: for a screen without a login, whose token came in a fragment, and for who sets it up.

A fragment is sent to no server and stands in no log. The page posts it once, and it becomes a cookie that only the
addresses of the screen are sent.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from callwright.floor.boards import COOKIE, COOKIE_PATH, STREAM
from callwright.floor.operations.screens import note_wrong_token
from callwright.floor.queries.screens import OpenScreen, screen_of, tried_too_often
from callwright.floor.queries.wallboards import visible_wallboards
from callwright.floor.views.asking import StaffRequest
from callwright.floor.views.words import board_words, states
from callwright.kit.access import requires
from callwright.kit.proxies import client_address

_YEAR_S = 365 * 24 * 3600
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
        "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip


@require_GET
@never_cache
def screen(request: HttpRequest) -> HttpResponse:
    """The wallboard of the screen's cookie; without one, a page that asks for the link's fragment."""
    found = screen_of(request.COOKIES.get(COOKIE, ""), now=timezone.now())
    if found is None:
        return _guarded(render(request, "floor/screen_closed.html"))
    return _guarded(
        _board(request, found.wallboard, found.language, found.time_zone, found.theme, stream=STREAM, asked="state")
    )


@require_POST
@never_cache
@sensitive_post_parameters("token")
def open_screen(request: HttpRequest) -> HttpResponse:
    """Takes a token for a cookie: 204, 403 for one that opens nothing, 429 after too many of those."""
    now, address = timezone.now(), client_address(request)
    if tried_too_often(address, now=now):
        return _guarded(HttpResponse(status=429))
    token = request.POST.get("token", "")
    found = screen_of(token, now=now)
    if found is None:
        note_wrong_token(address, now=now)
        return _guarded(HttpResponse(status=403))
    response = HttpResponse(status=204)
    response.set_cookie(
        COOKIE, token, max_age=_lasts_s(found, now), path=COOKIE_PATH, httponly=True, samesite="Strict",
        secure=request.is_secure(),
    )  # fmt: skip
    return _guarded(response)


@require_GET
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """Whether the screen's link still opens it: 204, or 403."""
    found = screen_of(request.COOKIES.get(COOKIE, ""), now=timezone.now())
    return _guarded(HttpResponse(status=204 if found else 403))


@requires("set_up_wallboards")
@require_GET
@never_cache
def preview(request: StaffRequest, wallboard_id: int) -> HttpResponse:
    """The wallboard as a supervisor may see it, in their own session."""
    row = visible_wallboards(request.user).filter(pk=wallboard_id).first()
    if row is None:
        raise Http404
    stream = f"/live/stream?topics=wallboard:{row.pk}"
    return _guarded(_board(request, row.name, row.language, row.time_zone, row.theme, stream=stream))


def _board(request: HttpRequest, name: str, language: str, zone: str, theme: str, **more: Any) -> HttpResponse:
    with translation.override(language):
        page = {
            "name": name, "zone": zone, "theme": theme, "words": board_words(), "states": states(), "wall": language,
            "is_rtl": translation.get_language_bidi(), **more,
        }  # fmt: skip
        return render(request, "floor/board.html", page)


def _lasts_s(found: OpenScreen, now: Any) -> int:
    return _YEAR_S if found.expires_at is None else max(1, int((found.expires_at - now).total_seconds()))


def _guarded(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
