"""The outbox: every message with what became of it."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.messaging.events import all_events
from callwright.messaging.models import MailState
from callwright.messaging.operations.send_again import StillUnderWay, send_again, send_all_again
from callwright.messaging.problems import OUTCOMES, problem_in_words
from callwright.messaging.queries.outbox import (
    MOST,
    MailFilter,
    find_mails,
    list_mails,
    mail_shown,
    problem_count,
    server_standing,
    visible_mails,
)
from callwright.messaging.views.notifications import uuid_in

_AT_ONCE = 500


@requires("set_up_notifications")
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    wanted, after = _wanted(request), uuid_in(request.GET.get("after"))
    user = cast(Any, request.user)
    page = list_mails(user, wanted, after=after)
    asked = {**_asked(wanted), "after": page.next}
    known = {"page": page, "wanted": wanted, "next_url": f"{reverse('messaging:outbox')}?{urlencode(asked)}"}
    known["next_url"] = known["next_url"] if page.next else ""
    if after:
        return render(request, "messaging/mail_rows.html", known)
    problems, standing = problem_count(user), server_standing()
    known |= {"problems": min(problems, MOST), "more": problems > MOST, "standing": standing,
              "problem": problem_in_words(standing.problem), "here": urlencode(_asked(wanted))}  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "messaging/mail_list.html", known)
    known |= {"chooser": account_chooser(user, wanted.account_id), "states": MailState.choices, "events": all_events()}
    return render(request, "messaging/outbox.html", known)


def _wanted(request: HttpRequest) -> MailFilter:
    given = request.GET if request.method == "GET" else request.POST
    state = given.get("state", "")
    return MailFilter(
        state=state if state in (*MailState.values, "problem") else "",
        event=given.get("event", "").replace("\x00", "")[:40],
        account_id=id_in(given.get("account")),
        text=given.get("search", "").replace("\x00", "").strip()[:200],
    )


def _asked(wanted: MailFilter) -> dict[str, Any]:
    return {"state": wanted.state, "event": wanted.event, "account": wanted.account_id or "", "search": wanted.text}


@requires("set_up_notifications")
@require_GET
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    shown = mail_shown(cast(Any, request.user), mail_id)
    if shown is None:
        raise Http404
    attempts = [(one, OUTCOMES.get(one.outcome, one.outcome)) for one in shown.attempts]
    standing = server_standing()
    page = {"shown": shown, "attempts": attempts, "standing": standing, "problem": problem_in_words(standing.problem)}
    part = "mail_parts" if request.headers.get("HX-Request") else "mail_shown"
    return render(request, f"messaging/{part}.html", page)


@requires("set_up_notifications")
@require_GET
@never_cache
def mail_page(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The message as its reader sees it: a page of its own, in which nothing can run and nothing is fetched."""
    found = visible_mails(cast(Any, request.user)).filter(pk=mail_id).values_list("html").first()
    if found is None:
        raise Http404
    answer = HttpResponse(found[0])
    answer["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
    return answer


@requires("set_up_notifications")
@require_POST
def again(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    user = cast(Any, request.user)
    if not visible_mails(user).filter(pk=mail_id).exists():
        raise Http404
    try:
        new = send_again(mail_id=mail_id, by=user.pk, now=timezone.now())
    except StillUnderWay:
        messages.error(request, _("The message is still on its way. It goes out by itself."))
        return redirect("messaging:mail", mail_id)
    messages.success(request, _("The message is sent again."))
    return redirect("messaging:mail", new)


@requires("set_up_notifications")
@require_POST
def all_again(request: HttpRequest) -> HttpResponse:
    """Those that failed among what the filter shows, some hundreds at once."""
    user = cast(Any, request.user)
    wanted = _wanted(request)
    found = find_mails(user, wanted).filter(state__in=[MailState.FAILED, MailState.REFUSED]).order_by("pk")
    ids = list(found.values_list("pk", flat=True)[:_AT_ONCE])
    count = send_all_again(mail_ids=ids, by=user.pk, now=timezone.now())
    text = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
    messages.success(request, text % {"count": count})
    return redirect(f"{reverse('messaging:outbox')}?{urlencode(_asked(wanted))}")
