"""Calls over their limit: the list of reviews, one review, the totals, and the outcomes (CALL-7)."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.export_columns import Kind
from callwright.calls.operations.too_long_review import (
    LONGEST_COMMENT,
    OutcomeRefused,
    ReviewRefused,
    order_outcomes,
    retire_outcome,
    review_call,
    save_outcome,
)
from callwright.calls.operations.totals_file import TotalsColumn
from callwright.calls.periods import Period, span_of
from callwright.calls.queries.screen import choices_for
from callwright.calls.queries.too_long_reviews import (
    STATES as REVIEW_STATES,
)
from callwright.calls.queries.too_long_reviews import (
    ReviewFilter,
    ReviewRow,
    Totals,
    outcomes,
    past_reviews,
    place_in,
    review_of,
    reviews,
    totals,
)
from callwright.calls.queries.too_long_rules import all_rule_names
from callwright.calls.search import Search, parse_search
from callwright.calls.views.asked import given, staff_user, viewpoint
from callwright.calls.views.too_long_words import (
    STATES,
    conditions_in_words,
    outcome_refusal,
    outcome_word,
    review_refusal,
)
from callwright.calls.views.totals_file import sent_totals
from callwright.calls.views.wording import PERIODS, problem_in_words
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast, trigger
from callwright.live.queries.log import newest_id
from callwright.staff.queries.rights import Viewer


@requires("review_too_long")
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """The calls over their limit, those to be reviewed first; further pages by htmx."""
    user, (wish, search, problems) = staff_user(request), _asked(request)
    after = place_in(request.GET.get("after", ""))
    page = reviews(user, wish, after=after)
    shown: dict[str, Any] = {"rows": [_shown(row) for row in page.rows], "next_url": "", "span": 8}
    if page.next:
        pairs = [(name, one) for name, many in request.GET.lists() if name != "after" for one in many]
        shown["next_url"] = f"{request.path}?{urlencode([*pairs, ('after', str(page.next))])}"
    if after is not None:
        return render(request, "calls/too_long_rows.html", shown)
    return render(request, "calls/too_long.html", {**shown, **_around(request, wish, search, problems)})


def _asked(request: HttpRequest, *, period: Period = Period.ALL) -> tuple[ReviewFilter, Search, list[str]]:
    """What the address asks for; where it names no period `period`: nothing open is to be overlooked."""
    asked = given(request.GET)
    if not asked.get("period") and not asked.get("from") and not asked.get("to"):
        asked["period"] = [period]
    search, problems = parse_search(asked)
    view = viewpoint()
    span = span_of(search.period, view.zone, view.now, search.first, search.last)
    state = request.GET.get("state", "open")
    wish = ReviewFilter(
        state=state if state in REVIEW_STATES else "open", begins_at=span.begins_at, ends_at=span.ends_at,
        account=search.account, employee=search.employee if isinstance(search.employee, int) else None,
        rule=id_in(request.GET.get("rule")), outcome=id_in(request.GET.get("outcome")),
    )  # fmt: skip
    return wish, search, [problem_in_words(one) for one in problems]


def _around(request: HttpRequest, wish: ReviewFilter, search: Search, problems: list[str]) -> dict[str, Any]:
    """What stands around the list: the filters with what is chosen in them."""
    user = staff_user(request)
    rules = [(id, name or conditions_in_words(conditions)) for id, name, conditions in all_rule_names(user)]
    return {
        "wish": wish, "search": search, "problems": problems, "states": STATES, "periods": PERIODS, "rules": rules,
        "choices": choices_for(user, account_id=wish.account), "live_since": newest_id(),
        "outcomes": [(one.id, outcome_word(one)) for one in outcomes(retired=None)],
        "may_set_up": user.may("set_up_too_long"),
        "narrows": wish != ReviewFilter(),
    }  # fmt: skip


def _shown(row: ReviewRow) -> dict[str, Any]:
    talked = row.talked_until(timezone.now())
    return {
        "row": row, "rule": row.conditions.get("name") or conditions_in_words(row.conditions),
        "outcome": outcome_word(row.outcome), "over_s": max(0, talked - row.limit_s), "talked_s": talked,
        "caller": row.contact or row.from_name,
    }  # fmt: skip


@requires("see_register")
@require_GET
def review_part(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The part of a call's page that says that it is over its limit, and what the reviews found; empty for others."""
    return render(request, "calls/too_long_part.html", part_of(request, call_id))


