from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "callwright.imports"

    def ready(self) -> None:
        from callwright.calls.ports import connect_erasure, connect_removal
        from callwright.imports.operations.forget import forget_calls, forget_person
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.live.topics import declare

        declare_navigation(
            NavEntry("imports", _("Import"), "imports:list", "upload", 75, lambda u: u.may("import_calls"), "g i")
        )
        connect_removal("imports", forget_calls)
        connect_erasure("imports", forget_person)
        declare("imports", lambda listener, rest: listener.role in ("administrator", "controller"))
        self._declare_actions()
        self._declare_events()

    @staticmethod
    def _declare_actions() -> None:
        from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records

        declare_actions(
            {
                "import_started": _("Import of calls started"),
                "import_finished": _("Import of calls finished"),
                "import_cancelled": _("Import of calls cancelled"),
                "import_failed": _("Import of calls failed"),
                "import_undone": _("Import of calls undone"),
                "watched_table_saved": _("Watched record table set up"),
                "watched_table_removed": _("Record table no longer watched"),
                "watched_folder_saved": _("Watched folder set up"),
                "watched_folder_removed": _("Folder no longer watched"),
            }
        )
        declare_details({"where": _("Where")})
        declare_records({
            "watched_table": Kind(_("Watched record table"), "imports:watched_table"),
            "watched_folder": Kind(_("Watched folder"), "imports:folder"),
        })  # fmt: skip

    @staticmethod
    def _declare_events() -> None:
        from callwright.messaging.events import Event, declare_event

        declare_event(
            Event(
                code="import_finished",
                label=_("Import of calls finished"),
                title=_("The import of %(file)s is finished: %(added)s calls new, %(merged)s merged."),
                right="import_calls",
                icon="upload",
                tone="green",
            )
        )
        declare_event(
            Event(
                code="import_failed",
                label=_("Import of calls failed"),
                title=_("The import of %(file)s has failed."),
                right="import_calls",
                icon="upload",
                tone="red",
            )
        )
