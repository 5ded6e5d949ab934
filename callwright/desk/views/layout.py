"""The order and choice of the card's parts, put right by drag and drop or by keys."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from callwright.accounts.queries.accounts import organisation, visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.desk.operations.save_layout import forget_layout, save_layout
from callwright.desk.rules import FIRST, FOLDED, HIDDEN, SECOND, ZONES, layout_from
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.kit.identity import id_in

_ZONE_TEXTS = {
    FIRST: (gettext_lazy("First glance"), gettext_lazy("Large, readable from two metres")),
    SECOND: (gettext_lazy("Second glance"), gettext_lazy("Below, in normal size")),
    FOLDED: (gettext_lazy("Under “More”"), gettext_lazy("One key away")),
    HIDDEN: (gettext_lazy("Not shown"), gettext_lazy("Left out of the card")),
}


@requires("set_up_card")
@require_http_methods(["GET", "POST"])
def layout(request: StaffRequest, account_id: int | None = None) -> HttpResponse:
    """The organisation's layout, or that of one account of a bureau."""
    account = visible_accounts(request.user).filter(pk=account_id).first() if account_id is not None else None
    if account_id is not None and account is None:
        raise Http404
    if (chosen := id_in(request.GET.get("account"))) is not None:
        return redirect("desk:account_layout", chosen)
    if request.method == "POST":
        return _save(request, account_id)
    stored = (account.card_layout or organisation().card_layout) if account else organisation().card_layout
    zones = layout_from(stored)
    context: dict[str, Any] = {
        "zones": [(zone, *_ZONE_TEXTS[zone], zones[zone]) for zone in ZONES],
        "account": account,
        "own": bool(account and account.card_layout),
        "chooser": account_chooser(request.user, account_id),
    }
    return render(request, "desk/layout.html", context)


def _save(request: StaffRequest, account_id: int | None) -> HttpResponse:
    if "default" in request.POST:
        forget_layout(account_id=account_id)
    else:
        try:
            save_layout(account_id=account_id, zones={zone: request.POST.getlist(zone) for zone in ZONES})
        except ValueError:
            return HttpResponse(status=400)
    messages.success(request, _("The card is laid out like this from the next call on."))
    return redirect(request.path)
