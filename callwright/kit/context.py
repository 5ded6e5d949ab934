"""What every template of the product may use: navigation, direction of writing, theme, time zone."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from callwright.kit.clock import viewer_zone
from callwright.kit.navigation import ShownEntry, entries_for, parts_for

THEMES = ("light", "dark")


def screen(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The navigation is worked out only by templates that show it."""

    def entries() -> list[ShownEntry]:
        return entries_for(request)

    return {
        "navigation": SimpleLazyObject(entries),
        "nav_parts": SimpleLazyObject(lambda: parts_for(request)),
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "theme": chosen_theme(request),
        "viewer_zone": viewer_zone(),
    }


def chosen_theme(request: HttpRequest) -> str:
    """`light`, `dark`, or an empty text for what the system asks: the browser's choice before the user's own."""
    chosen = request.COOKIES.get("theme") or getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else ""
