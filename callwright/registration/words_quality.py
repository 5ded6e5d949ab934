"""Rules of quality and what they found, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language_bidi, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from callwright.kit.clock import format_duration
from callwright.kit.texts import clean_line
from callwright.messaging.rules import isolated
from callwright.registration.rules_quality import CUSTOM

KINDS = {
    "contradiction": gettext_lazy("Topics that contradict each other"),
    "needs": gettext_lazy("A topic that needs another one"),
    "comment": gettext_lazy("A comment that is missing"),
    "direction": gettext_lazy("A topic that does not fit the direction"),
    "talk_time": gettext_lazy("A topic that does not fit the talk time"),
    "queue": gettext_lazy("A topic that does not fit the queue"),
    "contact": gettext_lazy("Contact data that are empty or malformed"),
    "duplicate": gettext_lazy("A contact that exists twice"),
}
FIELDS = {
    "name": gettext_lazy("Name"), "first_name": gettext_lazy("First name"), "surname": gettext_lazy("Surname"),
    "number": gettext_lazy("Telephone number"), "email": gettext_lazy("E-mail address"),
    "company": gettext_lazy("Company"), "job_title": gettext_lazy("Position"), "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"), "country": gettext_lazy("Country"), "birthday": gettext_lazy("Birthday"),
}  # fmt: skip
STATES = {
    "open": gettext_lazy("To be corrected"),
    "corrected": pgettext_lazy("finding", "Corrected"),
    "dismissed": pgettext_lazy("finding", "Dismissed"),
    "counted": gettext_lazy("All that were wrong"),
    "all": gettext_lazy("All findings"),
}
HOW = {
    "corrected": pgettext_lazy("finding", "Corrected"),
    "dismissed": pgettext_lazy("finding", "Dismissed"),
    "removed": pgettext_lazy("finding", "Call removed"),
    "rule": pgettext_lazy("finding", "Rule changed"),
}


def listed(words: Sequence[Any]) -> str:
    """Several things in one line."""
    return pgettext("between the parts of a line", ", ").join(str(one) for one in words)


def quoted(ids: Sequence[int], names: Mapping[int, str]) -> str:
    """Topics by their names."""
    bidi = get_language_bidi()
    shown = [isolated(clean_line(names.get(one, "?")), right_to_left=bidi) for one in ids]
    return listed([_("“%(name)s”") % {"name": one} for one in shown])


def field_word(name: str, custom: Mapping[str, str]) -> str:
    """The word for a field of a contact; `custom` are labels of the organisation's own fields."""
    if name.startswith(CUSTOM):
        return custom.get(name, name.removeprefix(CUSTOM))
    return str(FIELDS.get(name, name))


def finding_in_words(one: Any, labels: Mapping[str, str]) -> str:
    """What a finding says: the rule's own words, else what was found."""
    return one.rule_words or fault_in_words(one.kind, one.limits, one.detail, one.topics, labels)


def fault_in_words(
    kind: str, limits: Mapping[str, Any], detail: Mapping[str, Any], names: Mapping[int, str],
    custom: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """What a rule found, for whoever is to correct it."""
    topics = quoted(detail.get("topics", ()), names)
    match kind:
        case "contradiction":
            return _("These topics contradict each other: %(topics)s.") % {"topics": topics}
        case "needs":
            others = quoted(limits.get("others", ()), names)
            return _("%(topics)s needs one of these beside it: %(others)s.") % {"topics": topics, "others": others}
        case "comment":
            return _comment(topics, int(limits.get("least") or 1), int(detail.get("length") or 0))
        case "direction" if detail.get("direction") == "outbound":
            return _("%(topics)s does not fit an outbound call.") % {"topics": topics}
        case "direction":
            return _("%(topics)s does not fit an inbound call.") % {"topics": topics}
        case "talk_time":
            return _talk_time(topics, limits, int(detail.get("talk_s") or 0))
        case "queue":
            return _("%(topics)s does not fit the queue of this call.") % {"topics": topics}
        case "contact":
            return _contact(detail, custom or {})
        case "duplicate":
            return _("There is another contact with the same name and the same number or e-mail address.")
    return ""


def _comment(topics: str, least: int, length: int) -> str:
    if length == 0:
        return _("%(topics)s asks for a comment.") % {"topics": topics}
    words = ngettext(
        "%(topics)s asks for a comment of at least %(n)s character.",
        "%(topics)s asks for a comment of at least %(n)s characters.",
        least,
    )
    return words % {"topics": topics, "n": least}


def _talk_time(topics: str, limits: Mapping[str, Any], talk_s: int) -> str:
    known = {"topics": topics, "talk": format_duration(talk_s)}
    shortest = limits.get("shortest_s")
    if shortest is not None and talk_s < shortest:
        words = _("%(topics)s does not fit a call of %(talk)s; it takes at least %(limit)s.")
        return words % {**known, "limit": format_duration(shortest)}
    words = _("%(topics)s does not fit a call of %(talk)s; it takes at most %(limit)s.")
    return words % {**known, "limit": format_duration(limits.get("longest_s") or 0)}


def _contact(detail: Mapping[str, Any], custom: Mapping[str, str]) -> str:
    missing = listed([field_word(one, custom) for one in detail.get("missing", ())])
    malformed = listed([field_word(one, custom) for one in detail.get("malformed", ())])
    if detail.get("nobody"):
        return _("The call has no contact; needed are: %(fields)s.") % {"fields": missing}
    parts = [_("Missing from the contact: %(fields)s.") % {"fields": missing}] if missing else []
    parts += [_("Malformed in the contact: %(fields)s.") % {"fields": malformed}] if malformed else []
    return " ".join(parts)


def rule_refusal(reason: str) -> tuple[str, str]:
    """Why a rule is not kept, and what to do: (field of the form, words)."""
    match reason:
        case "no_topics":
            return "topics", _("Choose the topics of which the rule speaks.")
        case "no_others":
            return "others", _("Choose the topics that belong on the other side.")
        case "same_topics":
            return "others", _("A topic cannot stand on both sides.")
        case "bad_least":
            return "least", _("A comment has from 1 to 1000 characters.")
        case "no_direction":
            return "directions", _("Choose the one direction that fits.")
        case "no_times":
            return "shortest", _("Write from how long or up to how long a call fits.")
        case "bad_times":
            return "shortest", _("The times do not fit together. Write them like 2:30, the shorter one first.")
        case "no_queues":
            return "queues", _("Choose the queues that fit.")
        case "no_fields":
            return "fields", _("Choose what must be known of the contact.")
        case "one_topic":
            return "others", _("Both stand in a category in which only one topic can be ticked.")
        case "changed_meanwhile":
            return "", _("Somebody has changed the rule meanwhile. Open it again, and change it then.")
    return "", _("It does not exist any more.")


def conflict_in_words(reason: str, topic: str, first: str, second: str) -> str:
    """What two rules have against each other, both by name."""
    known = {"topic": topic, "first": first, "second": second}
    match reason:
        case "needs_forbidden":
            words = _(
                "“%(first)s” and “%(second)s” contradict each other: what “%(topic)s” needs must not stand beside it."
            )
        case "directions":
            words = _("“%(first)s” and “%(second)s” contradict each other: no direction is left for “%(topic)s”.")
        case "queues":
            words = _("“%(first)s” and “%(second)s” contradict each other: no queue is left for “%(topic)s”.")
        case "talk_times":
            words = _("“%(first)s” and “%(second)s” contradict each other: no talk time is left for “%(topic)s”.")
        case _:
            words = _("“%(first)s” and “%(second)s” say the same of “%(topic)s”; what they find is shown once.")
    return words % known
