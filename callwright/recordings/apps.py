from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "recording_played": _("Listened to a recording"),
    "recording_downloaded": _("Downloaded a recording"),
    "recording_erased": _("Erased a recording"),
    "recording_expired": _("Recording erased because its time was over"),
    "recording_joined": _("Recording went with its call, which became part of another"),
    "recording_source_changed": _("Changed where recordings are fetched from"),
    "recording_host_key_confirmed": _("Confirmed the key of a server with recordings"),
    "recording_policy_changed": _("Changed how long recordings are kept"),
    "recording_rule_added": _("Added a rule about what is never recorded"),
    "recording_rule_removed": _("Removed a rule about what is never recorded"),
}
DETAILS = {
    "where": _("Where"),
    "secrets_entered": _("Secrets entered"),
    "secrets_removed": _("Secrets removed"),
    "from_call": _("From call"),
}


class RecordingsConfig(AppConfig):
    name = "callwright.recordings"

    def ready(self) -> None:
        from callwright.accounts.tabs import AccountTab, declare_account_tab
        from callwright.calls.ports import connect_files, connect_listener, connect_removal, connect_report
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.recordings.operations.hand_over_files import files_for_person
        from callwright.recordings.operations.notice_calls import notice_calls
        from callwright.recordings.operations.remove_calls import remove_calls
        from callwright.recordings.queries.of_call import report_of
        from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records

        connect_listener("recordings", notice_calls)
        connect_removal("recordings", remove_calls)
        connect_report("recordings", report_of)
        connect_files("recordings", files_for_person)
        declare_navigation(
            NavEntry(
                "recordings", _("Recordings"), "recordings:overview", "wave-saw-tool", 62,
                lambda user: user.may("set_up_recordings"), "g r",
            )
        )  # fmt: skip
        declare_account_tab(
            AccountTab("recordings", _("Recordings"), "wave-saw-tool", "recordings:account", 80, "set_up_recordings")
        )
        declare_actions(ACTIONS)
        declare_details(DETAILS)
        declare_records({
            "recording_source": Kind(_("Source of recordings"), "recordings:source"),
            "recording_rule": Kind(_("Rule of recordings")),
        })  # fmt: skip
        _declare_events()


def _declare_events() -> None:
    from callwright.messaging.events import Event, declare_event
    from callwright.recordings.words import in_words

    declare_event(
        Event(
            code="recording_failing",
            label=_("Recordings cannot be fetched"),
            title=_("Recordings of %(pbx)s cannot be fetched: %(problem)s"),
            right="set_up_recordings",
            icon="wave-saw-tool",
            tone="red",
            in_words=in_words,
        )
    )
