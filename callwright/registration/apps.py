from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "registration_category_added": _("Added a category of registration"),
    "registration_category_changed": _("Changed a category of registration"),
    "registration_category_retired": _("Retired a category of registration"),
    "registration_category_restored": _("Offered a category of registration again"),
    "registration_topic_added": _("Added a topic of registration"),
    "registration_topic_changed": _("Changed a topic of registration"),
    "registration_topic_retired": _("Retired a topic of registration"),
    "registration_topic_restored": _("Offered a topic of registration again"),
}


class RegistrationConfig(AppConfig):
    name = "callwright.registration"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.registration.declared import declare_panel
        from callwright.staff.audit import declare_actions

        declare_actions(ACTIONS)
        declare_panel()
        declare_navigation(
            NavEntry(
                "registration", _("Topics of calls"), "registration:set_up", "tag", 64,
                lambda user: user.may("set_up_registration"),
            )
        )  # fmt: skip
