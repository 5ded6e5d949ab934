"""The cards: what a call shows, and what is done with it."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.operations.save_note import finish_note, go_on_with_note
from callwright.contacts.operations.errors import ContactMissing, ContactRefused
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.queries.find import find_contacts
from callwright.desk.drawing import draw_body, draw_call, draw_history, draw_state, draw_work
from callwright.desk.operations.choose_contact import choose_contact
from callwright.desk.operations.dismiss_card import dismiss_card, restore_card
from callwright.desk.operations.save_caller import FIELDS, AnotherContact, NotKept, save_caller
from callwright.desk.pushed import stands_on_desk
from callwright.desk.queries.card import Card, Strip, card_of, strip_of, work_of
from callwright.desk.views.asking import StaffRequest
from callwright.desk.views.gone import gone
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast
from callwright.staff.queries.rights import may


def _strip(request: StaffRequest, call_id: UUID) -> Strip:
    strip = strip_of(request.user, call_id, now=timezone.now())
    if strip is None:
        raise Http404
    return strip


def _card(request: StaffRequest, call_id: UUID) -> Card:
    card = card_of(request.user, call_id, language=get_language() or "en", now=timezone.now())
    if card is None:
        raise Http404
    return card


def _may_edit(request: StaffRequest) -> bool:
    return may(request.user, "edit_contacts")


@requires("use_desk")
@require_GET
@never_cache
def call(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """The card, its slim form and its work side; nothing (204) when it does not stand on this desk any more."""
    card = _card(request, call_id)
    if not stands_on_desk(request.user, card):
        return HttpResponse(status=204)
    work = work_of(request.user.pk, card)
    return HttpResponse(draw_call(card, work, may_edit=_may_edit(request), now=timezone.now()))


@requires("use_desk")
@require_GET
@never_cache
def state(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """What changes while the call goes on: state, clock and controls."""
    return HttpResponse(draw_state(_strip(request, call_id), now=timezone.now()))


@requires("use_desk")
@require_GET
@never_cache
def body(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """The card's inside, after the contact changed; `part=history` gives the earlier calls."""
    card = _card(request, call_id)
    if request.GET.get("part") == "history":
        return HttpResponse(draw_history(card))
    return HttpResponse(draw_body(card, may_edit=_may_edit(request)))


@requires("use_desk")
@require_GET
@never_cache
def find(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """Contacts of the call's account by what is typed, to add the number to one of them (DESK-5)."""
    one = _strip(request, call_id).call
    text = request.GET.get("q", "").strip()[:100]
    found = find_contacts(request.user, text, account_id=one.account_id, limit=6) if text else []
    return render(request, "desk/found_people.html", {"found": found, "q": text, "call_id": call_id})


@requires("edit_contacts")
@require_POST
def contact(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """Somebody said who is on the phone."""
    one = _strip(request, call_id).call
    answer = HttpResponse(status=204)
    try:
        choose_contact(
            viewer=request.user,
            call=one,
            contact_id=int(request.POST.get("contact", "")),
            attach=request.POST.get("attach") == "1",
            now=timezone.now(),
        )
    except (ContactMissing, ValueError):
        raise Http404 from None
    except NumberRefused:
        add_toast(answer, _("This number cannot be added to a contact."), failed=True)
    return answer


@requires("edit_contacts")
@require_POST
def caller(request: StaffRequest, call_id: UUID) -> JsonResponse:
    """What is typed of a caller whom nobody knew, saved as it is typed (DESK-4). `contact`: whom the form is about,
    empty until the caller was saved.
    """
    _strip(request, call_id)
    values = {field: request.POST[field] for field in FIELDS if field in request.POST}
    try:
        drawn_for = id_in(request.POST.get("contact"))
        contact_id = save_caller(
            viewer=request.user, call_id=call_id, drawn_for=drawn_for, values=values, now=timezone.now()
        )
    except AnotherContact:
        return JsonResponse({"error": _("Another contact was chosen for this call.")}, status=422)
    except (NotKept, NumberRefused):
        return JsonResponse({"error": _("Callers with this number are not kept as contacts.")}, status=422)
    except (ContactRefused, ContactMissing):
        return JsonResponse({"error": _("This cannot be kept. It may be too long.")}, status=422)
    return JsonResponse({"saved": True, "contact": contact_id})


@requires("use_desk")
@require_GET
@never_cache
def work(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """The work side alone, after another tab changed it."""
    card = card_of(request.user, call_id, language=get_language() or "en", now=timezone.now())
    if card is None:
        return gone(request, call_id)
    return HttpResponse(draw_work(card, work_of(request.user.pk, card)))


@requires("use_desk")
@require_POST
def dismiss(request: StaffRequest, call_id: UUID) -> HttpResponse:
    strip, now = _strip(request, call_id), timezone.now()
    if strip.is_due:
        answer = HttpResponse(status=204)
        add_toast(answer, _("Register this call first, then its card can be put away."), failed=True)
        return answer
    by_itself = "by_itself" in request.POST
    dismiss_card(user_id=request.user.pk, call_id=call_id, by_itself=by_itself, now=now)
    if not by_itself:  # another tab, in which they still write, keeps the card
        finish_note(account_id=strip.call.account_id, call_id=call_id, by=request.user.pk, now=now)
    return HttpResponse(status=204)


@requires("use_desk")
@require_POST
def restore(request: StaffRequest, call_id: UUID) -> HttpResponse:
    strip, now = _strip(request, call_id), timezone.now()
    restore_card(user_id=request.user.pk, call_id=call_id, now=now)
    go_on_with_note(account_id=strip.call.account_id, call_id=call_id, by=request.user.pk, now=now)
    return HttpResponse(status=204)
