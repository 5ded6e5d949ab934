"""The HTTP endpoint to which other PBXs push their events (CALL-12)."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from callwright.telephony.models import Pbx
from callwright.telephony.sink import apply
from callwright.telephony.webhook.intake import NotUnderstood, batch_schema, read_batch

LARGEST_BODY = 1024 * 1024
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{16,200})", re.IGNORECASE)
_NOBODY = "0" * 64


@csrf_exempt  # no cookie is looked at: the bearer token alone says who it is
@require_POST
def push_events(request: HttpRequest, slug: str) -> HttpResponse:
    """200 applied, 400 not understood, 401 wrong token, 409 a call's start is missing, 413 too large, 503 come back."""
    try:
        if not _is_from(request, slug):
            return _problem(401, "The bearer token is not this PBX's.", headers={"WWW-Authenticate": "Bearer"})
        if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
            return _problem(413, f"At most {LARGEST_BODY} bytes a request.")
        return _apply(request.body, slug)
    except (OperationalError, InterfaceError):
        return _problem(503, "The database is away; send the same events again.", headers={"Retry-After": "5"})


@require_GET
def events_schema(request: HttpRequest) -> HttpResponse:
    """The JSON schema of the events, for whoever writes the sending side."""
    return HttpResponse(json.dumps(batch_schema(), indent=2), content_type="application/schema+json")


def _is_from(request: HttpRequest, slug: str) -> bool:
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    given = hashlib.sha256(found.group(1).encode()).hexdigest() if found else ""
    pbxs = Pbx.objects.filter(slug=slug, kind=Pbx.Kind.WEBHOOK, enabled=True).exclude(token_sha256="")
    kept = pbxs.values_list("token_sha256", flat=True).first() or _NOBODY
    return hmac.compare_digest(given, kept)


def _apply(body: bytes, slug: str) -> HttpResponse:
    try:
        events = read_batch(body, pbx=slug, now=datetime.now(UTC))
    except NotUnderstood as error:
        problems = [{"event": index, "problem": text} for index, text in error.problems]
        return _problem(400, "Nothing was applied.", problems=problems)
    with transaction.atomic():
        unknown = apply(events, datetime.now(UTC))
    if unknown:
        return _problem(
            409,
            "All but the events of these calls were applied: nobody has told that they began (CallStarted).",
            calls=sorted({event.call for event in unknown}),
        )
    return JsonResponse({"applied": len(events)})


def _problem(status: int, title: str, *, headers: dict[str, str] | None = None, **more: object) -> JsonResponse:
    return JsonResponse(
        {"title": title, "status": status, **more},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )
