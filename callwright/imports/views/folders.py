"""Watched folders."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.imports.forms import FolderForm
from callwright.imports.models import WatchedFolder
from callwright.imports.operations.save_watched import remove_folder, save_folder
from callwright.imports.queries.imports import folders
from callwright.imports.views.imports import by_whom, viewer_of
from callwright.kit.access import requires


@requires("administer_pbx")
def folder_list(request: HttpRequest, folder_id: int | None = None) -> HttpResponse:
    """All of them; a POST saves one, or a new one without `folder_id`, or with `remove` takes it away. In a file may be
    the calls of all accounts.
    """
    if not may_set_for_all(viewer_of(request), "administer_pbx"):
        raise PermissionDenied
    known = get_object_or_404(WatchedFolder, pk=folder_id) if folder_id is not None else None
    if known is not None and request.method == "POST" and "remove" in request.POST:
        remove_folder(known, **by_whom(request))
        messages.success(request, _("The folder is not watched any more. Its files and imports stay."))
        return redirect("imports:folders")
    form = FolderForm(request.POST or None, instance=known, viewer=viewer_of(request))
    if request.method == "POST" and form.is_valid():
        save_folder(form.save(commit=False), **by_whom(request))
        messages.success(request, _("Saved. Files that have stopped growing are imported within a minute."))
        return redirect("imports:folders")
    page = {"folders": folders(), "form": form, "known": known}
    return render(request, "imports/folders.html", page, status=422 if form.errors else 200)
