"""The entries of the navigation: each capability declares its own when the program starts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

User = Any
"""The signed-in user; the kit knows nothing of it beyond handing it to `allowed`."""


SET_UP = 60
"""Entries of this order and above are for setting up, and stand apart from those of the daily work."""


@dataclass(frozen=True, slots=True)
class NavCount:
    """How many wait behind an entry: `template` shows beside its word what `context` finds: `part`."""

    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry: `allowed` tells from the user whether it is shown, `shortcut` is its key (`g c`: g, then c)."""

    key: str
    label: "_StrPromise"
    url_name: str
    icon: str
    order: int
    allowed: Callable[[User], bool]
    shortcut: str = ""
    at_foot: bool = False
    count: NavCount | None = None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as a template shows it to one viewer; with `begins_set_up` those for setting up follow. `part`: what its
    count shows, looked up when a template asks for it.
    """

    entry: NavEntry
    url: str
    is_current: bool
    begins_set_up: bool = False
    part: Any = None


@dataclass(frozen=True, slots=True)
class NavPart:
    """Something of a capability's own at the foot of the navigation: `template` shows what `context` finds: `part`."""

    key: str
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


_entries: dict[str, NavEntry] = {}
_parts: dict[str, NavPart] = {}


def declare_navigation(*entries: NavEntry) -> None:
    """Adds entries, called from `AppConfig.ready`. Raises ValueError when a key is declared twice."""
    for entry in entries:
        if _entries.get(entry.key, entry) != entry:
            raise ValueError(f"navigation entry {entry.key!r} is declared twice")
        _entries[entry.key] = entry


def declare_part(part: NavPart) -> None:
    """Adds a part, called from `AppConfig.ready`; the last one declared under a key counts."""
    _parts[part.key] = part


def parts_for(request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
    """Templates with what they show; nothing for those who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [(part.template, part.context(request)) for _key, part in sorted(_parts.items())]


def entries_for(request: HttpRequest) -> list[ShownEntry]:
    """What the viewer of `request` may open, in order; nothing for those who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    allowed = [e for e in sorted(_entries.values(), key=lambda e: (e.order, e.key)) if e.allowed(user)]
    urls = {e.key: reverse(e.url_name) for e in allowed}
    current = _current(request.path, urls)
    set_up = next((e.key for e in allowed if e.order >= SET_UP and not e.at_foot), "")
    return [ShownEntry(e, urls[e.key], e.key == current, e.key == set_up, _part(e, request)) for e in allowed]


def _part(entry: NavEntry, request: HttpRequest) -> Any:
    return SimpleLazyObject(partial(entry.count.context, request)) if entry.count else None


def _current(path: str, urls: dict[str, str]) -> str:
    """The entry whose address is the longest beginning of `path`."""
    within = [key for key, url in urls.items() if path == url or (url != "/" and path.startswith(url))]
    return max(within, key=lambda key: len(urls[key]), default="")
