"""Words of the rows of the lists, where they stand in a file."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from callwright.registration.queries.findings import Finding
from callwright.registration.words_quality import HOW, STATES

DUE = {
    "open": gettext_lazy("Must be registered"),
    "released": gettext_lazy("Released"),
    "": gettext_lazy("Not registered"),
    "registered": pgettext_lazy("a call", "Registered"),
    "elsewhere": gettext_lazy("Registered by somebody else"),
}


def topics_in_words(words: Sequence[tuple[str, str, str]]) -> str:
    """What was ticked, each topic on a line: category, topic above, topic."""
    return "\n".join(": ".join(part for part in one if part) for one in words)


def state_in_words(finding: Finding) -> str:
    """Whether a finding is open, else how it ended, by whom and why."""
    if finding.is_open:
        return str(STATES["open"])
    said = [str(HOW.get(finding.how, "")), finding.closed_by, finding.reason]
    return pgettext("between the parts of a line", ", ").join(part for part in said if part)
