"""What the audit log is told in: each capability declares its actions and its kinds of records when the program
starts, since staff stands below them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

_labels: dict[str, Any] = {}


def declare_actions(labels: Mapping[str, Any]) -> None:
    """Adds actions: code ("recording_played") to the words for it (lazily translated), said as a finished act.
    Codes begin with what they concern, so that capabilities do not use the same one; the last words count.
    """
    _labels.update(labels)


def label_of_action(code: str) -> str:
    """The words for an action in the reader's language; the code itself where no capability declares it any more."""
    return str(_labels.get(code, code))


def declared_actions() -> list[str]:
    """All codes, in order of their words in the reader's language."""
    return sorted(_labels, key=_label_key)


def _label_key(code: str) -> str:
    return label_of_action(code).casefold()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its word (lazily translated), and the address that shows the record with an id."""

    label: Any
    url_name: str = ""


_kinds: dict[str, Kind] = {}


def declare_records(kinds: Mapping[str, Kind]) -> None:
    """Adds kinds of records that entries are about: "call" for the subject "call:0193…"."""
    _kinds.update(kinds)


def record_in_words(subject: str) -> tuple[str, str, str]:
    """A subject as (word for its kind, its id, address of the record); the address is empty where none is known."""
    kind, _, id = subject.partition(":")
    known = _kinds.get(kind)
    if known is None:
        return kind, id, ""
    try:
        return str(known.label), id, reverse(known.url_name, args=[id]) if known.url_name and id else ""
    except NoReverseMatch:
        return str(known.label), id, ""


_details: dict[str, Any] = {
    "rows": gettext_lazy("Rows"),
    "search": gettext_lazy("Search"),
    "reason": gettext_lazy("Reason"),
    "before": gettext_lazy("Before"),
    "after": gettext_lazy("After"),
    "format": gettext_lazy("Format"),
    "calls": gettext_lazy("Calls"),
}


def declare_details(labels: Mapping[str, Any]) -> None:
    """Adds words for what stands in the details of entries: key to words (lazily translated)."""
    _details.update(labels)


def label_of_detail(key: str) -> str:
    """The words for a key of a detail; the key itself, readable, where nobody declared it."""
    return str(_details.get(key) or key.replace("_", " "))
