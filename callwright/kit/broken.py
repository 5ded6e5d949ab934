"""Pages for the moments when nothing else can be relied on: a fault of ours, a form whose page was too old."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi


def broken(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours; status 500."""
    return _page("kit/broken.html", status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without its proof of origin, mostly from a page that stood open too long; status 403."""
    return _page("kit/stale_form.html", status=403)


def _page(template: str, status: int) -> HttpResponse:
    # No request: what every page is given (who is signed in, the navigation) may be the very thing that failed.
    direction = "rtl" if get_language_bidi() else "ltr"
    return HttpResponse(
        render_to_string(template, {"language": get_language() or "en", "direction": direction}), status=status
    )
