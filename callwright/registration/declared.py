"""What the panel tells the rest of the product when it starts."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "registration_released": _("Released an employee from registering a call"),
    "registration_forced": _("Demanded registration of calls"),
    "registration_not_forced": _("Demanded registration of calls no longer"),
    "wrap_up_changed": _("Changed the wrap-up of an account"),
    "registration_panel_changed": _("Changed how calls are registered"),
}
DETAILS = {
    "employee_id": _("Employee"),
    "queue_id": _("Queue"),
    "seconds": _("Seconds"),
    "form": _("Panel"),
    "comment_limit": _("Longest comment (characters)"),
    "correct_within_s": _("Can be corrected for (seconds)"),
    "wrap_up_times": _("Wrap-up can be extended (times)"),
    "wrap_up_more_s": _("By how many seconds each time"),
}


def declare_panel() -> None:
    from callwright.calls.ports import connect_erasure, connect_listener, connect_removal, connect_report
    from callwright.kit.navigation import NavEntry, declare_navigation
    from callwright.registration.operations.follow_calls import (
        erase_person,
        follow_calls,
        remove_calls,
        report_registrations,
    )
    from callwright.staff.audit import declare_actions, declare_details

    connect_listener("registration", follow_calls)
    connect_removal("registration", remove_calls)
    connect_report("registrations", report_registrations)
    connect_erasure("registration", erase_person)
    declare_actions(ACTIONS)
    declare_details(DETAILS)
    declare_navigation(
        NavEntry(
            "registration_settings", _("How calls are registered"), "registration:settings", "settings", 64,
            lambda user: user.may("set_up_registration"),
        )
    )  # fmt: skip
