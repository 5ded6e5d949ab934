"""Words for codes of calls that screens and exported files share."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

DIRECTIONS: dict[str, Any] = {
    "inbound": gettext_lazy("Inbound"),
    "outbound": gettext_lazy("Outbound"),
    "internal": gettext_lazy("Internal"),
}
COLUMNS: dict[str, Any] = {
    "marker": gettext_lazy("Marker"),
    "date": gettext_lazy("Date"),
    "time": gettext_lazy("Time"),
    "status": gettext_lazy("Status"),
    "direction": gettext_lazy("Direction"),
    "contact": gettext_lazy("Contact"),
    "category": gettext_lazy("Category"),
    "number": gettext_lazy("Number"),
    "account": gettext_lazy("Account"),
    "dialled": gettext_lazy("Line called"),
    "queue": gettext_lazy("Queue"),
    "employee": gettext_lazy("Employee"),
    "extension": gettext_lazy("Extension"),
    "ring": pgettext_lazy("duration", "Ring"),
    "wait": pgettext_lazy("duration", "Wait"),
    "hold": pgettext_lazy("duration", "Hold"),
    "talk": pgettext_lazy("duration", "Talk"),
    "too_long": gettext_lazy("Too long"),
    "transferred": gettext_lazy("Transferred to"),
    "hangup": gettext_lazy("Hung up by"),
    "follow_up": gettext_lazy("Follow-up"),
    "comment": gettext_lazy("Comment"),
    "recording": gettext_lazy("Recording"),
}
HUNG_UP_BY: dict[str, Any] = {
    "caller": gettext_lazy("The caller"),
    "agent": gettext_lazy("The agent"),
    "system": gettext_lazy("The phone system"),
}
