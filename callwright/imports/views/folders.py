"""Watched folders."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callwright.imports.forms import FolderForm
from callwright.imports.models import WatchedFolder
from callwright.imports.queries.imports import folders
from callwright.imports.views.imports import viewer_of
from callwright.kit.access import requires


@requires("administer_pbx")
def folder_list(request: HttpRequest, folder_id: int | None = None) -> HttpResponse:
    """All of them; a POST saves one, or a new one without `folder_id`, or with `remove` takes it away."""
    known = get_object_or_404(WatchedFolder, pk=folder_id) if folder_id is not None else None
    if known is not None and request.method == "POST" and "remove" in request.POST:
        known.delete()
        messages.success(request, _("The folder is not watched any more. Its files and imports stay."))
        return redirect("imports:folders")
    form = FolderForm(request.POST or None, instance=known, viewer=viewer_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. Files that have stopped growing are imported within a minute."))
        return redirect("imports:folders")
    page = {"folders": folders(), "form": form, "known": known}
    return render(request, "imports/folders.html", page, status=422 if form.errors else 200)
