"""What controllers send when they set up rules of quality."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.contacts.queries.lists import custom_fields
from callwright.kit.clock import format_duration
from callwright.registration.forms import PickAccounts, PickQueues
from callwright.registration.models import QualityRule
from callwright.registration.operations.quality_rules import LONGEST_LOOK_BACK, LONGEST_WORDS, RuleWish
from callwright.registration.queries.list_choices import topic_groups
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules_quality import CONTACT_FIELDS, CUSTOM, LONGEST_COMMENT, OF_TOPICS, time_in
from callwright.registration.words import DIRECTIONS
from callwright.registration.words_quality import FIELDS, rule_refusal
from callwright.staff.queries.rights import visible_account_ids

PARTS = {
    "contradiction": ("topics", "others"), "needs": ("topics", "others"), "comment": ("topics", "least"),
    "direction": ("topics", "directions"), "talk_time": ("topics", "shortest", "longest"),
    "queue": ("topics", "queues"), "contact": ("topics", "fields"), "duplicate": ("topics",),
}  # fmt: skip
"""The fields of each kind of rule, beside those that all have."""

_NEEDED = {"others": "no_others", "directions": "no_direction", "queues": "no_queues", "fields": "no_fields"}
_LABELS = {
    ("contradiction", "topics"): _("These topics …"),
    ("contradiction", "others"): _("… must not stand together with these (none ticked: no two of those above)"),
    ("needs", "topics"): _("Each of these topics …"),
    ("needs", "others"): _("… needs one of these beside it"),
    ("comment", "topics"): _("Topics that need a comment (none ticked: those set up to ask for one)"),
    ("contact", "topics"): _("Topics for which they are needed (none ticked: all)"),
    ("duplicate", "topics"): _("Topics for which it is looked at (none ticked: all)"),
}


class PickTopics(forms.CheckboxSelectMultiple):
    """Boxes of topics under their categories."""

    template_name = "registration/pick_topics.html"


def _boxes(label: Any, widget: Any = forms.CheckboxSelectMultiple) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(label=label, coerce=int, required=False, widget=widget)


class RuleForm(forms.Form):
    """One rule of a kind; what does not belong to the kind is not asked."""

    topics = _boxes(_("Topics"), PickTopics)
    others = _boxes(_("Other topics"), PickTopics)
    directions = forms.ChoiceField(
        label=_("The direction that fits"), choices=list(DIRECTIONS.items()), required=False, widget=forms.RadioSelect
    )
    queues = _boxes(_("The queues that fit"), PickQueues)
    fields_ = forms.MultipleChoiceField(
        label=_("What must be known of the contact"), required=False, widget=forms.CheckboxSelectMultiple
    )
    shortest = forms.CharField(label=_("Talk time from"), max_length=12, required=False, help_text=_("Such as 0:30."))
    longest = forms.CharField(label=_("Talk time up to"), max_length=12, required=False, help_text=_("Such as 10:00."))
    least = forms.IntegerField(
        label=_("Least length of the comment (characters)"), min_value=1, max_value=LONGEST_COMMENT, initial=1
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    words = forms.CharField(
        label=_("What the agent is told"), max_length=LONGEST_WORDS, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Without words of your own the agent reads what was found."),
    )  # fmt: skip
    accounts = _boxes(_("Accounts"), PickAccounts)
    active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *arguments: Any, kind: str, viewer: Any, edited: QualityRule | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.kind, self.viewer, self.edited = kind, viewer, edited
        self.may_set_for_all = may_set_for_all(viewer, "set_up_quality")
        self.fields["fields"] = self.fields.pop("fields_")
        self._keep_parts()
        self._offer_choices()
        self._require()

    def _keep_parts(self) -> None:
        parts = PARTS[self.kind]
        for name in {part for many in PARTS.values() for part in many} - set(parts):
            del self.fields[name]
        for name in {"topics", "others"} & set(parts):
            self.fields[name].label = _LABELS.get((self.kind, name), self.fields[name].label)

    def _offer_choices(self) -> None:
        parts, viewer = PARTS[self.kind], self.viewer
        groups = [(one.name, list(one.topics)) for one in topic_groups(viewer) if one.topics]
        for name in {"topics", "others"} & set(parts):
            self._field(name).choices = groups
        if "queues" in parts:
            self._field("queues").choices = queue_choices(viewer)
        if "fields" in parts:
            own = [(CUSTOM + one.code, one.label) for one in custom_fields()]
            self._field("fields").choices = [*((one, FIELDS[one]) for one in CONTACT_FIELDS), *own]
        self._field("accounts").widget.viewer = viewer
        known = visible_accounts(viewer).order_by("name").values_list("pk", "name")
        self._field("accounts").choices = list(known)

    def _require(self) -> None:
        for name in {"topics", *_NEEDED} & set(PARTS[self.kind]):
            if (name == "topics" and self.kind not in OF_TOPICS) or (name == "others" and self.kind == "contradiction"):
                continue
            self.fields[name].required = not self._unseen(name)
            self._field(name).error_messages["required"] = rule_refusal(_NEEDED.get(name, "no_topics"))[1]

    def _unseen(self, name: str) -> tuple[Any, ...]:
        """What the rule names that its editor does not see, retired topics and fields among it: it stays."""
        if self.edited is None or name not in self.fields:
            return ()
        offered = {str(value) for value in _values(self._field(name).choices)}
        return tuple(one for one in getattr(self.edited, name) if str(one) not in offered)

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @property
    def parts(self) -> list[Any]:
        """The fields of its kind, in order."""
        return [self[name] for name in PARTS[self.kind]]

    def _time(self, name: str) -> int | None:
        text = self.cleaned_data[name].strip()
        seconds = time_in(text) if text else None
        if text and seconds is None:
            raise forms.ValidationError(_("Write a time like 2:30 (minutes and seconds)."))
        return seconds

    def clean_shortest(self) -> int | None:
        return self._time("shortest")

    def clean_longest(self) -> int | None:
        return self._time("longest")

    def clean_accounts(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["accounts"]
        if not chosen and not self.may_set_for_all:
            raise forms.ValidationError(_("Choose the accounts for which it holds."))
        return chosen

    def _chosen(self, name: str) -> tuple[Any, ...]:
        return (*self.cleaned_data.get(name, ()), *self._unseen(name))

    @property
    def seen(self) -> datetime | None:
        """When the rule changed last, as the user saw it."""
        text = self.cleaned_data["seen_at"]
        return parse_datetime(text) if text else None

    def wish(self) -> RuleWish:
        """Of a valid form, with what the viewer does not see of the rule."""
        given = self.cleaned_data
        direction = given.get("directions")
        return RuleWish(
            kind=self.kind, name=given["name"], words=given["words"], topics=self._chosen("topics"),
            others=self._chosen("others"), accounts=self._chosen("accounts"), queues=self._chosen("queues"),
            directions=(direction,) if direction else (),
            fields=self._chosen("fields"), shortest_s=given.get("shortest"), longest_s=given.get("longest"),
            least=given.get("least") or 1, active=given["active"],
        )  # fmt: skip


def _values(choices: Any) -> Iterator[Any]:
    """Of choices, of which some are under a heading."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from (one for one, _ in label)
        else:
            yield getattr(value, "value", value)


def initial_of(rule: QualityRule | None, viewer: Any) -> dict[str, Any]:
    """What the form of a rule begins with."""
    if rule is None:
        return {"active": True, "least": 1}
    allowed = visible_account_ids(viewer)
    return {
        "seen_at": rule.changed_at.isoformat(),
        "topics": rule.topics, "others": rule.others, "queues": rule.queues, "fields": rule.fields,
        "directions": (rule.directions or [""])[0], "least": rule.least, "name": rule.name, "words": rule.words,
        "shortest": format_duration(rule.shortest_s), "longest": format_duration(rule.longest_s),
        "accounts": [one for one in rule.accounts if allowed is None or one in allowed], "active": rule.active,
    }  # fmt: skip


class SettingsForm(forms.Form):
    """When registrations are evaluated by themselves."""

    at_hour = forms.TypedChoiceField(
        label=_("Each night at"), choices=[(one, f"{one:02}:00") for one in range(24)], coerce=int
    )
    look_back_days = forms.IntegerField(label=_("Days to look back"), min_value=1, max_value=LONGEST_LOOK_BACK)
