"""What evaluations found against registrations (REG-5): the list, dismissing, and evaluating at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.periods import Period
from callwright.kit.access import requires
from callwright.registration.asked import Asked
from callwright.registration.operations.quality_evaluate import ask_evaluation
from callwright.registration.operations.quality_findings import FindingRefused, dismiss, open_again
from callwright.registration.queries import findings as found
from callwright.registration.queries.lists import ListPage
from callwright.registration.queries.quality_rules import custom_labels, last_run, rule_names
from callwright.registration.views.asked import around, asked_in, next_url, user_of
from callwright.registration.views.list_pages import counted, patiently, too_long_row, total
from callwright.registration.words_quality import HOW, KINDS, STATES, finding_in_words
from callwright.staff.queries.rights import visible_account_ids


@requires("see_registrations")
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """Registrations with something found against them, each once, newest calls first; further pages by htmx."""
    user, asked, now = user_of(request), asked_in(request, default=Period.ALL), timezone.now()
    after = request.GET.get("after", "")
    if request.GET.get("part") == "count":
        return counted(request, lambda: found.count_wrong(user, asked, now=now))
    page = patiently(lambda: found.wrong_registrations(user, asked, now=now, after=after))
    shown = _rows(request, asked, page) if page else {}
    if after:
        return render(request, "registration/finding_rows.html", shown) if page else too_long_row(request, 5)
    around_it = {**around(request, asked), **total(page), "tab": "findings", "states": STATES}
    page_of = {**shown, **around_it, "rules": _rules(user), "run": last_run(user)}
    return render(request, "registration/findings.html", page_of)


def _rows(request: HttpRequest, asked: Asked, page: ListPage[found.WrongRegistration]) -> dict[str, Any]:
    labels = custom_labels()
    rows = [(row, [(one, finding_in_words(one, labels)) for one in row.findings]) for row in page.rows]
    may_judge = user_of(request).may("see_quality")
    return {
        "rows": rows, "next_url": next_url(request, asked, page.next), "span": 5, "how": HOW, "may_judge": may_judge
    }  # fmt: skip


def _rules(user: Any) -> list[tuple[int, str]]:
    return [(id, name or str(KINDS[kind])) for id, kind, name in rule_names(user)]


@requires("see_quality")
@require_POST
def dismiss_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Says that a registration is right after all, with a reason."""
    user = user_of(request)
    try:
        call_id = dismiss(account_ids=_accounts(user), finding_id=finding_id, reason=request.POST.get("reason", ""),
                          by=user.pk, now=timezone.now())  # fmt: skip
    except FindingRefused as refused:
        return _refused(request, refused)
    messages.success(request, _("Dismissed. No evaluation finds it again."))
    return _back(request, call_id)


@requires("see_quality")
@require_POST
def open_finding_again(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Takes a dismissal back."""
    user = user_of(request)
    try:
        call_id = open_again(account_ids=_accounts(user), finding_id=finding_id, by=user.pk, now=timezone.now())
    except FindingRefused as refused:
        return _refused(request, refused)
    return _back(request, call_id)


def _accounts(user: Any) -> list[int] | None:
    allowed = visible_account_ids(user)
    return None if allowed is None else sorted(allowed)


def _back(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """To the list if they came from there, else to the call."""
    if "list" in request.POST:
        return redirect("registration:findings")
    return redirect(f"{reverse('calls:call', args=[call_id])}#registration-part")


def _refused(request: HttpRequest, refused: FindingRefused) -> HttpResponse:
    match refused.reason:
        case "missing":
            raise Http404 from refused
        case "no_reason":
            messages.error(request, _("Write why the registration is right."))
        case "too_long":
            messages.error(request, _("The reason is too long: it has room for 500 characters."))
        case _:
            messages.error(request, _("Somebody was faster: look at the finding again."))
    return redirect("registration:findings")


@requires("set_up_quality")
@require_POST
def evaluate(request: HttpRequest) -> HttpResponse:
    """Has registrations evaluated now; the page follows how far it is."""
    user = user_of(request)
    ask_evaluation(by=user.pk, accounts=_accounts(user), now=timezone.now())
    return redirect("registration:findings")


@requires("see_quality")
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the evaluation is; once it has ended the page is read again."""
    run = last_run(user_of(request))
    response = render(request, "registration/quality_run.html", {"run": run})
    if run is not None and run.ended_at is not None:
        response["HX-Refresh"] = "true"
    return response
