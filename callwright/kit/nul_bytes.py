"""Refuses texts with a NUL byte, which PostgreSQL cannot keep and no keyboard writes."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class NulBytesMiddleware:
    """Answers 400 in words when the path, the query, a cookie or a form field holds one. Stands after LocaleMiddleware;
    works in both sync and async chains. Uploaded files are not looked into: their bytes are their own.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        refused = "\x00" in request.path or any("\x00" in one for one in request.COOKIES.values()) or _in(request.GET)
        if self.is_async:
            return self._later(request, refused)
        return _refusal(request) if refused else self.get_response(request)

    async def _later(self, request: HttpRequest, refused: bool) -> HttpResponseBase:
        answer = _refusal(request) if refused else self.get_response(request)
        return answer if isinstance(answer, HttpResponseBase) else await answer

    def process_view(self, request: HttpRequest, view: Any, *arguments: Any) -> HttpResponseBase | None:
        """Forms are looked into here, as the check of their token does; a view without one reads its body itself."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        return _refusal(request) if _in(request.POST) else None


def _in(given: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in one for one in values) for name, values in given.lists())


def _refusal(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=400)
    return render(request, "kit/bad_request.html", status=400)
