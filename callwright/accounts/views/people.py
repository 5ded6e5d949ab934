"""The people of an account: who is there, how they are reached, when they are away (ACC-5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callwright.accounts.operations.save_person import (
    add_absence,
    order_people,
    remove_absence,
    remove_person,
    save_person,
)
from callwright.accounts.people_form import AbsenceForm, PersonForm, initial_of_person
from callwright.accounts.queries.accounts import is_house
from callwright.accounts.queries.on_card import account_on_card
from callwright.accounts.queries.people import PersonKept, names_of_people, people_of, person_of, rules_of
from callwright.accounts.views.asking import is_saved, user_of, visible_account
from callwright.kit.access import no_right, requires
from callwright.kit.clock import local_day
from callwright.kit.identity import id_in


@requires("see_accounts")
@require_GET
def people(request: HttpRequest, account_id: int) -> HttpResponse:
    """Who is there now, and to whom callers are handed on."""
    account, now = visible_account(request, account_id), timezone.now()
    card = account_on_card(account.pk, now=now)
    page = {
        "account": account,
        "house": is_house(),
        "may_edit": user_of(request).may("set_up_accounts"),
        "people": people_of(account.pk, now=now),
        "rules": rules_of(account.pk),
        "open": card.open if card else None,
        "now": now,
    }
    return render(request, "accounts/people.html", page)


def _kept(account: Any, person_id: int) -> PersonKept:
    today = local_day(timezone.now(), account.time_zone)
    kept = person_of(account.pk, person_id, country=account.home_country, today=today)
    if kept is None:
        raise Http404
    return kept


@requires("see_accounts")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, account_id: int, person_id: int) -> HttpResponse:
    """One person; whoever may set up the account changes them here, or takes them from the list."""
    account = visible_account(request, account_id)
    kept = _kept(account, person_id)
    if request.method == "GET":
        return _page(request, account, kept)
    if not user_of(request).may("set_up_accounts"):
        return no_right(request)
    if "remove" in request.POST:
        remove_person(account_id=account.pk, person_id=kept.id, now=timezone.now())
        messages.success(request, _("%(name)s is no longer in the list.") % {"name": kept.name})
        return redirect("accounts:people", account.pk)
    return _save(request, account, kept)


@requires("set_up_accounts")
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    return _save(request, account, None) if request.method == "POST" else _page(request, account, None)


def _save(request: HttpRequest, account: Any, kept: PersonKept | None) -> HttpResponse:
    person_id = kept.id if kept else None
    form = PersonForm(request.POST, others=names_of_people(account.pk, but=person_id))
    key: dict[str, Any] = {"account_id": account.pk, "person_id": person_id, "now": timezone.now()}
    if is_saved(form, lambda values: save_person(**key, **form.values())):
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("accounts:people", account.pk)
    return _page(request, account, kept, form=form)


def _page(request: HttpRequest, account: Any, kept: PersonKept | None, **forms_with_errors: Any) -> HttpResponse:
    others = names_of_people(account.pk, but=kept.id if kept else None)
    page = {
        "account": account,
        "house": is_house(),
        "may_edit": user_of(request).may("set_up_accounts"),
        "person": kept,
        "form": PersonForm(initial=initial_of_person(kept) if kept else {}, others=others),
        "absence_form": AbsenceForm(auto_id="absence_%s"),
        **forms_with_errors,
    }
    return render(request, "accounts/person.html", page)


@requires("set_up_accounts")
@require_POST
def absence(request: HttpRequest, account_id: int, person_id: int) -> HttpResponse:
    """Add a time when the person is away, or take one away."""
    account = visible_account(request, account_id)
    kept, form = _kept(account, person_id), AbsenceForm(request.POST, auto_id="absence_%s")
    if (removed := id_in(request.POST.get("remove"))) is not None:
        if removed in [one.id for one in kept.absences]:
            remove_absence(account_id=account.pk, absence_id=removed, now=timezone.now())
        return redirect("accounts:person", account.pk, kept.id)
    key: dict[str, Any] = {"account_id": account.pk, "person_id": kept.id, "now": timezone.now()}
    if is_saved(form, lambda values: add_absence(**key, **form.values())):
        return redirect("accounts:person", account.pk, kept.id)
    return _page(request, account, kept, absence_form=form)


@requires("set_up_accounts")
@require_POST
def order(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    ids = [id for text in request.POST.getlist("person") if (id := id_in(text)) is not None]
    order_people(account_id=account.pk, person_ids=ids, now=timezone.now())
    return HttpResponse(status=204)
