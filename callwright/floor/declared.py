"""How acts of the floor read in the audit log."""

from django.utils.translation import gettext_lazy as _

from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records


def declare_audit() -> None:
    declare_actions(
        {
            "agent_state_changed": _("State of an agent changed"),
            "listened_in": _("Listened in on a call"),
            "listening_ended": _("Listening of somebody else ended"),
            "call_taken_over": _("Call taken over"),
            "wallboard_made": _("Wallboard made"),
            "wallboard_changed": _("Wallboard changed"),
            "wallboard_removed": _("Wallboard removed"),
            "screen_made": _("Link of a screen made"),
            "screen_answered": _("Link of a screen answered for"),
            "screen_withdrawn": _("Link of a screen withdrawn"),
            "floor_settings": _("Settings of the floor changed"),
        }
    )
    declare_records({"wallboard": Kind(_("Wallboard"), "floor:wallboard"), "floor": Kind(_("Floor"))})
    declare_details(
        {
            "mode": _("Manner"),
            "agent": _("Agent"),
            "who": _("Who listened"),
            "screen": _("Screen"),
            "show_listening": _("Agents are shown that a supervisor listens"),
            "within_s": _("Answered within (seconds)"),
            "target": _("Target (%)"),
        }
    )
