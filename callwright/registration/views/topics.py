"""Topics of a category: added, changed, moved, retired (REG-1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import trigger
from callwright.registration import words
from callwright.registration.operations import retire as retiring
from callwright.registration.operations.refusals import Refused
from callwright.registration.operations.save_topic import Spot, add_topic, change_topic, place_topic
from callwright.registration.queries.spots import spots_for, topic_of
from callwright.registration.views.answers import check_changeable, done, refused, user_of


@requires("set_up_registration")
@require_GET
def form(request: HttpRequest, category_id: int) -> HttpResponse:
    """The dialog of a topic: one to be changed (`id`), or a new one under another (`parent`)."""
    check_changeable(request, category_id)
    id, parent = id_in(request.GET.get("id")), id_in(request.GET.get("parent"))
    topic = topic_of(category_id, id if id is not None else parent)
    if topic is None:
        raise Http404
    page = {
        "category_id": category_id,
        "topic": topic if id is not None else None,
        "parent": topic if id is None else None,
        "spots": spots_for(user_of(request), topic) if id is not None else (),
    }
    return render(request, "registration/topic_form.html", page)


@requires("set_up_registration")
@require_POST
def topic(request: HttpRequest, category_id: int) -> HttpResponse:
    """Adds a topic, or changes the one whose `id` is given: its name, its mark, where it stands."""
    id = id_in(request.POST.get("id"))
    name, comment = request.POST.get("name", ""), "wants_comment" in request.POST
    by, now = user_of(request).pk, timezone.now()
    to = _chosen_spot(request) if id is not None else Spot(category_id, id_in(request.POST.get("parent")))
    check_changeable(request, category_id, to.category_id if to else category_id)
    try:
        if id is None:
            add_topic(name=name, wants_comment=comment, to=to or Spot(category_id), by=by, now=now)
        else:
            change_topic(topic_id=id, category_id=category_id, name=name, wants_comment=comment, to=to, by=by, now=now)
    except Refused as refusal:
        return _refused_in_dialog(request, category_id, refusal)
    return trigger(done(request, category_id), "topic-saved")


def _chosen_spot(request: HttpRequest) -> Spot | None:
    """Where it is to stand, `12` or `12.34`; None where the person left that as it was when the form was opened, so
    that nobody moves back what somebody else moved meanwhile.
    """
    chosen = request.POST.get("spot", "")
    category, _dot, parent = chosen.partition(".")
    category_id = id_in(category)
    if category_id is None or chosen == request.POST.get("spot_before", ""):
        return None
    return Spot(category_id, id_in(parent))


def _refused_in_dialog(request: HttpRequest, category_id: int, refusal: Refused) -> HttpResponse:
    if "in_dialog" not in request.POST:
        return refused(request, category_id, refusal)
    return render(request, "registration/topic_problem.html", {"problem": words.refusal(refusal.reason)}, status=422)


@requires("set_up_registration")
@require_POST
def place(request: HttpRequest, category_id: int, topic_id: int) -> HttpResponse:
    """Puts a topic into the list in which it was dropped (`to`, `parent`), and that list into its `order`."""
    to = Spot(id_in(request.POST.get("to")) or category_id, id_in(request.POST.get("parent")))
    check_changeable(request, category_id, to.category_id)
    order = [one for one in map(id_in, request.POST.get("order", "")[:20_000].split(",")) if one is not None]
    try:
        place_topic(
            topic_id=topic_id, category_id=category_id, to=to, order=order, by=user_of(request).pk, now=timezone.now()
        )
    except Refused as refusal:
        return refused(request, to.category_id, refusal)
    return done(request, to.category_id)


@requires("set_up_registration")
@require_POST
def retire(request: HttpRequest, category_id: int, topic_id: int) -> HttpResponse:
    """No longer offers a topic, or offers it again."""
    check_changeable(request, category_id)
    again = "again" in request.POST or "again" in request.GET
    try:
        name = retiring.retire_topic(topic_id=topic_id, category_id=category_id, retired=not again,
                                     by=user_of(request).pk, now=timezone.now())  # fmt: skip
    except Refused as refusal:
        if refusal.reason == "missing":
            raise Http404 from refusal
        return refused(request, category_id, refusal)
    if again:
        return done(request, category_id, _("“%(name)s” is offered again.") % {"name": name})
    undo = reverse("registration:retire_topic", args=[category_id, topic_id]) + "?again=1"
    return done(request, category_id, _("“%(name)s” is no longer offered.") % {"name": name}, undo_url=undo)
