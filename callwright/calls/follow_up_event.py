"""What people are told of missed calls (CALL-6)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.calls.operations.follow_up_telling import EVENT
from callwright.kit.phone_numbers import format_number
from callwright.messaging.events import Event, Values, declare_event


def declare_follow_up() -> None:
    """That a call was assigned to somebody concerns that person alone."""
    declare_event(
        Event(
            code=EVENT,
            label=gettext_lazy("A missed call is assigned to you"),
            title=gettext_lazy("%(by)s assigned a missed call to you: %(caller)s"),
            right="follow_up_calls",
            icon="phone-x",
            in_words=_in_words,
            personal=True,
        )
    )


def _in_words(values: Values) -> Values:
    number = format_number(str(values.get("number", "")), str(values.get("country", "")))
    return {
        "caller": values.get("caller") or number or _("an unknown caller"),
        "by": values.get("by") or _("Somebody"),
    }
