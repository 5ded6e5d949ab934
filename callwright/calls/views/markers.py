"""The set of markers, kept by supervisors; and their pictures."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.save_marker import (
    ICONS,
    LARGEST_BYTES,
    MarkerRefused,
    order_markers,
    retire_marker,
    save_marker,
)
from callwright.calls.queries.screen import marker_picture, markers
from callwright.calls.views.asked import staff_user
from callwright.contacts.operations.update_contact import set_marker
from callwright.contacts.queries.contacts import rows_of, visible_contacts
from callwright.kit.access import requires


@requires("set_up_categories")
def marker_list(request: HttpRequest, marker_id: int | None = None) -> HttpResponse:
    """The markers; a POST saves one of them, or a new one without `marker_id`."""
    given = {"name": "", "icon": "star"}
    problem = ""
    if request.method == "POST":
        given = {"name": request.POST.get("name", ""), "icon": request.POST.get("icon", "")}
        problem = _save(request, marker_id, **given)
        if not problem:
            messages.success(request, _("Saved."))
            return redirect("calls:markers")
    page = {
        "markers": markers(),
        "retired": markers(retired=True),
        "icons": ICONS,
        "problem": problem,
        "open_id": marker_id,
        "given": given,
    }
    return render(request, "calls/markers.html", page)


def _save(request: HttpRequest, marker_id: int | None, *, name: str, icon: str) -> str:
    """Saves, or returns what is wrong in words."""
    upload = request.FILES.get("picture")
    if upload is not None and (upload.size or 0) > LARGEST_BYTES:
        return _refusal("too_large")
    try:
        save_marker(marker_id=marker_id, name=name, icon=icon, picture=upload.read() if upload is not None else b"")
    except MarkerRefused as refused:
        return _refusal(refused.reason)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return ""


def _refusal(reason: str) -> str:
    match reason:
        case "name_taken":
            return _("Another marker has this name. Choose a different one.")
        case "no_sign":
            return _("Choose an icon or upload a picture.")
        case "too_large":
            return _("The picture is too large. Upload one of at most 2 MB.")
        case "not_a_picture":
            return _("This file is no picture. Upload a PNG, JPEG, WebP or GIF file.")
    return _("Give the marker a name.")


@requires("set_up_categories")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Put the markers in the order of the list."""
    order_markers([int(one) for one in request.POST.getlist("marker")[:1000] if one.isascii() and one.isdigit()][:1000])
    return HttpResponse(status=204)


@requires("set_up_categories")
@require_POST
def retire(request: HttpRequest, marker_id: int) -> HttpResponse:
    """Take a marker out of the set, or with `again` offer it again."""
    again = request.POST.get("again") == "1"
    try:
        retire_marker(marker_id=marker_id, retired=not again)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except MarkerRefused as refused:
        messages.error(request, _refusal(refused.reason))
        return redirect("calls:markers")
    messages.success(request, _("The marker is offered again.") if again else _("The marker is no longer offered."))
    return redirect("calls:markers")


@requires("edit_contacts")
@never_cache
def contact_marker(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The menu with which a contact gets its marker; a POST sets or takes it away."""
    user = staff_user(request)
    row = next(iter(rows_of(visible_contacts(user).filter(pk=contact_id).values_list("account_id", "id")[:1])), None)
    if row is None:
        raise Http404
    offered = markers()
    if request.method == "POST":
        wanted = next((one.id for one in offered if str(one.id) == request.POST.get("marker")), None)
        set_marker(account_id=row.account_id, contact_id=row.id, marker_id=wanted, by=user.pk, now=timezone.now())
        row = rows_of([(row.account_id, row.id)])[0]
    small = request.POST.get("small") or request.GET.get("small")
    page = {"contact": row, "markers": offered, "small": small, "open": small and request.method == "GET"}
    return render(request, "calls/contact_marker.html", page)


@requires("see_register")
@require_GET
def picture(request: HttpRequest, marker_id: int) -> HttpResponse:
    """The uploaded picture of a marker."""
    content = marker_picture(marker_id)
    if content is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(content, content_type="image/webp", headers=headers)
