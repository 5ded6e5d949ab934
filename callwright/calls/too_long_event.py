"""What reviewers are told of a call over its limit (CALL-7)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.calls.operations.too_long_telling import EVENT
from callwright.kit.clock import format_duration
from callwright.kit.phone_numbers import format_number
from callwright.messaging.events import Event, Values, declare_event


def declare_too_long() -> None:
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