def part_of(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    """What the part of the call's page shows; no review for a call within its limit."""
    row = review_of(staff_user(request), call_id)
    if row is None:
        return {"review": None, "call_id": call_id}
    past = [(one, outcome_word(one.outcome)) for one in past_reviews(row.account_id, call_id)]
    return {"review": _shown(row), "call_id": call_id, "past": past}


@requires("review_too_long")
@require_GET
def row(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One row of the list as it is now; none for a call that is no longer over its limit."""
    found = review_of(staff_user(request), call_id)
    return render(request, "calls/too_long_rows.html", {"rows": [_shown(found)] if found else []})


@requires("review_too_long")
def review(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The form of a review, for the dialog; a POST keeps it."""
    user = staff_user(request)
    found = review_of(user, call_id)
    if found is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        problem = _reviewed(request, found)
        if not problem:
            response = trigger(HttpResponse(status=204), "too-long-reviewed", {"call": str(call_id)})
            add_toast(response, _("The review is kept."))
            return response
        found = review_of(user, call_id)
        if found is None:  # taken back meanwhile
            return render(request, "calls/too_long_review.html", {"problem": problem})
    page = {
        "review": _shown(found), "problem": problem, "longest": LONGEST_COMMENT,
        "given": {
            "outcome": id_in(request.POST.get("outcome")) or (found.outcome and found.outcome.id),
            "comment": request.POST.get("comment", found.comment),
        },
        "outcomes": [(one.id, outcome_word(one)) for one in outcomes(also=found.outcome.id if found.outcome else None)],
    }  # fmt: skip
    return render(request, "calls/too_long_review.html", page)


def _reviewed(request: HttpRequest, found: ReviewRow) -> str:
    """Keeps the review, or returns what is wrong in words."""
    version = id_in(request.POST.get("version"))
    try:
        review_call(
            account_id=found.account_id, call_id=found.call_id, outcome_id=id_in(request.POST.get("outcome")),
            comment=request.POST.get("comment", ""), by=request.user.pk or 0,
            version=-1 if version is None else version, now=timezone.now(),
        )  # fmt: skip
    except ReviewRefused as refused:
        return review_refusal(refused.reason)
    return ""


@requires("review_too_long")
@require_GET
def review_totals(request: HttpRequest) -> HttpResponse:
    """How many calls of each employee were over their limit, by outcome."""
    user, (wish, search, problems) = staff_user(request), _asked(request, period=Period.MONTH)
    wish, found, columns = _totals(user, wish)
    table = [(one, [one.by_outcome.get(id, 0) for id, _word in columns], one.by_outcome.get(None, 0)) for one in found]
    page = {
        "table": table, "columns": columns, "search": search, "problems": problems, "periods": PERIODS,
        "calls": sum(one.calls for one in found), "over_s": sum(one.over_s for one in found),
        "may_set_up": user.may("set_up_too_long"), "choices": choices_for(user, account_id=wish.account), "wish": wish,
        "list_query": _list_query(wish, search), "file_url": "",
    }  # fmt: skip
    if user.may("export_calls"):
        query = [*parse_qsl(_list_query(wish, search)), *([("employee", wish.employee)] if wish.employee else [])]
        page["file_url"] = f"{reverse('calls:too_long_totals_file')}?{urlencode(query)}"
    return render(request, "calls/too_long_totals.html", page)


def _totals(user: Viewer, wish: ReviewFilter) -> tuple[ReviewFilter, list[Totals], list[tuple[int, str]]]:
    """What is counted, the rows, and the outcomes that are columns."""
    wish = replace(wish, state="all", outcome=None)  # each is a column
    found = totals(user, wish)
    used = {id for one in found for id in one.by_outcome}
    columns = [(one.id, outcome_word(one)) for one in outcomes(retired=None) if not one.retired or one.id in used]
    return wish, found, columns


@requires("review_too_long")
@requires("export_calls")
@require_GET
def review_totals_file(request: HttpRequest) -> HttpResponse:
    """The totals of the address as a file: CSV or XLSX; the last row is of all."""
    wish, found, outcome_words = _totals(staff_user(request), _asked(request, period=Period.MONTH)[0])
    names = [one.employee if one.employee_id else _("Nobody known") for one in found]
    counts: list[tuple[str, Kind, list[Any]]] = [
        (_("Calls"), "count", [one.calls for one in found]),
        (_("To be reviewed"), "count", [one.by_outcome.get(None, 0) for one in found]),
        *((word, "count", [one.by_outcome.get(id, 0) for one in found]) for id, word in outcome_words),
        (_("Time over the limit"), "duration", [one.over_s for one in found]),
    ]
    columns = [TotalsColumn(_("Employee"), "text", [*names, _("Together")])]
    columns += [TotalsColumn(head, kind, [*cells, sum(cells)]) for head, kind, cells in counts]
    title = f"{_('Too long')}: {_('Totals')}"
    return sent_totals(request, "too_long", columns, title=title, account=wish.account)


def _list_query(wish: ReviewFilter, search: Search) -> str:
    """What a link from the totals to the calls themselves keeps: all but the employee."""
    pairs = [
        ("state", "all"), ("period", search.period), ("from", search.first), ("to", search.last),
        ("account", wish.account), ("rule", wish.rule),
    ]  # fmt: skip
    return urlencode([(name, str(value)) for name, value in pairs if value is not None])


@requires("set_up_too_long")
def outcome_list(request: HttpRequest, outcome_id: int | None = None) -> HttpResponse:
    """The outcomes of reviews; a POST saves one of them, or a new one without `outcome_id`."""
    known = [(one, outcome_word(one)) for one in outcomes(retired=None)]
    problem = ""
    if request.method == "POST":
        taken = [word for one, word in known if not one.retired and not one.name and one.id != outcome_id]
        problem = _outcome_saved(outcome_id, request.POST.get("name", ""), taken)
        if not problem:
            messages.success(request, _("Saved."))
            return redirect("calls:too_long_outcomes")
    page = {
        "offered": [(one, word) for one, word in known if not one.retired], "open_id": outcome_id,
        "retired": [(one, word) for one, word in known if one.retired], "problem": problem,
        "given": request.POST.get("name", ""),
    }  # fmt: skip
    return render(request, "calls/too_long_outcomes.html", page)


def _outcome_saved(outcome_id: int | None, name: str, taken: list[str]) -> str:
    try:
        save_outcome(outcome_id=outcome_id, name=name, taken=taken)
    except OutcomeRefused as refused:
        return outcome_refusal(refused.reason)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return ""


@requires("set_up_too_long")
@require_POST
def retire_one_outcome(request: HttpRequest, outcome_id: int) -> HttpResponse:
    """Take an outcome out of the list, or with `again` offer it again."""
    try:
        retire_outcome(outcome_id=outcome_id, retired=request.POST.get("again") != "1")
    except OutcomeRefused as refused:
        messages.error(request, outcome_refusal(refused.reason))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return redirect(reverse("calls:too_long_outcomes"))


@requires("set_up_too_long")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Put the outcomes in the order of the list."""
    order_outcomes([id for one in request.POST.getlist("outcome")[:200] if (id := id_in(one)) is not None])
    return HttpResponse(status=204)
