"""What the rest of the product is told of calls over their limit (CALL-7)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.calls.operations.too_long_telling import EVENT
from callwright.kit.clock import format_duration
from callwright.kit.navigation import NavEntry, declare_navigation
from callwright.kit.phone_numbers import format_number
from callwright.messaging.events import Event, Values, declare_event
from callwright.staff.audit import Kind, declare_actions, declare_records


def declare_too_long() -> None:
    """What reviewers are told, what the audit log calls the rules, and the way to the reviews."""
    declare_actions(
        {
            "too_long_rule_saved": gettext_lazy("Limit of talk time saved"),
            "too_long_rule_retired": gettext_lazy("Limit of talk time retired"),
            "too_long_rule_offered": gettext_lazy("Limit of talk time put back"),
        }
    )
    declare_records({"too_long_rule": Kind(gettext_lazy("Limit of talk time"), "calls:too_long_rule")})
    declare_navigation(
        NavEntry(
            "too_long", gettext_lazy("Too long"), "calls:too_long", "hourglass", 24,
            lambda user: user.may("review_too_long"), "g t",
        )
    )  # fmt: skip
    declare_event(
        Event(
            code=EVENT,
            label=gettext_lazy("A call takes too long"),
            title=gettext_lazy("Longer than %(limit)s: the call with %(caller)s"),
            text=gettext_lazy("It passed the allowed talk time. Employee: %(employee)s."),
            right="review_too_long",
            icon="hourglass",
            tone="red",
            in_words=_in_words,
        )
    )


def _in_words(values: Values) -> Values:
    number = format_number(str(values.get("number", "")), str(values.get("country", "")))
    return {
        "limit": format_duration(int(values.get("limit_s") or 0)),
        "caller": values.get("caller") or number or _("an unknown caller"),
        "employee": values.get("employee") or _("not known"),
    }
