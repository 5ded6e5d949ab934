"""What the register declares of itself for the audit log, notifications and live pages, when the program starts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from callwright.kit.navigation import NavEntry, declare_navigation
from callwright.live.topics import declare
from callwright.messaging.events import Event, declare_event
from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records

ACTIONS: dict[str, Any] = {
    "calls_exported": _("Exported calls"),
    "export_fetched": _("Fetched an exported file"),
    "totals_fetched": _("Fetched totals as a file"),
    "retention_changed": _("Changed how long calls are kept"),
    "retention_ran": _("Removed calls whose time was over"),
    "person_exported": _("Exported everything about a person"),
    "person_erased": _("Erased a person"),
}


def declare_exports_and_retention() -> None:
    declare_actions(ACTIONS)
    declare_records({
        "call": Kind(_("Call"), "calls:call"),
        "contact": Kind(_("Contact"), "contacts:contact"),
        "export": Kind(_("Export")),
        "totals": Kind(_("Totals")),
        "retention": Kind(_("Retention of calls")),
    })  # fmt: skip
    declare_details({
        "removed": _("Removed"), "anonymised": _("Made anonymous"), "months_detached": _("Whole months removed"),
        "months": _("Months"), "manner": _("Manner"), "numbers": _("Numbers"), "notes": _("Notes"),
        "recordings": _("Recordings"), "exports": _("Exports"),
    })  # fmt: skip
    declare_navigation(
        NavEntry(
            "retention", _("Retention of calls"), "calls:retention", "calendar-time", 76,
            lambda user: user.may("administer_organisation"),
        )
    )  # fmt: skip
    declare("exports", lambda listener, rest: rest == str(listener.user_id))
    declare_event(
        Event(
            code="export_ready", label=_("An export of yours is ready"), icon="download", tone="green", personal=True,
            title=_("Your export is ready: %(rows)s calls."),
        )
    )  # fmt: skip
    declare_event(
        Event(
            code="export_failed", label=_("An export of yours could not be made"), icon="alert-triangle", tone="red",
            title=_("Your export could not be made."), personal=True,
        )
    )  # fmt: skip
