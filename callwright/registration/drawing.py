"""How the questions of the panel are drawn: the same part on the desk and in the preview of supervisors."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from callwright.kit.drawing import draw, drawing
from callwright.registration.queries.offer import OfferedCategory

TEMPLATES = drawing(Path(__file__).parent / "drawn")


def draw_choices(offered: tuple[OfferedCategory, ...], ticked: Collection[int] = ()) -> SafeString:
    """A fieldset for each category, its topics as radio buttons or check boxes named `topic-<id of the category>`;
    `ticked` are ids of topics. Without categories it says that nothing is asked.
    """
    return _drawn(offered, frozenset(ticked), get_language() or "")


@lru_cache(maxsize=512)
def _drawn(offered: tuple[OfferedCategory, ...], ticked: frozenset[int], language: str) -> SafeString:
    """Kept by all that it shows: agents are asked the same about most calls."""
    return draw(TEMPLATES, "choices.html", offered=offered, ticked=ticked)
