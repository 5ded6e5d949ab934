from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "callwright.calls"

    def ready(self) -> None:
        from callwright.calls.declared import declare_exports_and_retention
        from callwright.calls.operations.rollup_changes import note_changes
        from callwright.calls.operations.too_long_changes import note_changes as note_too_long
        from callwright.calls.operations.too_long_moves import remove_reviews, report_reviews
        from callwright.calls.ports import connect_listener, connect_removal, connect_report
        from callwright.calls.too_long_event import declare_too_long
        from callwright.kit.navigation import NavEntry, declare_navigation

        declare_navigation(
            NavEntry("calls", _("Calls"), "calls:register", "phone-call", 20, lambda u: u.may("see_register"), "g c"),
        )
        connect_listener("totals", note_changes)
        connect_listener("too_long", note_too_long)
        connect_removal("too_long", remove_reviews)
        connect_report("too_long", report_reviews)
        declare_too_long()
        declare_exports_and_retention()
        self._join_follow_up()
        self._join_notes()

    @staticmethod
    def _join_notes() -> None:
        from callwright.calls.notes_declared import declare_notes
        from callwright.calls.operations.note_erasure import erase_from_notes
        from callwright.calls.operations.note_mail import NOTE_EVENT
        from callwright.calls.operations.note_moves import remove_note_parts, report_comments, report_sendings
        from callwright.calls.operations.note_outcomes import hear_of_mail
        from callwright.calls.ports import connect_erasure, connect_removal, connect_report
        from callwright.messaging.ports import connect_fate

        connect_fate(NOTE_EVENT, hear_of_mail)
        connect_removal("notes", remove_note_parts)
        connect_erasure("notes", erase_from_notes)
        connect_report("note_sendings", report_sendings)
        connect_report("note_comments", report_comments)
        declare_notes()

    @staticmethod
    def _join_follow_up() -> None:
        from callwright.calls.follow_up_event import declare_follow_up
        from callwright.calls.operations import follow_up_changes, follow_up_removal
        from callwright.calls.ports import connect_listener, connect_removal, connect_report
        from callwright.calls.views.missed_number import draw_number, number_context
        from callwright.contacts.ports import connect_numbers
        from callwright.kit.navigation import NavCount, NavEntry, declare_navigation
        from callwright.live.topics import declare_shared
        from callwright.staff.rules import role_has

        connect_listener("follow_up", follow_up_changes.note_changes)
        connect_numbers("follow_up", follow_up_changes.note_numbers)
        connect_removal("follow_up", follow_up_removal.forget_acts)
        connect_report("follow_up", follow_up_removal.acts_of_calls)
        declare_shared(
            "missed-number", of="missed", draw=draw_number,
            rule=lambda listener, rest: role_has(listener.role, "follow_up_calls"),
        )  # fmt: skip
        declare_navigation(
            NavEntry(
                "missed", _("Missed calls"), "calls:follow_up", "phone-x", 22,
                lambda user: user.may("follow_up_calls"), "g f",
                count=NavCount("calls/missed_number_nav.html", number_context),
            ),
            NavEntry(  # what there is of it for those who only read
                "missed_totals", _("Totals of missed calls"), "calls:follow_up_totals", "phone-x", 22,
                lambda user: user.may("see_follow_up_totals") and not user.may("follow_up_calls"), "g f",
            ),
        )  # fmt: skip
        declare_follow_up()
