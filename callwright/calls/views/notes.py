"""Notes of accounts: the list, those on a call and of a contact, sending and commenting on them (ACC-6)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house, visible_accounts
from callwright.calls.models import CallNote
from callwright.calls.operations.comment_note import CommentRefused, comment_note, read_comments
from callwright.calls.operations.send_note import NoteMissing, NothingToSend, send_note
from callwright.calls.periods import Period, span_of
from callwright.calls.queries.note_list import (
    STATES,
    NoteFilter,
    NotePlace,
    list_notes,
    note_place_in,
    notes_of_contact,
    notes_with_calls,
    visible_note,
)
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.screen import choices_for
from callwright.calls.search import Search, parse_search
from callwright.calls.views.asked import given, staff_user, viewpoint
from callwright.calls.views.call import found_call
from callwright.calls.views.note_parts import may_send, part_of, shown_notes
from callwright.calls.views.note_wording import STATE_WORDS, comment_refusal, send_refusal
from callwright.calls.views.wording import PERIODS, problem_in_words
from callwright.contacts.queries.contacts import visible_contacts
from callwright.kit.access import no_right, requires
from callwright.kit.texts import clean_line
from callwright.kit.toasts import add_toast
from callwright.live.queries.log import newest_id

_OF_CONTACT = 20
_MOST_WORDS = 8


@requires("see_register")
@require_GET
def account_notes(request: HttpRequest, account_id: int) -> HttpResponse:
    """The notes of one account, among its pages."""
    account = visible_accounts(staff_user(request)).filter(pk=account_id).first()
    if account is None:
        raise Http404
    return _list(request, account)


@requires("see_register")
@require_GET
def notes(request: HttpRequest) -> HttpResponse:
    """The notes of all accounts that the viewer sees, or of one; further pages by htmx."""
    return _list(request, None)


def _list(request: HttpRequest, account: Any) -> HttpResponse:
    user, (wish, search, problems) = staff_user(request), _asked(request)
    if account is not None:
        wish = replace(wish, account=account.pk)
    after = note_place_in(request.GET.get("after", ""))
    shown = _page(request, wish, after)
    if after is not None:
        return render(request, "calls/note_rows.html", shown)
    around = {
        "wish": wish, "search": search, "problems": problems, "states": STATE_WORDS, "periods": PERIODS,
        "choices": choices_for(user, account_id=wish.account), "live_since": newest_id(),
        "words": " ".join(wish.words), "account": account, "house": is_house(), "may_set_up": user.may("set_up_notes"),
        "narrows": bool(wish.words or wish.state or wish.by or search.period != Period.MONTH),
    }  # fmt: skip
    return render(request, "calls/notes.html", {**shown, **around})


def _page(request: HttpRequest, wish: NoteFilter, after: NotePlace | None) -> dict[str, Any]:
    try:
        page = list_notes(staff_user(request), wish, after=after)
    except SearchTooLong:
        return {"notes": [], "next_url": "", "too_long": True}
    shown: dict[str, Any] = {"notes": shown_notes(request, page.rows), "next_url": ""}
    if page.next:
        pairs = [(name, one) for name, many in request.GET.lists() if name != "after" for one in many]
        shown["next_url"] = f"{request.path}?{urlencode([*pairs, ('after', str(page.next))])}"
    return shown


def _asked(request: HttpRequest) -> tuple[NoteFilter, Search, list[str]]:
    asked = given(request.GET)
    if not asked.get("period") and not asked.get("from") and not asked.get("to"):
        asked["period"] = [Period.MONTH]
    search, problems = parse_search(asked)
    view = viewpoint()
    span = span_of(search.period, view.zone, view.now, search.first, search.last)
    state = request.GET.get("state", "")
    wish = NoteFilter(
        account=search.account, words=tuple(clean_line(request.GET.get("words", ""))[:200].split()[:_MOST_WORDS]),
        state=state if state in STATES else "", by=search.employee if isinstance(search.employee, int) else None,
        begins_at=span.begins_at, ends_at=span.ends_at,
    )  # fmt: skip
    return wish, search, [problem_in_words(one) for one in problems]


@requires("see_register")
@require_GET
def row(request: HttpRequest, note_id: int) -> HttpResponse:
    """One row of the list as it is now; nothing for a note that is gone."""
    note = visible_note(staff_user(request), note_id)
    return _row(request, note) if note is not None else render(request, "calls/note_rows.html", {"notes": []})


def _row(request: HttpRequest, note: CallNote) -> HttpResponse:
    rows = notes_with_calls(staff_user(request), note.account_id, [note.call_id])
    shown = shown_notes(request, [one for one in rows if one.id == note.pk])
    return render(request, "calls/note_rows.html", {"notes": shown})


@requires("see_register")
@require_GET
def part(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The notes on a call, with what was sent and said of each."""
    call = found_call(request, call_id)
    return render(request, "calls/notes_part.html", part_of(request, call))


