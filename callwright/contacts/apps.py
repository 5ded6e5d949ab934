from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "callwright.contacts"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.live.topics import declare

        declare("contacts", lambda listener, rest: listener.role != "customer")
        declare("lists", lambda listener, rest: listener.role != "customer")
        declare_navigation(
            NavEntry(
                "contacts", _("Contacts"), "contacts:list", "address-book", 30, lambda u: u.may("see_contacts"), "g p"
            ),
        )
