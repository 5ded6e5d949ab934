"""What the rest of the product is told of notes: events, the words of the audit log, and the way to them (ACC-6)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.accounts.tabs import AccountTab, declare_account_tab
from callwright.calls.operations.comment_note import ANSWERED, COMMENTED
from callwright.calls.operations.note_outcomes import NOT_SENT
from callwright.kit.navigation import NavEntry, declare_navigation
from callwright.kit.phone_numbers import format_number
from callwright.messaging.events import Event, Values, declare_event
from callwright.staff.audit import Kind, declare_actions, declare_details, declare_records


def declare_notes() -> None:
    """Called when the program starts."""
    declare_actions(
        {
            "note_settings_saved": gettext_lazy("How notes are sent was changed"),
            "note_copy_saved": gettext_lazy("Address for copies of notes saved"),
            "note_copy_removed": gettext_lazy("Address for copies of notes removed"),
        }
    )
    declare_records({"note_copy": Kind(gettext_lazy("Address for copies of notes"), "calls:note_copy")})
    declare_details(
        {
            "by_itself": gettext_lazy("Sent by themselves"), "names_agent": gettext_lazy("Names the agent"),
            "agents": gettext_lazy("Agents"), "address": gettext_lazy("Address"),
        }
    )  # fmt: skip
    declare_navigation(
        NavEntry(
            "notes", gettext_lazy("Notes"), "calls:notes", "note", 26, lambda user: user.may("see_register"), "g k",
        )
    )  # fmt: skip
    declare_account_tab(AccountTab("notes", gettext_lazy("Notes"), "note", "calls:account_notes", 64, "see_register"))
    declare_account_tab(
        AccountTab(
            "note_settings", gettext_lazy("How notes are sent"), "send-2", "calls:note_settings", 62, "set_up_notes"
        )
    )  # fmt: skip
    _declare_events()


def _declare_events() -> None:
    declare_event(
        Event(
            code=COMMENTED, label=gettext_lazy("A comment on your note"), icon="message", personal=True,
            title=gettext_lazy("%(by)s commented on your note on the call with %(caller)s"), in_words=_in_words,
        )
    )  # fmt: skip
    declare_event(
        Event(
            code=ANSWERED, label=gettext_lazy("An answer to your comment on a note"), icon="message", personal=True,
            title=gettext_lazy("%(by)s answered your comment on the note on the call with %(caller)s"),
            in_words=_in_words,
        )
    )  # fmt: skip
    declare_event(
        Event(
            code=NOT_SENT, label=gettext_lazy("A note of yours that did not arrive"), icon="mail", tone="red",
            title=gettext_lazy("Your note on the call with %(caller)s did not arrive"), personal=True,
            text=gettext_lazy("It did not get to: %(to)s."), in_words=_in_words, by_mail=False,
        )
    )  # fmt: skip


def _in_words(values: Values) -> Values:
    number = format_number(str(values.get("number", "")), str(values.get("country", "")))
    return {
        "caller": values.get("caller") or number or _("an unknown caller"),
        "by": values.get("by") or _("a colleague"),
        "to": values.get("to", ""),
    }
