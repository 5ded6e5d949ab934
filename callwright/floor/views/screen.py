"""The wallboard itself: for a screen without a login, whose token came in a fragment, and for who sets it up.

A fragment is sent to no server and stands in no log. The page posts it once, and it becomes a cookie that only the
addresses of the screen are sent.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
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
    token, now = request.COOKIES.get(COOKIE, ""), timezone.now()
    found = screen_of(token, now=now)
    if found is None:
        return _guarded(render(request, "floor/screen_closed.html"))
    page = _board(request, found.wallboard, found.language, found.time_zone, found.theme, stream=STREAM, asked="state")
    _keep(request, page, token, found, now)  # anew each time: a link without an end outlives any cookie
    return _guarded(page)


@require_POST
@never_cache
@sensitive_post_parameters("token")
def open_screen(request: HttpRequest) -> HttpResponse:
    """Takes a token for a cookie: 204, 403 for one that opens nothing, 429 after too many of those from one address.
    409 where the browser shows another link's wallboard: it is replaced only by who says so (`replace`).
    """
    now, address, token = timezone.now(), client_address(request), request.POST.get("token", "")
    found = screen_of(token, now=now)  # first: many screens may share an address with whoever tries wrong ones
    if found is None:
        if tried_too_often(address, now=now):
            return _guarded(HttpResponse(status=429))
        note_wrong_token(address, now=now)
        return _guarded(HttpResponse(status=403))
    before = screen_of(request.COOKIES.get(COOKIE, ""), now=now)
    if before is not None and before.id != found.id and not request.POST.get("replace"):
        return _guarded(JsonResponse({"shown": before.wallboard, "asked": found.wallboard}, status=409))
    response = HttpResponse(status=204)
    _keep(request, response, token, found, now)
    return _guarded(response)


@require_GET
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """Whether the screen's link still opens it: 204, or 403."""
    token, now = request.COOKIES.get(COOKIE, ""), timezone.now()
    found = screen_of(token, now=now)
    answer = HttpResponse(status=204 if found else 403)
    if found is not None:
        _keep(request, answer, token, found, now)
    return _guarded(answer)


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


def _keep(request: HttpRequest, response: HttpResponse, token: str, found: OpenScreen, now: Any) -> None:
    response.set_cookie(
        COOKIE, token, max_age=_lasts_s(found, now), path=COOKIE_PATH, httponly=True, samesite="Strict",
        secure=request.is_secure(),
    )  # fmt: skip


def _lasts_s(found: OpenScreen, now: Any) -> int:
    return _YEAR_S if found.expires_at is None else max(1, int((found.expires_at - now).total_seconds()))


def _guarded(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
