"""Decisions about accounts: what a screen-pop address may be, and how it is filled in."""

import re
from collections.abc import Mapping
from string import Formatter
from urllib.parse import quote, urlsplit

SCREEN_POP_PLACEHOLDERS = frozenset(
    {"number", "name", "contact_id", "account", "call_id", "direction", "line", "extension"}
)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]")


class ScreenPopRefused(ValueError):
    """The address cannot be used; `reason` is a code: spaces, scheme, host, braces, placeholder, host_placeholder."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def check_screen_pop(template: str) -> None:
    """Refuse an address that a browser should not be sent to. Raises ScreenPopRefused.

    Only the path, query and fragment may hold placeholders: a caller's name must not choose the site.
    """
    if _SPACES.search(template):
        raise ScreenPopRefused("spaces")
    try:
        parts = urlsplit(template)
        port = parts.port
    except ValueError as error:
        raise ScreenPopRefused("host") from error
    if parts.scheme not in ("http", "https"):
        raise ScreenPopRefused("scheme", parts.scheme)
    if "{" in parts.netloc or "}" in parts.netloc:
        raise ScreenPopRefused("host_placeholder")
    if not parts.hostname or port == 0 or "@" in parts.netloc or "\\" in template:
        raise ScreenPopRefused("host")
    _check_placeholders(template)


def _check_placeholders(template: str) -> None:
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as error:
        raise ScreenPopRefused("braces") from error
    for _literal, name, form, conversion in pieces:
        if name is None:
            continue
        if form or conversion:
            raise ScreenPopRefused("braces")
        if name not in SCREEN_POP_PLACEHOLDERS:
            raise ScreenPopRefused("placeholder", name)


def fill_screen_pop(template: str, values: Mapping[str, str]) -> str:
    """The address for one call: every value percent-encoded, what is not known left empty."""
    known = {name: quote(values.get(name, ""), safe="") for name in SCREEN_POP_PLACEHOLDERS}
    return template.format_map(known)
