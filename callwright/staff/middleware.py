"""Gives each request its user's language and time zone, and holds those with a temporary password at its change."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class UserSettingsMiddleware:
    """Stands after AuthenticationMiddleware and LocaleMiddleware; works in both sync and async chains."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self.is_async:
            return self._later(request)
        return _prepared(request, request.user) or self.get_response(request)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _prepared(request, await request.auser())
        answer = refusal or self.get_response(request)
        return answer if isinstance(answer, HttpResponseBase) else await answer


def _prepared(request: HttpRequest, user: Any) -> HttpResponseBase | None:
    if not user.is_authenticated:
        timezone.deactivate()
        return None
    if user.language:
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language() or user.language
    try:
        timezone.activate(ZoneInfo(user.time_zone))
    except (ZoneInfoNotFoundError, ValueError):  # a zone that this machine's tables no longer know
        timezone.deactivate()
    if user.password_is_temporary and not _is_open_to_temporary(request.path):
        return redirect("staff:password")
    return None


def _is_open_to_temporary(path: str) -> bool:
    return path in (reverse("staff:password"), reverse("staff:logout")) or path.startswith(settings.STATIC_URL)
