"""The lists an organisation edits: categories, order stages, fields of its own. One screen, three lists."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from callwright.contacts.forms import CategoryForm, CustomFieldForm, StageForm
from callwright.contacts.models import CustomField
from callwright.contacts.operations import lists as operations
from callwright.contacts.queries.lists import category_entries, custom_fields, stage_entries
from callwright.contacts.views.wording import worded
from callwright.kit.access import requires
from callwright.kit.identity import id_in


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list; `initial` fills its form."""

    id: int
    name: str
    tone: str
    icon: str
    note: str
    use: str
    retired: bool
    initial: dict[str, Any]


def _categories() -> list[Entry]:
    return [
        Entry(
            one.mark.id, one.mark.name, one.mark.colour, one.mark.icon, one.mark.advice,
            ngettext("%(n)s contact", "%(n)s contacts", one.contacts) % {"n": one.contacts}, one.retired,
            {"name": one.mark.name, "advice": one.mark.advice, "colour": one.mark.colour, "icon": one.mark.icon},
        )
        for one in category_entries()
    ]  # fmt: skip


def _stages() -> list[Entry]:
    return [
        Entry(
            one.id, one.name, one.colour, "",
            pgettext("order stage", "Open") if one.is_open else pgettext("order stage", "Closed"),
            ngettext("%(n)s order", "%(n)s orders", one.orders) % {"n": one.orders}, False,
            {"name": one.name, "colour": one.colour, "is_open": one.is_open, "counts_as_debt": one.counts_as_debt},
        )
        for one in stage_entries()
    ]  # fmt: skip


def _fields() -> list[Entry]:
    kinds = dict(CustomField.Kind.choices)
    return [
        Entry(
            one.id, one.label, "", "", str(kinds[CustomField.Kind(one.kind)]), _("On the card") if one.on_card else "",
            one.retired,
            {"label": one.label, "kind": one.kind, "choices": "\n".join(one.choices), "on_card": one.on_card},
        )
        for one in custom_fields(with_retired=True)
    ]  # fmt: skip


def _save_category(entry_id: int | None, given: dict[str, Any]) -> object:
    return operations.save_category(category_id=entry_id, **given, now=timezone.now())


def _save_stage(entry_id: int | None, given: dict[str, Any]) -> object:
    return operations.save_stage(stage_id=entry_id, **given, now=timezone.now())


def _save_field(entry_id: int | None, given: dict[str, Any]) -> object:
    wish = operations.FieldWish(given["label"], given["kind"], given["choices"].splitlines(), given["on_card"])
    return operations.save_custom_field(field_id=entry_id, wish=wish, now=timezone.now())


@dataclass(frozen=True, slots=True)
class Editable:
    title: Any
    explanation: Any
    form: type[forms.Form]
    entries: Callable[[], list[Entry]]
    save: Callable[[int | None, dict[str, Any]], object]


LISTS = {
    "categories": Editable(
        gettext_lazy("Categories of contacts"),
        gettext_lazy("A category colours the card and tells the agent in one line how to treat the caller."),
        CategoryForm, _categories, _save_category,
    ),
    "stages": Editable(
        gettext_lazy("Order stages"),
        gettext_lazy("The stages an order goes through. A new order begins in the first open one."),
        StageForm, _stages, _save_stage,
    ),
    "fields": Editable(
        gettext_lazy("Own fields"),
        gettext_lazy("What your organisation keeps of a contact beyond the usual. A new field is there at once."),
        CustomFieldForm, _fields, _save_field,
    ),
}  # fmt: skip


def _list(of: str) -> Editable:
    if of not in LISTS:
        raise Http404
    return LISTS[of]


@requires("set_up_categories")
def edit_list(request: HttpRequest, of: str, entry_id: int | None = None) -> HttpResponse:
    """The list; a POST saves one entry, or a new one without `entry_id`."""
    editable = _list(of)
    refused: forms.Form | None = None
    if request.method == "POST":
        refused = _saved(editable, request, entry_id)
        if refused is None:
            messages.success(request, _("Saved."))
            return redirect("contacts:edit_list", of)
    shown = [(entry, _form(editable, entry, refused, entry_id)) for entry in editable.entries()]
    new = refused if refused is not None and entry_id is None else editable.form(auto_id="new_%s")
    page = {"of": of, "list": editable, "lists": LISTS, "entries": shown, "new_form": new, "open_id": entry_id}
    return render(request, "contacts/edit_list.html", page)


def _form(editable: Editable, entry: Entry, refused: forms.Form | None, entry_id: int | None) -> forms.Form:
    if refused is not None and entry.id == entry_id:
        return refused
    return editable.form(initial=entry.initial, auto_id=f"{entry.id}_%s")


def _saved(editable: Editable, request: HttpRequest, entry_id: int | None) -> forms.Form | None:
    """None when the entry is saved, else the form with what is wrong."""
    initial = next((entry.initial for entry in editable.entries() if entry.id == entry_id), {})
    if entry_id is not None and not initial:
        raise Http404
    form = editable.form(request.POST, initial=initial, auto_id=f"{entry_id or 'new'}_%s")
    if not form.is_valid():
        return form
    try:
        editable.save(entry_id, form.cleaned_data)
    except operations.ListRefused as error:
        form.add_error(error.field if error.field in form.fields else None, worded(error))
        return form
    return None


@requires("set_up_categories")
@require_POST
def order_list(request: HttpRequest, of: str) -> HttpResponse:
    _list(of)
    ids = [entry for text in request.POST.getlist("entry")[:1000] if (entry := id_in(text)) is not None]
    operations.put_in_order(of=of, ids=ids, now=timezone.now())
    return HttpResponse(status=204)


@requires("set_up_categories")
@require_POST
def retire_entry(request: HttpRequest, of: str, entry_id: int) -> HttpResponse:
    """Stop offering an entry, or offer it again. A stage is removed instead, when no order needs it."""
    _list(of)
    try:
        if of == "stages":
            operations.remove_stage(stage_id=entry_id, now=timezone.now())
        else:
            retired = request.POST.get("retired") == "1"
            operations.retire(of=of, entry_id=entry_id, retired=retired, now=timezone.now())
    except operations.ListRefused as refused:
        messages.error(request, worded(refused))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return redirect("contacts:edit_list", of)
