"""Sets pages with typst, in the active language and its direction: what reports and lists have in common on paper."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from callwright import kit
from callwright.calls.export_text import clean

_SOURCE = Path(__file__).parent.parent / "print"
_FONTS = Path(kit.__file__).parent / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a file and when, as one line at its foot, and when as a moment."""

    by: str
    line: str
    at: int


def typeset(
    source: str, *, title: str, about: Iterable[tuple[str, str]], made: Made, data: Mapping[str, Any]
) -> bytes:  # fmt: skip
    """A PDF by `source` of the folder `print`, which is given `data` besides what stands above and below each page."""
    given = {
        "title": clean(title), "author": clean(made.by), "made": clean(made.line),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "lang": (get_language() or "en").split("-")[0], "rtl": get_language_bidi(),
        "about": [[clean(what), clean(value)] for what, value in about], **data,
    }  # fmt: skip
    written: Any = typst.compile(
        str(_SOURCE / source), root=str(_SOURCE), format="pdf", timestamp=made.at,
        font_paths=[str(_FONTS / "pdf-inter"), str(_FONTS / "pdf-noto-sans-arabic")], ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(given)},
    )  # fmt: skip
    return bytes(written)
