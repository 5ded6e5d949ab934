"""The events that people are told of. The capability to which an event belongs declares it when the program starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from callwright.kit.texts import clean_line
from callwright.messaging.rules import isolated
from callwright.staff.queries.rights import Viewer, may
from callwright.staff.rules import Right

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """`title` (and `text`, a further sentence) may hold `%(name)s` of the values that `notify` is given.

    `right`: who is told in the app; None only those whom the caller of `notify` names. `in_words` turns stored values
    into words of the reader's language (seconds, codes); `by_mail=False` keeps an event out of mails altogether.
    `personal` events concern one user each: no addresses are set for them.
    """

    code: str
    label: "_StrPromise"
    title: "_StrPromise"
    right: Right | None = None
    text: "_StrPromise | str" = ""
    icon: str = "bell"
    tone: str = "accent"
    in_words: Callable[[Values], Values] | None = None
    by_mail: bool = True
    personal: bool = False


class UnknownEvent(ValueError):
    """Nobody declared an event of this code."""


_events: dict[str, Event] = {}


def declare_event(event: Event) -> None:
    """Called from `AppConfig.ready`. Raises ValueError when another event has the code."""
    known = _events.get(event.code)
    if known is not None and (known.title, known.right) != (event.title, event.right):
        raise ValueError(f"event {event.code!r} is declared twice")
    _events[event.code] = event


def event_of(code: str) -> Event:
    """Raises UnknownEvent."""
    try:
        return _events[code]
    except KeyError:
        raise UnknownEvent(code) from None


def known_event(code: str) -> Event | None:
    """The event of a stored code; None when the program no longer has it."""
    return _events.get(code)


def all_events() -> list[Event]:
    """All events, by their name in the active language."""
    return sorted(_events.values(), key=lambda event: str(event.label))


def codes_for(viewer: Viewer) -> list[str]:
    """The events that the viewer may be told of."""
    return [code for code, event in _events.items() if event.right is None or may(viewer, event.right)]


def title_of(event: Event, values: Values) -> str:
    """The title as plain text in the active language; texts of strangers cannot turn it round."""
    return _filled(str(event.title), _worded(event, values))


def text_of(event: Event, values: Values) -> str:
    """The further sentence as plain text; empty when the event has none."""
    return _filled(str(event.text), _worded(event, values)) if event.text else ""


def title_as_html(event: Event, values: Values) -> SafeString:
    """The title with each value in a direction of its own."""
    marked = {name: format_html("<bdi>{}</bdi>", value) for name, value in _worded(event, values).items()}
    return mark_safe(_filled(conditional_escape(str(event.title)), marked))  # noqa: S308 - each part is escaped


def _worded(event: Event, values: Values) -> dict[str, str]:
    words = event.in_words(values) if event.in_words else values
    return {name: clean_line(str(value)) for name, value in words.items()}


class _Lenient(dict[str, str]):
    """A value that an old notification lacks leaves a dash, not a broken page."""

    def __missing__(self, name: str) -> str:
        return "–"


def _filled(template: str, words: Mapping[str, str]) -> str:
    is_markup = any(isinstance(word, SafeString) for word in words.values())
    bidi = get_language_bidi()
    safe = words if is_markup else {name: isolated(word, right_to_left=bidi) for name, word in words.items()}
    try:
        return template % _Lenient(safe)
    except (TypeError, ValueError, KeyError):  # a translation with a slip still tells something
        return template
