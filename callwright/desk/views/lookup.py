"""What an agent looks up while the card stands there; it folds out beside the card."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callwright.desk.drawing import draw_looked_up
from callwright.desk.queries.card import strip_of
from callwright.desk.queries.look_up import look_up as looked_up
from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.kit.identity import id_in


@requires("use_desk")
@require_GET
@never_cache
def look_up(request: StaffRequest, call_id: UUID) -> HttpResponse:
    """Entries and people of the call's account by what is typed; `entry` names one that is shown whole."""
    now = timezone.now()
    strip = strip_of(request.user, call_id, now=now)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = looked_up(strip.call, text, entry_id=id_in(request.GET.get("entry")), now=now) if strip else None
    if found is None:
        raise Http404
    return HttpResponse(draw_looked_up(found, text))
