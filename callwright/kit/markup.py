"""HTML put together from parts, hundreds of them on a page."""

import re
from typing import Any

from django.utils import html
from django.utils.safestring import SafeString

_must_be_escaped = re.compile(r"[&<>\"']").search


def format_html(template: str, *parts: Any) -> SafeString:
    """The same as Django's, in less than half of its time."""
    return SafeString(template.format(*[escape(one) for one in parts]))


def escape(part: Any) -> Any:
    """As text of HTML; what is HTML already stays as it is."""
    if type(part) is SafeString or type(part) is int:
        return part
    if hasattr(part, "__html__"):
        return part.__html__()
    text = str(part)
    return html.escape(text) if _must_be_escaped(text) else text
