"""The set of markers, kept by supervisors; and their pictures."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.save_marker import (
    ICONS,
    LARGEST_BYTES,
    MarkerRefused,
    delete_marker,
    order_markers,
    save_marker,
)
from callwright.calls.queries.screen import marker_picture, markers
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
    page = {"markers": markers(), "icons": ICONS, "problem": problem, "open_id": marker_id, "given": given}
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
def delete(request: HttpRequest, marker_id: int) -> HttpResponse:
    try:
        delete_marker(marker_id=marker_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _("The marker is deleted."))
    return redirect("calls:markers")


@requires("see_register")
@require_GET
def picture(request: HttpRequest, marker_id: int) -> HttpResponse:
    """The uploaded picture of a marker."""
    content = marker_picture(marker_id)
    if content is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(content, content_type="image/webp", headers=headers)
