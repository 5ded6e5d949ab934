"""Setting up recordings: where they are fetched from, how long they are kept, what is never recorded."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.proxies import client_address
from callwright.recordings.forms import PolicyForm, SourceForm
from callwright.recordings.models import Policy, Source
from callwright.recordings.operations.save_policy import (
    RuleExists,
    add_never_rule,
    remove_never_rule,
    save_policy,
)
from callwright.recordings.operations.save_source import (
    SecretsAgain,
    confirm_host_key,
    fetch_failed_again,
    save_source,
    try_source,
)
from callwright.recordings.queries.administration import source_or_new, source_rows, visible_rules
from callwright.recordings.queries.choices import rule_choices
from callwright.recordings.rules import ASTERISK_PATTERN, FREEPBX_PATTERN
from callwright.recordings.words import reason_in_words

_DEFAULTS = {"pattern": ASTERISK_PATTERN, "pbx_folder": "/var/spool/asterisk/monitor"}


@requires("set_up_recordings")
def overview(request: HttpRequest) -> HttpResponse:
    """All PBXs with their sources, the organisation's own period and text, and the rules."""
    policy = Policy.objects.filter(account=None).first() or Policy()
    form = PolicyForm(request.POST or None, instance=policy)
    for_all = may_set_for_all(request.user, "set_up_recordings")
    if request.method == "POST" and not for_all:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        save_policy(form.save(commit=False), by=request.user.pk or 0, address=_address(request), now=timezone.now())
        messages.success(request, _("What holds for all accounts is saved."))
        return redirect("recordings:overview")
    page = {"rows": source_rows(), "form": form, "for_all": for_all, "policy": policy,
            "rules": visible_rules(request.user), "choices": rule_choices(request.user)}  # fmt: skip
    return render(request, "recordings/overview.html", page)


@requires("set_up_recordings")
@never_cache
@sensitive_post_parameters("password", "private_key", "token")
def source(request: HttpRequest, pbx_id: int) -> HttpResponse:
    """Where one PBX keeps its recordings."""
    rows = source_rows(pbx_id)
    if not rows:
        raise Http404
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    defaults = {**_DEFAULTS, **({"pattern": "{uniqueid}.wav"} if asked == Source.Kind.HTTP else {})}
    known = source_or_new(pbx_id, asked if asked in Source.Kind.values else "", defaults)
    form = SourceForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid() and _is_saved(request, form):
        messages.success(request, _("Saved. Try it now: that says at once whether something is wrong."))
        return redirect("recordings:source", pbx_id=pbx_id)
    page = {
        "row": rows[0], "form": form, "kind": known.kind, "kinds": Source.Kind.choices, "freepbx": FREEPBX_PATTERN,
        "is_stored": bool(rows[0].kind) and rows[0].kind == known.kind, "host_key": known.host_key,
    }  # fmt: skip
    return render(request, "recordings/source.html", page)


def _is_saved(request: HttpRequest, form: SourceForm) -> bool:
    try:
        save_source(
            form.save(commit=False), given=form.given, removed=form.removed, by=request.user.pk or 0,
            address=_address(request), now=timezone.now(),
        )  # fmt: skip
    except SecretsAgain as again:
        form.ask_again(again.names)
    return form.is_valid()


@requires("set_up_recordings")
@require_POST
def try_it(request: HttpRequest, pbx_id: int) -> HttpResponse:
    """Connects as stored and says what is wrong."""
    known = get_object_or_404(Source, pk=pbx_id)
    tried = try_source(known)
    page = {"tried": tried, "problem": reason_in_words(tried.problem), "pbx_id": pbx_id, "kind": known.kind}
    return render(request, "recordings/tried.html", page)


@requires("set_up_recordings")
@require_POST
def host_key(request: HttpRequest, pbx_id: int) -> HttpResponse:
    """The administrator has compared the fingerprint: this is the server."""
    known = get_object_or_404(Source, pk=pbx_id, kind=Source.Kind.SFTP)
    key = request.POST.get("key", "").strip()
    if not key or len(key) > 20_000 or "\n" in key:
        raise Http404
    confirm_host_key(known, key, by=request.user.pk or 0, address=_address(request), now=timezone.now())
    messages.success(request, _("The key of the server is confirmed. Try it now."))
    return redirect("recordings:source", pbx_id=pbx_id)


@requires("set_up_recordings")
@require_POST
def again(request: HttpRequest, pbx_id: int) -> HttpResponse:
    """Fetches all that failed once more."""
    get_object_or_404(Source, pk=pbx_id)
    count = fetch_failed_again(pbx_id, now=timezone.now())
    text = ngettext("%(n)d recording is fetched again.", "%(n)d recordings are fetched again.", count)
    messages.success(request, text % {"n": count})
    return redirect("recordings:source", pbx_id=pbx_id)


@requires("set_up_recordings")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """What one account wants of its recordings."""
    known = get_object_or_404(visible_accounts(request.user), pk=account_id)
    policy = Policy.objects.filter(account_id=known.pk).first() or Policy(account_id=known.pk)
    form = PolicyForm(request.POST or None, instance=policy)
    if request.method == "POST" and form.is_valid():
        save_policy(form.save(commit=False), by=request.user.pk or 0, address=_address(request), now=timezone.now())
        messages.success(request, _("The recordings of %(account)s are set up.") % {"account": known.name})
        return redirect("accounts:account", account_id=known.pk)
    return render(request, "recordings/account.html", {"form": form, "account": known})


@requires("set_up_recordings")
@require_POST
def add_rule(request: HttpRequest) -> HttpResponse:
    """Calls of an account, over a line or through a queue are not recorded any more."""
    kind, _colon, text = request.POST.get("about", "").partition(":")
    chosen, known = id_in(text), rule_choices(request.user)
    if chosen is None or (kind, chosen) not in known.keys:
        raise Http404
    try:
        add_never_rule(
            account_id=chosen if kind == "account" else None, line_id=chosen if kind == "line" else None,
            queue_id=chosen if kind == "queue" else None, by=request.user.pk or 0, address=_address(request),
            now=timezone.now(),
        )  # fmt: skip
    except RuleExists:
        messages.info(request, _("There is this rule already."))
    else:
        messages.success(request, _("These calls are not recorded any more."))
    return redirect("recordings:overview")


@requires("set_up_recordings")
@require_POST
def remove_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(visible_rules(request.user), pk=rule_id)
    remove_never_rule(rule, by=request.user.pk or 0, address=_address(request), now=timezone.now())
    messages.success(request, _("The rule is gone: these calls are recorded again."))
    return redirect("recordings:overview")


def _address(request: HttpRequest) -> str:
    return client_address(request) or ""
