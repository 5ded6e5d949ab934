from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "callwright.staff"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.staff.audit import Kind, declare_records

        declare_navigation(
            NavEntry("seats", _("Extensions"), "staff:seats", "phone", 60, lambda user: user.may("use_desk"), "g e"),
            NavEntry("users", _("Users"), "staff:users", "users", 70, lambda user: user.may("unlock_users"), "g u"),
            NavEntry("audit", _("Audit log"), "staff:audit", "history", 75, lambda user: user.may("see_audit"), "g h"),
            NavEntry("profile", _("My profile"), "staff:profile", "user", 90, lambda user: True, "g m", at_foot=True),
        )
        declare_records({"user": Kind(_("User"), "staff:user")})