@requires("see_contacts")
@require_GET
def contact_notes(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The latest notes on a contact's calls, for the contact's page."""
    user = staff_user(request)
    account_id = visible_contacts(user).filter(pk=contact_id).values_list("account_id", flat=True).first()
    if account_id is None:
        raise Http404
    rows = notes_of_contact(user, account_id, contact_id, limit=_OF_CONTACT) if user.may("see_register") else []
    return render(request, "calls/contact_notes.html", {"notes": shown_notes(request, rows)})


def _found(request: HttpRequest, note_id: int) -> CallNote:
    note = visible_note(staff_user(request), note_id)
    if note is None:
        raise Http404
    return note


@requires("see_register")
@require_POST
def send(request: HttpRequest, note_id: int) -> HttpResponse:
    """Send a note, its correction, or once more to those who did not get it; answers with where it was asked."""
    note = _found(request, note_id)
    if not may_send(request, note.by_id):
        return no_right(request)
    problem = ""
    try:
        send_note(
            account_id=note.account_id, call_id=note.call_id, note_id=note.pk, by=request.user.pk or 0,
            now=timezone.now(),
        )  # fmt: skip
    except NothingToSend as nothing:
        problem = send_refusal(nothing.reason)
    except NoteMissing as missing:
        raise Http404 from missing
    response = _answer(request, note)
    add_toast(response, problem or _("The note is on its way."), failed=bool(problem))
    return response


@requires("see_register")
@require_POST
def comment(request: HttpRequest, note_id: int) -> HttpResponse:
    """One more comment under a note: a supervisor's, or the answer of its author."""
    note, problem = _found(request, note_id), ""
    try:
        comment_note(
            viewer=staff_user(request), account_id=note.account_id, call_id=note.call_id, note_id=note.pk,
            text=request.POST.get("text", ""), now=timezone.now(),
        )  # fmt: skip
    except CommentRefused as refused:
        if refused.reason == "not_yours":
            return no_right(request)
        problem = comment_refusal(refused.reason)
    except NoteMissing as missing:
        raise Http404 from missing
    response = _answer(request, note, keeps_text=bool(problem))
    add_toast(response, problem or _("The comment is sent. Only your own people see it."), failed=bool(problem))
    return response


@requires("see_register")
@require_POST
def read(request: HttpRequest, note_id: int) -> HttpResponse:
    """The viewer has seen the comments on a note."""
    note = _found(request, note_id)
    read_comments(account_id=note.account_id, note_id=note.pk, user_id=request.user.pk or 0, now=timezone.now())
    return HttpResponse(status=204)


def _answer(request: HttpRequest, note: CallNote, *, keeps_text: bool = False) -> HttpResponse:
    if "row" in request.POST:
        return _row(request, note)
    page = {**part_of(request, found_call(request, note.call_id)), "answered": None if keeps_text else note.pk}
    return render(request, "calls/notes_part.html", page)
