"""The list of accounts, the page of one, and the organisation."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callwright.accounts.forms import AccountForm, OrganisationForm
from callwright.accounts.models import Account
from callwright.accounts.operations.save_account import create_account, update_account
from callwright.accounts.operations.save_organisation import ORGANISATION_FIELDS, save_organisation
from callwright.accounts.queries.accounts import is_house, list_accounts, organisation
from callwright.accounts.queries.choosing import account_chooser, search_choices
from callwright.accounts.views.asking import is_saved, user_of, visible_account
from callwright.kit.access import no_right, requires
from callwright.kit.identity import id_in


@requires("see_accounts")
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts that the viewer may see; a house goes straight to its only one."""
    search, after = request.GET.get("search", "").replace("\x00", "")[:200], request.GET.get("after", "")
    user = user_of(request)
    if not search and is_house() and (only := account_chooser(user).only):
        return redirect("accounts:account", only.id)
    shown = list_accounts(user, search, after=id_in(after))
    more = f"{reverse('accounts:list')}?{urlencode({'search': search, 'after': shown.next})}" if shown.next else ""
    page = {"accounts": shown.rows, "next_url": more, "search": search}
    if request.headers.get("HX-Request"):
        return render(request, "accounts/list_more.html" if after else "accounts/list_rows.html", page)
    return render(request, "accounts/list.html", {**page, "may_create": user.may("administer_organisation")})


@requires("see_accounts")
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Options for the field in which an account is chosen (`kit/picker.html`)."""
    text, granting = request.GET.get("search", "")[:200], request.GET.get("for") == "rights"
    found, more = search_choices(user_of(request), text, granting=granting)
    return render(request, "accounts/found.html", {"found": found, "more": more, "list": request.GET.get("list", "")})


def _form_of(account: Account) -> AccountForm:
    return AccountForm(initial={name: getattr(account, name) for name in AccountForm.base_fields})


def _page(request: HttpRequest, account: Account, **forms_with_errors: forms.Form) -> HttpResponse:
    may_edit = user_of(request).may("set_up_accounts")
    page = {
        "account": account,
        "may_edit": may_edit,
        "house": is_house(),
        "form": _form_of(account),
        **forms_with_errors,
    }
    return render(request, "accounts/account.html", page)


@requires("see_accounts")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account; whoever may set it up saves it here."""
    shown = visible_account(request, account_id)
    if request.method != "POST":
        return _page(request, shown)
    if not user_of(request).may("set_up_accounts"):
        return no_right(request)
    return _save(request, shown)


def _save(request: HttpRequest, shown: Account) -> HttpResponse:
    form = AccountForm(request.POST)
    if is_saved(form, lambda values: update_account(account_id=shown.pk, values=values, now=timezone.now())):
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("accounts:account", shown.pk)
    return _page(request, shown, form=form)


@requires("administer_organisation")
def new_account(request: HttpRequest) -> HttpResponse:
    if is_house():
        raise Http404
    known = organisation()
    initial = {name: getattr(known, name) for name in ("home_country", "language", "time_zone")}
    form = AccountForm(request.POST or None, initial={**initial, "is_active": True})
    made: list[int] = []
    if request.method == "POST" and is_saved(
        form, lambda values: made.append(create_account(values=values, now=timezone.now()))
    ):
        return redirect("accounts:account", made[0])
    return render(request, "accounts/new.html", {"form": form})


@requires("administer_organisation")
def organisation_page(request: HttpRequest) -> HttpResponse:
    known = organisation()
    form = OrganisationForm(request.POST or None, initial={name: getattr(known, name) for name in ORGANISATION_FIELDS})
    if request.method == "POST" and is_saved(form, lambda values: save_organisation(values=values, now=timezone.now())):
        messages.success(request, _("The organisation is saved."))
        return redirect("accounts:organisation")
    return render(request, "accounts/organisation.html", {"form": form})
