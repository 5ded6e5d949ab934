"""Notes, their settings and what is refused of them, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from callwright.calls.note_rules import LONGEST_COMMENT
from callwright.calls.note_words import Standing, standing
from callwright.calls.queries.note_list import NoteRow

STATE_WORDS = {
    "": gettext_lazy("All notes"),
    "unsent": pgettext_lazy("notes", "Not sent yet"),
    "waiting": pgettext_lazy("notes", "Being sent"),
    "failed": pgettext_lazy("notes", "Did not reach everybody"),
    "changed": pgettext_lazy("notes", "Changed since"),
    "sent": pgettext_lazy("notes", "Sent"),
    "nobody": pgettext_lazy("notes", "Kept only"),
    "comments": pgettext_lazy("notes", "With comments"),
}


def standing_of_row(row: NoteRow, mail: str) -> Standing:
    return standing(
        text=row.text, state=row.state, changed=row.changed, waits=row.waits, sending=row.sending,
        chosen=row.chosen, mail=mail,
    )  # fmt: skip


def send_refusal(reason: str) -> str:
    words = {
        "no_text": _("There is nothing to send: the note is empty."),
        "nobody": _(
            "Nobody with an e-mail address is chosen. Choose a recipient on the card, or add one to the account."
        ),
        "nothing_new": _("Everybody chosen has this note already, or it is on its way."),
    }
    return words[reason]


def comment_refusal(reason: str) -> str:
    if reason == "empty":
        return _("Write the comment first.")
    return _("The comment is too long. It may have %(n)s characters.") % {"n": LONGEST_COMMENT}


def copy_refusal(reason: str) -> str:
    words = {
        "not_an_email": _("This is not an e-mail address. Write it like name@example.org."),
        "no_agents": _("Choose at least one agent, or all of them."),
        "twice": _("This address gets copies already. Change that entry."),
    }
    return words.get(reason, _("Choose one of the possibilities."))
