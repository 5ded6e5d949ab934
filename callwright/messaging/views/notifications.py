"""The bell in the frame of every page, and the page of all notifications."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.kit.access import requires_login
from callwright.messaging.operations.notifications import mark_all_read, mark_read
from callwright.messaging.queries.notifications import MOST, notifications, path_of, unread_count

IN_BELL = 8


def bell_context(request: HttpRequest) -> dict[str, Any]:
    """What the bell shows; one query, and none where no frame is drawn."""
    unread = unread_count(cast(Any, request.user))
    return {"unread": min(unread, MOST), "more": unread > MOST}


@requires_login
@require_GET
@never_cache
def bell(request: HttpRequest) -> HttpResponse:
    """The count, read again when something was added or read."""
    return render(request, "messaging/bell_count.html", bell_context(request))


@requires_login
@require_GET
@never_cache
def bell_list(request: HttpRequest) -> HttpResponse:
    """The newest ones, when the bell is opened."""
    page = notifications(cast(Any, request.user), limit=IN_BELL)
    return render(request, "messaging/bell_list.html", {"page": page})


@requires_login
@require_GET
@never_cache
def notification_list(request: HttpRequest) -> HttpResponse:
    unread = request.GET.get("show") == "unread"
    page = notifications(cast(Any, request.user), after=uuid_in(request.GET.get("after")), unread=unread)
    asked = {"show": "unread" if unread else "", "after": page.next}
    more = f"{reverse('messaging:notifications')}?{urlencode(asked)}" if page.next else ""
    shown = {"page": page, "unread": unread, "next_url": more}
    if request.headers.get("HX-Request"):
        part = "notification_rows" if request.GET.get("after") else "notification_list"
        return render(request, f"messaging/{part}.html", shown)
    return render(request, "messaging/notifications.html", shown)


@requires_login
@require_GET
@never_cache
def open_one(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Leads to what it is about, which is then read."""
    path = path_of(cast(Any, request.user), notification_id)
    if path is None:
        raise Http404
    mark_read(user_id=cast(int, request.user.pk), notification_id=notification_id, now=timezone.now())
    return HttpResponseRedirect(path)


@requires_login
@require_POST
def one_read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    read = request.POST.get("read", "1") == "1"
    mark_read(user_id=cast(int, request.user.pk), notification_id=notification_id, read=read, now=timezone.now())
    return _after(request)


@requires_login
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    mark_all_read(user_id=cast(int, request.user.pk), now=timezone.now())
    return _after(request)


def _after(request: HttpRequest) -> HttpResponse:
    """Open pages hear of it by themselves."""
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("messaging:notifications")


def uuid_in(text: str | None) -> UUID | None:
    """The id that an address names; None for anything that is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
