"""What the actions in the audit log are called: each capability declares its own when the program starts."""

from collections.abc import Mapping
from typing import Any

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
