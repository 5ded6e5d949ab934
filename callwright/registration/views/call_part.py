"""The part of a call's page that says what was registered, how it changed, and what is wrong with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast
from callwright.registration.drawing import draw_choices
from callwright.registration.operations.register import Refused, register
from callwright.registration.queries.call_part import CallPart, Registered, call_part, may_correct
from callwright.registration.queries.offer import offered_for
from callwright.registration.queries.quality_rules import custom_labels
from callwright.registration.rules import Subject
from callwright.registration.views.asked import user_of
from callwright.registration.words_quality import HOW, finding_in_words

_MOST = 200


@requires("see_registrations")
@require_GET
def part(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What was registered of the call; empty where nothing is and nothing could be."""
    return _part(request, _found(request, call_id))


def _found(request: HttpRequest, call_id: UUID) -> CallPart:
    found = call_part(user_of(request), call_id)
    if found is None:
        raise Http404
    return found


def _part(request: HttpRequest, found: CallPart) -> HttpResponse:
    labels = custom_labels() if any(one.findings for one in found.registered) else {}
    shown = [(one, [(each, finding_in_words(each, labels)) for each in one.findings]) for one in found.registered]
    page = {"part": found, "shown": shown, "how": HOW, "may_judge": user_of(request).may("see_quality")}
    return render(request, "registration/call_part.html", page)


@requires("see_registrations")
def correct(request: HttpRequest, call_id: UUID, agent_id: int) -> HttpResponse:
    """The form by which a registration is corrected, or made for a call that has none; a POST keeps it."""
    found = _found(request, call_id)
    mine = next((one for one in found.registered if one.agent_id == agent_id), None)
    is_first = mine is None and found.may_register and agent_id == found.agent_id
    if not is_first and not (mine and mine.may_correct):
        raise Http404
    problem = ""
    if request.method == "POST":
        problem = _kept(request, found, agent_id)
        if not problem:
            response = _part(request, _found(request, call_id))
            add_toast(response, _("The registration is kept."))
            return response
    return render(request, "registration/call_correct.html", _form(request, found, agent_id, mine, problem))


def _form(
    request: HttpRequest, found: CallPart, agent_id: int, mine: Registered | None, problem: str
) -> dict[str, Any]:
    offered = offered_for(Subject(account_id=found.account_id, direction=found.direction, queue_id=found.queue_id))
    ticked = frozenset(_topics(request)) if request.method == "POST" else mine.topics if mine else frozenset()
    known = {topic.id for category in offered for topic in category.all_topics()}
    words = {id: word for id, word in zip(mine.order, mine.words, strict=True) if id not in known} if mine else {}
    return {
        "part": found, "agent_id": agent_id, "choices": draw_choices(offered, ticked), "problem": problem, "mine": mine,
        "no_more": [(id, word, id in ticked) for id, word in words.items()],
        "comment": request.POST.get("comment", mine.comment if mine else ""),
    }  # fmt: skip


def _topics(request: HttpRequest) -> list[int]:
    names = [name for name in request.POST if name.startswith("topic-")][:_MOST]
    given = (id_in(value) for name in names for value in request.POST.getlist(name)[:_MOST])
    return [one for one in given if one is not None]


def _kept(request: HttpRequest, found: CallPart, agent_id: int) -> str:
    """Keeps it, or returns in words why not. Who looks after the quality may do so at any time, and so may agents for
    what was found against their own.
    """
    user = user_of(request)
    is_open = any(one.agent_id == agent_id and one.open_findings for one in found.registered)
    at_any_time = user.may("see_quality") or (is_open and may_correct(user, agent_id, is_open=True))
    try:
        register(
            call_id=found.call_id, account_id=found.account_id, by=agent_id, topics=_topics(request),
            comment=request.POST.get("comment", ""), corrected_by=user.pk if at_any_time else None, now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return _refusal(refused)
    return ""


def _refusal(refused: Refused) -> str:
    match refused.reason:
        case "closed":
            return _("The time in which it can be registered is over. Ask a supervisor to do it.")
        case "comment_too_long":
            return _("The comment is too long: it has room for %(n)s characters.") % {"n": refused.limit}
        case "not_offered":
            return _("A topic is not offered for this call any more. Look at the choice again.")
        case "one_topic":
            return _("In one of the categories only one topic can be ticked.")
        case "needs_topic":
            return _("Tick what the call was about.")
    return _("The call does not exist any more.")
