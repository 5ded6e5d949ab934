"""The lines of an account, and to whom its call notes go."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callwright.accounts.forms import LineForm, RecipientForm
from callwright.accounts.models import Account
from callwright.accounts.operations.save_line import LineRefused, add_line, remove_line, update_line
from callwright.accounts.operations.save_recipient import remove_recipient, save_recipient
from callwright.accounts.queries.accounts import is_house, lines_of, note_recipients
from callwright.accounts.views.asking import is_saved, user_of, visible_account
from callwright.accounts.views.wording import worded
from callwright.kit.access import no_right, requires


def _page(request: HttpRequest, template: str, account: Account, **more: Any) -> HttpResponse:
    may_edit = user_of(request).may("set_up_accounts")
    return render(request, template, {"account": account, "house": is_house(), "may_edit": may_edit, **more})


def _lines(request: HttpRequest, account: Account, form: forms.Form | None = None) -> HttpResponse:
    form = form or LineForm(auto_id="line_%s")
    return _page(request, "accounts/lines.html", account, lines=lines_of(account.pk), line_form=form)


@requires("see_accounts")
@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, account_id: int) -> HttpResponse:
    """The numbers by which the account is called; whoever may set it up adds one here."""
    shown = visible_account(request, account_id)
    if request.method == "GET":
        return _lines(request, shown)
    if not user_of(request).may("set_up_accounts"):
        return no_right(request)
    form = LineForm(request.POST, auto_id="line_%s")
    if is_saved(form, lambda values: add_line(account_id=shown.pk, **values, now=timezone.now())):
        return redirect("accounts:lines", shown.pk)
    return _lines(request, shown, form)


@requires("set_up_accounts")
@require_POST
def line(request: HttpRequest, account_id: int, line_id: int) -> HttpResponse:
    """Change what a line says, or remove it."""
    shown = visible_account(request, account_id)
    if not any(known.id == line_id for known in lines_of(shown.pk)):
        raise Http404
    if "remove" in request.POST:
        remove_line(account_id=shown.pk, line_id=line_id, now=timezone.now())
        messages.success(request, _("The number no longer leads to this account."))
        return redirect("accounts:lines", shown.pk)
    said = {name: request.POST.get(name, "") for name in ("label", "greeting", "instructions")}
    try:
        update_line(account_id=shown.pk, line_id=line_id, **said, now=timezone.now())
    except LineRefused as refused:
        messages.error(request, worded(refused))
    return redirect("accounts:lines", shown.pk)


def _recipients(request: HttpRequest, account: Account, form: forms.Form | None = None) -> HttpResponse:
    form = form or RecipientForm(auto_id="recipient_%s")
    known = note_recipients(account.pk)
    return _page(request, "accounts/recipients.html", account, recipients=known, recipient_form=form)


@requires("see_accounts")
@require_http_methods(["GET", "POST"])
def recipients(request: HttpRequest, account_id: int) -> HttpResponse:
    """To whom the notes go; whoever may set the account up adds somebody here."""
    shown = visible_account(request, account_id)
    if request.method == "GET":
        return _recipients(request, shown)
    return _save_recipient(request, shown, None) if user_of(request).may("set_up_accounts") else no_right(request)


@requires("set_up_accounts")
@require_POST
def recipient(request: HttpRequest, account_id: int, recipient_id: int) -> HttpResponse:
    """Change a recipient of notes, or remove one."""
    shown = visible_account(request, account_id)
    if not any(one.id == recipient_id for one in note_recipients(shown.pk)):
        raise Http404
    if "remove" in request.POST:
        remove_recipient(account_id=shown.pk, recipient_id=recipient_id, now=timezone.now())
        return redirect("accounts:recipients", shown.pk)
    return _save_recipient(request, shown, recipient_id)


def _save_recipient(request: HttpRequest, shown: Account, recipient_id: int | None) -> HttpResponse:
    form = RecipientForm(request.POST, auto_id="recipient_%s")
    key: dict[str, Any] = {"account_id": shown.pk, "recipient_id": recipient_id, "now": timezone.now()}
    if is_saved(form, lambda values: save_recipient(**key, **values)):
        return redirect("accounts:recipients", shown.pk)
    return _recipients(request, shown, form)
