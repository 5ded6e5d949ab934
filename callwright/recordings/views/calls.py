"""The recording of a call: shown, played, downloaded, erased, fetched again."""

import base64
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.calls.queries.recorded import RecordedCall, visible_recorded_call
from callwright.kit.access import requires
from callwright.kit.proxies import client_address
from callwright.kit.toasts import add_toast
from callwright.recordings.operations.erase import LONGEST_REASON, NothingToErase, ReasonNeeded, erase_recording
from callwright.recordings.operations.fetch_again import CannotFetch, fetch_again
from callwright.recordings.operations.issue_ticket import NotThere, issue_ticket
from callwright.recordings.queries.of_call import ShownPart, recording_of
from callwright.recordings.rules import client_is_second
from callwright.recordings.streaming import PREFIX


def _call(request: HttpRequest, call_id: UUID) -> RecordedCall:
    call = visible_recorded_call(request.user, call_id)
    if call is None:
        raise Http404
    return call


def _panel(request: HttpRequest, call: RecordedCall) -> HttpResponse:
    shown = recording_of(call.account_id, call.id)
    page = {"call": call, "shown": shown, "pauses": list(_pauses(call)), "longest_reason": LONGEST_REASON}
    return render(request, "recordings/panel.html", page)


@requires("see_register")
@require_GET
@never_cache
def panel(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The state of a call's recording and what may be done with it; a part of the call's page."""
    return _panel(request, _call(request, call_id))


@requires("listen_to_recordings")
@require_POST
@never_cache
def listen(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Opens the player: from here on it stands in the audit log that the viewer listened."""
    call = _call(request, call_id)
    try:
        ticket = issue_ticket(
            account_id=call.account_id, call_id=call.id, by=request.user.pk or 0, download=False,
            address=client_address(request) or "", now=timezone.now(),
        )  # fmt: skip
    except NotThere:
        return render(request, "recordings/not_there.html", status=409)  # drawn where the player would be
    shown = recording_of(call.account_id, call.id)
    parts = [_playable(call, part, ticket) for part in shown.parts] if shown else []
    return render(request, "recordings/player.html", {"call": call, "parts": parts, "pauses": list(_pauses(call))})


@requires("download_recordings")
@require_POST
def download(request: HttpRequest, call_id: UUID, part_id: UUID) -> HttpResponse:
    """Writes it down and sends the browser to the file as it came from the PBX."""
    call = _call(request, call_id)
    try:
        ticket = issue_ticket(
            account_id=call.account_id, call_id=call.id, by=request.user.pk or 0, download=True,
            address=client_address(request) or "", now=timezone.now(),
        )  # fmt: skip
    except NotThere:
        raise Http404 from None
    return redirect(f"{PREFIX}{part_id}/{ticket}")


@requires("set_up_recordings")
@require_POST
def erase(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Erases the recording for a reason that is kept."""
    call = _call(request, call_id)
    problem = ""
    try:
        erase_recording(
            account_id=call.account_id, call_id=call.id, by=request.user.pk or 0,
            reason=request.POST.get("reason", ""), address=client_address(request) or "", now=timezone.now(),
        )  # fmt: skip
    except ReasonNeeded:
        problem = _("Nothing was erased: write down why, in at most 300 characters.")
    except NothingToErase:
        problem = _("Nothing was erased: there is no recording (any more).")
    answer = _panel(request, call)
    add_toast(answer, problem or _("The recording is erased."), failed=bool(problem))
    return answer


@requires("set_up_recordings")
@require_POST
def again(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Has it looked for once more."""
    call = _call(request, call_id)
    problem = ""
    try:
        fetch_again(call, now=timezone.now())
    except CannotFetch:
        problem = _("It cannot be fetched: it was erased, or nobody has said where its PBX keeps recordings.")
    answer = _panel(request, call)
    add_toast(answer, problem or _("It is fetched now, within seconds."), failed=bool(problem))
    return answer


def _pauses(call: RecordedCall) -> Any:
    """Each pause with its length in seconds, and where it began in its recording."""
    for one in call.recordings:
        for start, end in one.pauses:
            yield {
                "at": start, "offset_s": (start - one.started_at).total_seconds(),
                "length_s": (end - start).total_seconds(),
            }  # fmt: skip


def _playable(call: RecordedCall, part: ShownPart, ticket: str) -> dict[str, Any]:
    recorded = [(one.key, one.started_at) for one in call.recordings]
    return {
        "url": f"{PREFIX}{part.id}/{ticket}", "seconds": round(part.seconds, 3), "channels": part.channels,
        "peaks": base64.b64encode(part.peaks).decode(), "id": part.id,
        "turned": client_is_second(
            direction=call.direction, pbx_key=call.pbx_key, recorded=recorded, began_at=part.began_at
        ),
    }  # fmt: skip
