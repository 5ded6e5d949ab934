"""Rules and outcomes of calls over their limit, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from callwright.calls.queries.too_long_reviews import OutcomeChoice
from callwright.calls.views.wording import DIRECTIONS

OUTCOMES: dict[str, Any] = {
    "justified": gettext_lazy("Justified"),
    "talkative": gettext_lazy("The customer talks long"),
    "private": gettext_lazy("Private call"),
    "forgotten": gettext_lazy("Forgotten to hang up"),
    "wrong": gettext_lazy("The talk time is wrong"),
}
STATES: dict[str, Any] = {
    "open": gettext_lazy("To be reviewed"),
    "reviewed": gettext_lazy("Reviewed"),
    "all": pgettext_lazy("reviews", "All"),
}


def outcome_word(outcome: OutcomeChoice | None) -> str:
    """The name that people gave, else the words of one that came with the program; empty for none."""
    return "" if outcome is None else outcome.name or str(OUTCOMES.get(outcome.code, "")) or outcome.code


def conditions_in_words(conditions: Mapping[str, Any]) -> SafeString:
    """What a rule is for, as one line: `{"prefix", "queue", "account", "direction"}`, each may be empty."""
    parts: list[tuple[str, SafeString | str]] = []
    if conditions.get("prefix"):
        shown = format_html('<bdi dir="ltr">{}…</bdi>', conditions["prefix"])
        parts.append((_("numbers with"), shown))
    for word, name in ((pgettext("of a rule", "queue"), "queue"), (pgettext("of a rule", "account"), "account")):
        if conditions.get(name):
            parts.append((word, format_html("<bdi>{}</bdi>", conditions[name])))
    if conditions.get("direction"):
        parts.append(("", str(DIRECTIONS.get(conditions["direction"], ""))))
    if not parts:
        return format_html("{}", _("All calls"))
    return format_html_join(" · ", "{} {}", parts)


def rule_refusal(reason: str) -> tuple[str, str]:
    """The field that is wrong, and what to do."""
    match reason:
        case "exists":
            return "", _("There is a rule for exactly these calls already. Change that one.")
        case "bad_prefix":
            return "prefix", _("Type the first digits of the numbers, such as +31900 or 0900.")
        case "bad_direction":
            return "direction", _("Choose one of the directions.")
    return "limit", _("Write the limit like 12:00 (minutes and seconds) or 1:30:00: from 10 seconds to 24 hours.")


def review_refusal(reason: str) -> str:
    match reason:
        case "reviewed_meanwhile":
            return _("A colleague reviewed this call meanwhile. Look at what they found before you change it.")
        case "not_flagged":
            return _("This call is no longer too long: its talk time was corrected.")
        case "too_long":
            return _("Not saved: the comment is too long.")
    return _("Choose an outcome.")


def outcome_refusal(reason: str) -> str:
    match reason:
        case "name_taken":
            return _("Another outcome has this name. Choose a different one.")
        case "too_many":
            return _("There are a hundred outcomes already. Retire some first.")
        case "last_one":
            return _("One outcome has to stay: reviews need it.")
    return _("Give the outcome a name.")
