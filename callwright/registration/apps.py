from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    name = "callwright.registration"

    def ready(self) -> None:
        from callwright.registration.declared import declare_panel
        from callwright.registration.declared_asked import declare_asked
        from callwright.registration.declared_offer import declare_offer
        from callwright.registration.declared_quality import declare_quality
        from callwright.registration.declared_totals import declare_totals

        declare_asked()  # before days are final what is noted of them is counted
        declare_offer()
        declare_panel()
        declare_totals()
        declare_quality()
