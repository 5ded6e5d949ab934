"""What the panel tells the rest of the product when it starts."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "registration_released": _("Released an employee from registering a call"),
    "registration_forced": _("Changed where registration is forced"),
    "registration_panel_changed": _("Changed how calls are registered"),
}


def declare_panel() -> None:
    from callwright.calls.ports import connect_erasure, connect_listener, connect_removal, connect_report
    from callwright.registration.operations.follow_calls import (
        erase_person,
        follow_calls,
        remove_calls,
        report_registrations,
    )
    from callwright.staff.audit import declare_actions

    connect_listener("registration", follow_calls)
    connect_removal("registration", remove_calls)
    connect_report("registrations", report_registrations)
    connect_erasure("registration", erase_person)
    declare_actions(ACTIONS)
