"""The order and choice of the card's parts, put right by drag and drop or by keys, with a preview on a past call."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callwright.accounts.operations.keep_card_layout import LayoutChanged
from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.accounts.queries.layouts import accounts_with_own_layout, kept_layout
from callwright.desk.drawing import draw_card
from callwright.desk.operations.save_layout import forget_layout, save_layout
from callwright.desk.queries.card import card_in_preview
from callwright.desk.queries.fields import field_labels, own_fields
from callwright.desk.queries.preview import best_call, past_calls
from callwright.desk.rules import FIRST, FOLDED, HIDDEN, SECOND, ZONES, layout_from, layout_to_store
from callwright.desk.templatetags.desk import PART_NAMES
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import no_right, requires
from callwright.kit.clock import viewer_zone
from callwright.kit.identity import id_in
from callwright.staff.queries.rights import may

_ZONE_TEXTS = {
    FIRST: (gettext_lazy("First glance"), gettext_lazy("Large, readable from two metres")),
    SECOND: (gettext_lazy("Second glance"), gettext_lazy("Below, in normal size")),
    FOLDED: (gettext_lazy("Under “More”"), gettext_lazy("One key away")),
    HIDDEN: (gettext_lazy("Not shown"), gettext_lazy("Left out of the card")),
}
Zones = Mapping[str, Sequence[str]]


@requires("set_up_card")
@require_http_methods(["GET", "POST"])
def layout(request: StaffRequest, account_id: int | None = None) -> HttpResponse:
    """The layout for all accounts, set by those who see them all, or that of one account of a bureau."""
    if (chosen := id_in(request.GET.get("account"))) is not None:
        return redirect("desk:account_layout", chosen)
    account = visible_accounts(request.user).filter(pk=account_id).first() if account_id is not None else None
    if account_id is not None and account is None:
        raise Http404
    if account is None and not may_set_for_all(request.user, "set_up_card"):
        only = account_chooser(request.user).only
        may_go_there = request.method == "GET" and only is not None
        return redirect("desk:account_layout", only.id) if may_go_there and only else no_right(request)
    return _save(request, account) if request.method == "POST" else _page(request, account)


def _sent(request: StaffRequest) -> dict[str, list[str]]:
    return {zone: request.POST.getlist(zone) for zone in ZONES}


def _save(request: StaffRequest, account: Any) -> HttpResponse:
    version, zones = id_in(request.POST.get("version")), _sent(request)
    kept: dict[str, Any] = {
        "account_id": account.pk if account else None, "version": -1 if version is None else version,
        "by": request.user.pk, "now": timezone.now(),
    }  # fmt: skip
    try:
        if request.POST.get("default"):
            forget_layout(**kept)
        else:
            save_layout(zones=zones, **kept)
    except ValueError:
        return HttpResponse(status=400)
    except LayoutChanged:
        return _page(request, account, sent=layout_to_store(zones, own_fields()))
    messages.success(request, _("The card is laid out like this from the next call on."))
    return redirect(request.path)


def _page(request: StaffRequest, account: Any, *, sent: Sequence[object] | None = None) -> HttpResponse:
    """`sent`: what somebody wanted to save when another had saved meanwhile."""
    fields, names = own_fields(), {**PART_NAMES, **field_labels()}
    kept, general = kept_layout(account.pk if account else None), kept_layout(None)
    base = layout_from(general.entries if account else (), fields)
    zones = layout_from(sent or kept.entries or (general.entries if account else ()), fields)
    calls = past_calls(
        request.user, "", account_id=account.pk if account else None, zone=viewer_zone(), now=timezone.now()
    )
    context: dict[str, Any] = {
        "zones": [(zone, *_ZONE_TEXTS[zone], [(part, names[part]) for part in zones[zone]]) for zone in ZONES],
        "account": account,
        "own": bool(kept.entries),
        "kept": kept,
        "is_newer": sent is not None,
        "base": json.dumps(base),
        "call": best_call(calls),
        "find_calls": reverse("desk:layout_calls") + (f"?account={account.pk}" if account else ""),
        "for_all": may_set_for_all(request.user, "set_up_card"),
        "chooser": account_chooser(request.user, account.pk if account else None),
        "others": accounts_with_own_layout(request.user),
    }
    return render(request, "desk/layout.html", context, status=409 if sent is not None else 200)


@requires("set_up_card")
@require_POST
@never_cache
def preview(request: StaffRequest) -> HttpResponse:
    """The card of a past call as the parts are arranged now, drawn as on the desk; nothing is saved."""
    try:
        call_id = UUID(request.POST.get("call", ""))
        stored = layout_to_store(_sent(request), own_fields())
    except ValueError:
        return HttpResponse(status=400)
    now = timezone.now()
    card = card_in_preview(request.user, call_id, layout=stored, language=get_language() or "en", now=now)
    if card is None:
        raise Http404
    return HttpResponse(draw_card(card, may_edit=may(request.user, "edit_contacts"), now=now))


@requires("set_up_card")
@require_GET
@never_cache
def calls(request: StaffRequest) -> HttpResponse:
    """Options for the field in which the call of the preview is chosen (`kit/picker.html`)."""
    account_id = id_in(request.GET.get("account"))
    if account_id is not None and not visible_accounts(request.user).filter(pk=account_id).exists():
        raise Http404
    text = request.GET.get("search", "").replace("\x00", "").strip()[:100]
    found = past_calls(request.user, text, account_id=account_id, zone=viewer_zone(), now=timezone.now())
    context = {"found": found, "list": request.GET.get("list", ""), "accounts_named": account_id is None}
    return render(request, "desk/layout_calls.html", context)
