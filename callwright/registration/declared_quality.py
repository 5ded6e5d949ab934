"""What data quality tells the rest of the product when it starts (REG-5)."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "quality_rule_saved": _("Saved a rule of quality"),
    "quality_rule_retired": _("Retired a rule of quality"),
    "quality_rule_offered": _("Put back a rule of quality"),
    "quality_settings_saved": _("Changed when registrations are evaluated"),
    "quality_address_added": _("Added an address for findings about registrations"),
    "quality_address_removed": _("Removed an address for findings about registrations"),
    "quality_finding_dismissed": _("Dismissed a finding about a registration"),
    "quality_finding_opened": _("Opened a finding about a registration again"),
}


def declare_quality() -> None:
    from callwright.kit.navigation import NavEntry, declare_navigation
    from callwright.messaging.events import Event, declare_event
    from callwright.registration.operations.quality_tell import EVENT
    from callwright.staff.audit import Kind, declare_actions, declare_records

    _follow_calls()
    declare_actions(ACTIONS)
    declare_records({
        "quality_rule": Kind(_("Rule of quality"), "registration:quality_rule"),
        "quality_address": Kind(_("Address for findings")),
        "quality_settings": Kind(_("Evaluation of registrations")),
    })  # fmt: skip
    declare_navigation(
        NavEntry(
            "registrations", _("Registrations"), "registration:list", "clipboard-list", 26,
            lambda user: user.may("see_registrations"), "g z",
        )
    )  # fmt: skip
    declare_event(
        Event(
            code=EVENT,
            label=_("Your registrations are to be corrected"),
            title=_("Registrations to be corrected: %(n)s"),
            text=_("An evaluation found something against what you registered."),
            icon="clipboard-list",
            tone="orange",
            personal=True,
        )
    )


def _follow_calls() -> None:
    from callwright.calls.ports import (
        connect_erasure,
        connect_listener,
        connect_loaded,
        connect_removal,
        connect_report,
    )
    from callwright.registration.operations.quality_again import look_at_loaded
    from callwright.registration.operations.quality_moves import (
        erase_from_findings,
        follow_findings,
        remove_findings,
        report_findings,
    )

    connect_listener("registration_quality", follow_findings)
    connect_removal("registration_quality", remove_findings)
    connect_loaded("registration_quality", look_at_loaded)
    connect_report("registration_findings", report_findings)
    connect_erasure("registration_quality", erase_from_findings)
