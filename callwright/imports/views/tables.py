"""Watched record tables."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.imports.forms import WatchedTableForm
from callwright.imports.models import WatchedTable
from callwright.imports.operations.save_watched import remove_table, save_table
from callwright.imports.queries.imports import tables
from callwright.imports.views.imports import by_whom, viewer_of
from callwright.kit.access import requires
from callwright.telephony.queries.pbxs import pbx_choices


@requires("administer_pbx")
def table_list(request: HttpRequest, table_id: int | None = None) -> HttpResponse:
    """All of them; a POST saves one, or a new one without `table_id`, or with `remove` takes it away. In a table are
    the calls of all accounts.
    """
    if not may_set_for_all(viewer_of(request), "administer_pbx"):
        raise PermissionDenied
    known = get_object_or_404(WatchedTable, pk=table_id) if table_id is not None else None
    if known is not None and request.method == "POST" and "remove" in request.POST:
        remove_table(known, **by_whom(request))
        messages.success(request, _("The table is not watched any more. Its imports stay."))
        return redirect("imports:tables")
    form = WatchedTableForm(request.POST or None, instance=known, viewer=viewer_of(request))
    if request.method == "POST" and form.is_valid():
        save_table(form.save(commit=False), **by_whom(request))
        messages.success(request, _("Saved. The table is looked into within a few seconds."))
        return redirect("imports:tables")
    page = {
        "tables": tables(),
        "form": form,
        "known": known,
        "has_table": any(has for _id, _name, has in pbx_choices()),
    }
    return render(request, "imports/tables.html", page, status=422 if form.errors else 200)
