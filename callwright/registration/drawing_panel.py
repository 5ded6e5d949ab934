"""How the panel is drawn, on the desk and on a call's page."""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from callwright.kit.drawing import draw
from callwright.registration.drawing import TEMPLATES, draw_choices
from callwright.registration.queries.panel import Panel


def draw_panel(panel: Panel, *, now: datetime) -> SafeString:
    """The panel as it stands."""
    return draw(
        TEMPLATES, "panel.html", panel=panel, now=now, group=pgettext("one call", "Call"),
        choices=draw_choices(panel.offered, panel.ticked) if panel.offered else "",
    )  # fmt: skip
