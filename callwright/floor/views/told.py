"""What an agent's desk shows of supervisors' acts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.floor.operations.read_told import read_told
from callwright.floor.queries.told import told_now
from callwright.floor.views.asking import StaffRequest
from callwright.kit.access import requires


@requires("use_desk")
@require_GET
@never_cache
def told(request: StaffRequest) -> HttpResponse:
    return _told(request)


@requires("use_desk")
@require_POST
def read(request: StaffRequest, told_id: int) -> HttpResponse:
    read_told(user_id=request.user.pk, told_id=told_id, now=timezone.now())
    return _told(request)


def _told(request: StaffRequest) -> HttpResponse:
    found = told_now(request.user.pk, now=timezone.now())
    return render(request, "floor/told.html", {"acts": found.acts, "listening": found.listening})
