"""The list of accounts, and the page of one with its lines and recipients."""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.forms import AccountForm, LineForm, OrganisationForm, RecipientForm
from callwright.accounts.models import Account
from callwright.accounts.operations.save_account import AccountRefused, create_account, update_account
from callwright.accounts.operations.save_line import LineRefused, add_line, remove_line, update_line
from callwright.accounts.operations.save_organisation import ORGANISATION_FIELDS, save_organisation
from callwright.accounts.operations.save_recipient import RecipientRefused, remove_recipient, save_recipient
from callwright.accounts.queries.accounts import (
    is_house,
    lines_of,
    list_accounts,
    note_recipients,
    organisation,
    visible_accounts,
)
from callwright.accounts.queries.choosing import account_chooser, search_choices
from callwright.accounts.rules import ScreenPopRefused
from callwright.accounts.views.wording import worded
from callwright.kit.access import no_right, requires
from callwright.kit.identity import id_in


def _user(request: HttpRequest) -> Any:
    return cast(Any, request.user)


@requires("see_accounts")
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts that the viewer may see; a house goes straight to its only one."""
    search, after = request.GET.get("search", "").replace("\x00", "")[:200], request.GET.get("after", "")
    user = _user(request)
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
    found, more = search_choices(_user(request), text, granting=granting)
    return render(request, "accounts/found.html", {"found": found, "more": more, "list": request.GET.get("list", "")})


def _visible(request: HttpRequest, account_id: int) -> Account:
    account = visible_accounts(_user(request)).filter(pk=account_id).first()
    if account is None:
        raise Http404
    return account


def _form_of(account: Account) -> AccountForm:
    return AccountForm(initial={name: getattr(account, name) for name in AccountForm.base_fields})


def _page(request: HttpRequest, account: Account, **forms_with_errors: forms.Form) -> HttpResponse:
    may_edit = _user(request).may("set_up_accounts")
    page = {
        "account": account,
        "may_edit": may_edit,
        "house": is_house(),
        "form": _form_of(account),
        "lines": lines_of(account.pk),
        "recipients": note_recipients(account.pk),
        "line_form": LineForm(auto_id="line_%s"),
        "recipient_form": RecipientForm(auto_id="recipient_%s"),
        **forms_with_errors,
    }
    return render(request, "accounts/account.html", page)


@requires("see_accounts")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account; whoever may set it up saves it here."""
    shown = _visible(request, account_id)
    if request.method != "POST":
        return _page(request, shown)
    if not _user(request).may("set_up_accounts"):
        return no_right(request)
    return _save(request, shown)


def _save(request: HttpRequest, shown: Account) -> HttpResponse:
    form = AccountForm(request.POST)
    if _saved(form, lambda values: update_account(account_id=shown.pk, values=values, now=timezone.now())):
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
    if request.method == "POST" and _saved(
        form, lambda values: made.append(create_account(values=values, now=timezone.now()))
    ):
        return redirect("accounts:account", made[0])
    return render(request, "accounts/new.html", {"form": form})


def _saved(form: forms.Form, save: Any) -> bool:
    """Whether the form was right and is saved; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except ScreenPopRefused as refused:
        form.add_error("screen_pop_url", worded(refused))
    except (AccountRefused, RecipientRefused) as refused:
        form.add_error(refused.field if refused.field in form.fields else None, worded(refused))
    except LineRefused as refused:
        form.add_error("number" if "number" in form.fields else None, worded(refused))
    return form.is_valid()


@requires("set_up_accounts")
@require_POST
def add_line_view(request: HttpRequest, account_id: int) -> HttpResponse:
    shown, form = _visible(request, account_id), LineForm(request.POST, auto_id="line_%s")
    if _saved(form, lambda values: add_line(account_id=shown.pk, **values, now=timezone.now())):
        return redirect("accounts:account", shown.pk)
    return _page(request, shown, line_form=form)


@requires("set_up_accounts")
@require_POST
def line(request: HttpRequest, account_id: int, line_id: int) -> HttpResponse:
    """Change a line's label and greeting, or remove it."""
    shown = _visible(request, account_id)
    if not any(known.id == line_id for known in lines_of(shown.pk)):
        raise Http404
    if "remove" in request.POST:
        remove_line(account_id=shown.pk, line_id=line_id, now=timezone.now())
        messages.success(request, _("The number no longer leads to this account."))
        return redirect("accounts:account", shown.pk)
    try:
        update_line(
            account_id=shown.pk,
            line_id=line_id,
            label=request.POST.get("label", ""),
            greeting=request.POST.get("greeting", ""),
            now=timezone.now(),
        )
    except LineRefused as refused:
        messages.error(request, worded(refused))
    return redirect("accounts:account", shown.pk)


@requires("set_up_accounts")
@require_POST
def recipient(request: HttpRequest, account_id: int, recipient_id: int | None = None) -> HttpResponse:
    """Add a recipient of notes, change one, or remove one."""
    shown = _visible(request, account_id)
    if recipient_id is not None and not any(one.id == recipient_id for one in note_recipients(shown.pk)):
        raise Http404
    if recipient_id is not None and "remove" in request.POST:
        remove_recipient(account_id=shown.pk, recipient_id=recipient_id, now=timezone.now())
        return redirect("accounts:account", shown.pk)
    form = RecipientForm(request.POST, auto_id="recipient_%s")
    key: dict[str, Any] = {"account_id": shown.pk, "recipient_id": recipient_id, "now": timezone.now()}
    if _saved(form, lambda values: save_recipient(**key, **values)):
        return redirect("accounts:account", shown.pk)
    return _page(request, shown, recipient_form=form)


@requires("administer_organisation")
def organisation_page(request: HttpRequest) -> HttpResponse:
    known = organisation()
    form = OrganisationForm(request.POST or None, initial={name: getattr(known, name) for name in ORGANISATION_FIELDS})
    if request.method == "POST" and _saved(form, lambda values: save_organisation(values=values, now=timezone.now())):
        messages.success(request, _("The organisation is saved."))
        return redirect("accounts:organisation")
    return render(request, "accounts/organisation.html", {"form": form})
