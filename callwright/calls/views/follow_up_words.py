"""Follow-up in words: acts, reasons, refusals, and what became of a call meanwhile."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from callwright.calls.follow_up_list import WITHHELD
from callwright.calls.operations.follow_up_acts import ChangedMeanwhile
from callwright.calls.queries.follow_up import MissedRow
from callwright.calls.queries.follow_up_history import ActRow
from callwright.kit.statuses import status

REASONS: dict[str, Any] = {
    "handled_otherwise": gettext_lazy("Handled in another way"),
    "will_call_again": gettext_lazy("The caller will call again"),
    "wrong_number": gettext_lazy("Wrong number"),
    "sales_or_spam": gettext_lazy("Sales or spam"),
    "not_needed": gettext_lazy("No call back needed"),
    "cannot_be_reached": gettext_lazy("Cannot be reached"),
    "other": pgettext_lazy("reason", "Another reason"),
}
TABS: dict[str, Any] = {
    "open": gettext_lazy("Not called back"),
    "withheld": gettext_lazy("Numbers withheld"),
    "settled": gettext_lazy("What became of them"),
}
BY: dict[str, Any] = {
    "day": gettext_lazy("Day"),
    "queue": gettext_lazy("Queue"),
    "employee": gettext_lazy("Employee"),
}


def state_word(code: str) -> str:
    """What became of a call, as it is chosen from the list."""
    return str(TABS[WITHHELD] if code == WITHHELD else status(code).label)


def reason_word(code: str, name: str) -> str:
    """A reason as people read it: its own name, else the translated words of its code."""
    return name or str(REASONS.get(code, code))


def refusal(reason: str) -> str:
    """Why an act was refused, and what to do."""
    match reason:
        case "no_reason":
            return _("Nothing was closed: choose a reason from the list.")
        case "no_text":
            return _("Nothing was closed: write in a few words what the reason is.")
        case "text_too_long":
            return _("Nothing was changed: the text has at most 500 characters.")
        case "not_a_person":
            return _("Nothing was changed: this person cannot follow up calls of the account.")
    return _("This caller withheld the number, so nobody can call back.")


def meanwhile(changed: ChangedMeanwhile) -> str:
    """What somebody else, or a call, did while the person looked."""
    state = str(status(changed.state).label)
    if changed.by:
        return _("%(name)s was faster. This call is now: %(state)s.") % {"name": changed.by, "state": state}
    return _("This has changed meanwhile. This call is now: %(state)s.") % {"state": state}


def settled_by(row: MissedRow) -> str:
    """By whom, and why, a call needs no call back any more; empty where nothing can be told."""
    if row.by_call is not None:
        return row.by_employee
    reason = reason_word(row.reason_code, row.reason)
    return " · ".join(part for part in (row.word_by, reason, row.text) if part)


def act_in_words(act: ActRow) -> str:
    """One act as a sentence."""
    values = {"name": act.by or _("Somebody"), "to": act.to, "reason": reason_word(act.reason_code, act.reason)}
    match act.kind:
        case "assigned" if act.to and act.to == act.by:
            return _("%(name)s took it.") % values
        case "assigned" if act.to:
            return _("%(name)s assigned it to %(to)s.") % values
        case "assigned":
            return _("%(name)s gave it back to everyone.") % values
        case "calling":
            return _("%(name)s chose to call back.") % values
        case "closed":
            return _("%(name)s closed it: %(reason)s.") % values
        case "counted":
            return _("%(name)s said that the caller was reached.") % values
    return _("%(name)s reopened it.") % values
