from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "callwright.reports"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.reports.catalogue import declare_all
        from callwright.reports.declared import declare

        declare_all()
        declare()
        declare_navigation(
            NavEntry(
                "reports", _("Reports"), "reports:overview", "report-analytics", 40,
                lambda user: user.may("see_reports"), "g j",
            ),
        )  # fmt: skip
