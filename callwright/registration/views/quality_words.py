"""Rules of quality as a person reads them in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callwright.kit.clock import format_duration
from callwright.registration.queries.findings import topic_names
from callwright.registration.queries.places import queue_choices
from callwright.registration.queries.quality_rules import RuleRow, custom_labels
from callwright.registration.rules_quality import Conflict
from callwright.registration.words import DIRECTIONS
from callwright.registration.words_quality import KINDS, conflict_in_words, field_word, listed, quoted
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class Names:
    """Of what rules name by id or code."""

    topics: Mapping[int, str]
    queues: Mapping[int, str]
    fields: Mapping[str, str]


def names_of(rows: Sequence[RuleRow], viewer: Viewer) -> Names:
    """As far as the viewer may know them; three queries besides the rights."""
    topics = {id for row in rows for id in (*row.row.topics, *row.row.others)}
    return Names(topic_names(topics), dict(queue_choices(viewer)), custom_labels())


def title_of(row: RuleRow) -> str:
    return row.row.name or str(KINDS[row.row.kind])


def conditions_in_words(row: RuleRow, names: Names) -> str:
    """What the rule demands, in one line."""
    rule = row.row
    topics, others = quoted(rule.topics, names.topics), quoted(rule.others, names.topics)
    match rule.kind:
        case "contradiction" if others:
            return _("%(topics)s not together with %(others)s") % {"topics": topics, "others": others}
        case "contradiction":
            return _("No two of %(topics)s") % {"topics": topics}
        case "needs":
            return _("%(topics)s only together with %(others)s") % {"topics": topics, "others": others}
        case "comment":
            which = topics or _("Topics that ask for a comment")
            return _("%(topics)s: comment of at least %(n)s") % {"topics": which, "n": rule.least}
        case "direction":
            return f"{topics}: {listed([DIRECTIONS[one] for one in rule.directions])}"
        case "talk_time":
            return f"{topics}: {_times(rule.shortest_s, rule.longest_s)}"
        case "queue":
            return f"{topics}: {listed([names.queues.get(one, '?') for one in rule.queues])}"
        case "contact":
            fields = listed([field_word(one, names.fields) for one in rule.fields])
            return _("%(topics)s: %(fields)s") % {"topics": topics or _("All topics"), "fields": fields}
    return topics or _("All topics")


def _times(shortest_s: int | None, longest_s: int | None) -> str:
    known = {"shortest": format_duration(shortest_s), "longest": format_duration(longest_s)}
    if longest_s is None:
        return _("%(shortest)s or longer") % known
    if shortest_s is None:
        return _("%(longest)s or shorter") % known
    return _("%(shortest)s to %(longest)s") % known


def conflict_words(one: Conflict, rows: Sequence[RuleRow], names: Names, *, first: str = "") -> str:
    """What two rules have against each other, by their names; a rule that the reader does not see has none."""
    titles = {row.row.pk: title_of(row) for row in rows}
    topic = names.topics.get(one.topic) or topic_names({one.topic}).get(one.topic, "?")
    unseen = _("a rule for other accounts")
    other = titles.get(one.other_id, unseen)
    return conflict_in_words(one.reason, topic, first or titles.get(one.rule_id, unseen), other)
