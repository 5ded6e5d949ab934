"""Categories and their topics on one page, with what an agent would see (REG-1)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.registration import words
from callwright.registration.forms import CategoryForm
from callwright.registration.operations import retire as retiring
from callwright.registration.operations.put_in_order import order_categories
from callwright.registration.operations.refusals import Refused
from callwright.registration.operations.save_category import save_category
from callwright.registration.queries.categories import ShownCategory, changeable_categories, set_up_rows
from callwright.registration.views.answers import address_of, check_changeable, done, user_of
from callwright.registration.views.preview import preview_of


@requires("set_up_registration")
@require_GET
def set_up(request: HttpRequest) -> HttpResponse:
    """All categories in their order, those no longer offered after them, and the preview."""
    page = _lists(request)
    if request.headers.get("HX-Request"):
        return render(request, "registration/lists.html", page)
    return render(request, "registration/set_up.html", page | preview_of(request))


@requires("set_up_registration")
def category(request: HttpRequest, category_id: int | None = None) -> HttpResponse:
    """The form of one category, or of a new one; a POST saves it."""
    edited = None if category_id is None else _changeable(request, category_id)
    form = CategoryForm(request.POST or None, viewer=user_of(request), edited=edited)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_category(category_id=category_id, wish=form.wish(), seen_at=form.seen_at(),
                                  by=user_of(request).pk, now=timezone.now())  # fmt: skip
        except Refused as refusal:
            place = "name" if "name" in refusal.reason else None
            form.add_error(place, forms.ValidationError(words.refusal(refusal.reason)))
        else:
            messages.success(request, _("Saved. What was registered before stays as it is."))
            return redirect(address_of(saved))
    status = 422 if form.errors else 200
    return render(request, "registration/category.html", {"form": form, "edited": edited}, status=status)


@requires("set_up_registration")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Puts the categories in the order of the list."""
    ids = [one for one in map(id_in, request.POST.get("order", "")[:20_000].split(",")) if one is not None]
    order_categories(ids, allowed=changeable_categories(user_of(request)), now=timezone.now())
    return done(request, 0)


@requires("set_up_registration")
@require_POST
def retire(request: HttpRequest, category_id: int) -> HttpResponse:
    """No longer offers a category, or offers it again."""
    check_changeable(request, category_id)
    again = "again" in request.POST or "again" in request.GET
    name = retiring.retire_category(category_id=category_id, retired=not again, by=user_of(request).pk,
                                    now=timezone.now())  # fmt: skip
    if again:
        return done(request, category_id, _("“%(name)s” is offered again.") % {"name": name})
    undo = reverse("registration:retire", args=[category_id]) + "?again=1"
    return done(request, category_id, _("“%(name)s” is no longer offered.") % {"name": name}, undo_url=undo)


def _lists(request: HttpRequest) -> dict[str, Any]:
    rows = [(row, words.places(row)) for row in set_up_rows(user_of(request))]
    return {
        "offered": [one for one in rows if not one[0].retired],
        "retired": [one for one in rows if one[0].retired],
        "is_long": sum(row.size for row, _places in rows) > 15,
    }


def _changeable(request: HttpRequest, category_id: int) -> ShownCategory:
    for row in set_up_rows(user_of(request)):
        if row.id == category_id and row.may_change:
            return row
    raise Http404
