"""What the page of categories and topics tells the rest of the product when it starts."""

from django.utils.translation import gettext_lazy as _

from callwright.kit.navigation import NavEntry, declare_navigation
from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records

ACTIONS = {
    "registration_category_added": _("Added a category of registration"),
    "registration_category_changed": _("Changed a category of registration"),
    "registration_category_retired": _("Retired a category of registration"),
    "registration_category_restored": _("Offered a category of registration again"),
    "registration_topic_added": _("Added a topic of registration"),
    "registration_topic_changed": _("Changed a topic of registration"),
    "registration_topic_moved": _("Moved a topic of registration"),
    "registration_topic_retired": _("Retired a topic of registration"),
    "registration_topic_restored": _("Offered a topic of registration again"),
}
DETAILS = {
    "name": _("Name"),
    "above": _("Under"),
    "category": _("Category"),
    "asks_for_comment": _("Asks for a comment"),
    "several": _("Several topics at once"),
    "directions": _("Direction"),
    "channels": _("Channel"),
    "for_campaigns": _("Only in calls of a campaign"),
    "accounts": _("Accounts"),
    "queues": _("Queues"),
}


def declare_offer() -> None:
    declare_actions(ACTIONS)
    declare_details(DETAILS)
    declare_records({
        "registration_category": Kind(_("Category of registration"), "registration:category"),
        "registration_topic": Kind(_("Topic of registration")),
    })  # fmt: skip
    declare_navigation(
        NavEntry(
            "registration", _("Topics of calls"), "registration:set_up", "tag", 64,
            lambda user: user.may("set_up_registration"),
        )
    )  # fmt: skip
