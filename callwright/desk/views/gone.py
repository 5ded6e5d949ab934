"""The answer about a call that is not on this desk any more."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from callwright.desk.queries.card import strip_of
from callwright.desk.queries.merged import became
from callwright.desk.views.asking import StaffRequest

BECAME = "X-Became"


def taken_up_by(request: StaffRequest, call_id: UUID) -> UUID:
    """The call that this one became part of, where the employee is in that one. Raises Http404 where there is none."""
    into = became(request.user.pk, call_id)
    if into is None or strip_of(request.user, into, now=timezone.now()) is None:
        raise Http404
    return into


def gone(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """410 with the call that it became part of, where the employee is in that one, so that what they typed is written
    on there. Raises Http404 where there is none.
    """
    return HttpResponse(status=410, headers={BECAME: str(taken_up_by(request, call_id))})
