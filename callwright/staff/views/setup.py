"""What an administrator sets up for agents: the extensions that exist, and the reasons for a pause."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from callwright.kit.access import requires
from callwright.staff.forms import ExtensionsForm
from callwright.staff.operations.add_extensions import InUse, add_extensions, remove_extension
from callwright.staff.operations.save_reasons import EmptyLabel, add_reason, change_reason
from callwright.staff.queries.agents import all_reasons
from callwright.staff.queries.seats import extensions


@requires("administer_pbx")
def setup_extensions(request: HttpRequest) -> HttpResponse:
    form = ExtensionsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = add_extensions(pbx_id=form.cleaned_data["pbx"].pk, numbers=form.cleaned_data["numbers"])
        text = ngettext("%(n)s extension added.", "%(n)s extensions added.", added)
        messages.success(request, text % {"n": added})
        return redirect("staff:setup_extensions")
    return render(request, "staff/setup_extensions.html", {"form": form, "rows": extensions()})


@requires("administer_pbx")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        remove_extension(extension_id=pk)
        messages.success(request, _("The extension is removed. Its calls stay in the register."))
    except InUse as refusal:
        messages.error(request, _("%(name)s sits there now.") % {"name": refusal.employee})
    return redirect("staff:setup_extensions")


@requires("set_up_categories")
def reasons(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            add_reason(label=request.POST.get("label", ""))
        except EmptyLabel:
            messages.error(request, _("A reason needs a word that agents understand."))
        return redirect("staff:reasons")
    return render(request, "staff/reasons.html", {"rows": all_reasons()})


@requires("set_up_categories")
@require_POST
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    retired = {"retire": True, "offer": False}.get(request.POST.get("do", ""))
    label = request.POST.get("label") if request.POST.get("do") == "label" else None
    try:
        change_reason(reason_id=pk, label=label, retired=retired, up=request.POST.get("do") == "up")
    except EmptyLabel:
        messages.error(request, _("A reason needs a word that agents understand."))
    return redirect("staff:reasons")
