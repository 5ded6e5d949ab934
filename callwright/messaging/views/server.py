"""The settings of the mail server, and the senders of accounts."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from callwright.accounts.queries.choosing import account_choice, account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.messaging.forms import SenderForm, ServerForm
from callwright.messaging.links import public_url
from callwright.messaging.operations.save_server import ServerRefused, ServerSettings, save_sender, save_server
from callwright.messaging.operations.try_server import try_server
from callwright.messaging.problems import problem_in_words
from callwright.messaging.queries.outbox import server_standing
from callwright.messaging.queries.setup import account_senders, mail_server
from callwright.messaging.views.wording import add_refusal

_KEPT = ("host", "port", "security", "verify_certificate", "username", "from_address", "from_name", "public_url",
         "kept_days", "enabled")  # fmt: skip


@requires("set_up_notifications")
@never_cache
@sensitive_post_parameters("password")
def server(request: HttpRequest) -> HttpResponse:
    known = mail_server()
    form = ServerForm(request.POST or None, initial={name: getattr(known, name) for name in _KEPT})
    if request.method == "POST" and form.is_valid() and _saved(form, by=cast(int, request.user.pk)):
        messages.success(request, _("The mail server is saved."))
        return redirect("messaging:server")
    return _page(request, form)


def _page(request: HttpRequest, form: forms.Form, sender_form: forms.Form | None = None) -> HttpResponse:
    user, standing = cast(Any, request.user), server_standing()
    page = {
        "form": form,
        "has_password": bool(mail_server().sealed_password),
        "standing": standing,
        "problem": problem_in_words(standing.problem),
        "links_to": public_url(),
        "chooser": account_chooser(user),
        "senders": account_senders(user),
        "sender_form": sender_form or SenderForm(auto_id="sender_%s"),
        "email": user.email,
    }
    return render(request, "messaging/server.html", page)


def _saved(form: forms.Form, *, by: int) -> bool:
    try:
        save_server(given=ServerSettings(**form.cleaned_data), by=by, now=timezone.now())
    except ServerRefused as refusal:
        add_refusal(form, refusal)
    return form.is_valid()


@requires("set_up_notifications")
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Sends a test message at once and says what came of it."""
    to = request.POST.get("to", "")[:254]
    tried = try_server(to=to, now=timezone.now())
    shown = {"tried": tried, "to": to, "problem": problem_in_words(tried.problem)}
    part = "tried" if request.headers.get("HX-Request") else "tried_page"
    return render(request, f"messaging/{part}.html", shown)


@requires("set_up_notifications")
@require_POST
def sender(request: HttpRequest) -> HttpResponse:
    chosen = account_choice(cast(Any, request.user), id_in(request.POST.get("account")))
    if chosen is None:
        raise Http404
    form = SenderForm(request.POST, auto_id="sender_%s")
    if form.is_valid():
        try:
            save_sender(account_id=chosen.id, **form.cleaned_data, now=timezone.now())
        except ServerRefused as refusal:
            add_refusal(form, refusal)
    if not form.is_valid():
        known = mail_server()
        return _page(request, ServerForm(initial={name: getattr(known, name) for name in _KEPT}), form)
    messages.success(request, _("The sender of %(name)s is saved.") % {"name": chosen.name})
    return redirect("messaging:server")
