"""Refusals of the operations in words for people: what is wrong and what to do."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.accounts.operations.save_account import AccountRefused
from callwright.accounts.operations.save_forwarding import RuleRefused
from callwright.accounts.operations.save_knowledge import EntryRefused
from callwright.accounts.operations.save_line import LineRefused
from callwright.accounts.operations.save_person import PersonRefused
from callwright.accounts.operations.save_recipient import RecipientRefused
from callwright.accounts.rules import ScreenPopRefused

_REASONS: dict[str, Any] = {
    "empty": gettext_lazy("Fill this in."),
    "too_long": gettext_lazy("This is too long. Shorten it."),
    "unknown": gettext_lazy("This is not in the list. Choose another."),
    "unknown_field": gettext_lazy("This field does not exist. Reload the page."),
    "last_default": gettext_lazy("Calls on unclaimed lines need an active account. Choose another one for them first."),
    "not_a_number": gettext_lazy("This is not a whole telephone number. Begin with + and the country if in doubt."),
    "taken": gettext_lazy("This number leads to an account already. Remove it there first."),
    "no_way": gettext_lazy("Give an e-mail address or a mobile number, so that notes can be sent."),
    "not_an_email": gettext_lazy("This is not an e-mail address. It looks like name@example.org."),
    "too_many": gettext_lazy("There are too many already. Remove some first."),
    "backwards": gettext_lazy("This ends before it begins."),
}
_FOR_PEOPLE = gettext_lazy("Tick somebody, or say what is done otherwise.")
_SCREEN_POP: dict[str, Any] = {
    "spaces": gettext_lazy("An address has no spaces. Write %20 instead."),
    "scheme": gettext_lazy("The address must begin with https:// or http://."),
    "host": gettext_lazy("After https:// stands the name of a site, such as crm.example.org."),
    "host_placeholder": gettext_lazy("The name of the site cannot depend on the call. Put the braces after it."),
    "braces": gettext_lazy("The braces do not match. Write {number}, without anything else between them."),
}


def worded(refused: Exception) -> str:
    """The sentence for a refusal."""
    if isinstance(refused, ScreenPopRefused):
        if refused.reason == "placeholder":
            return _("Nothing is known as {%(name)s}.") % {"name": refused.detail[:40]}
        return str(_SCREEN_POP[refused.reason])
    if isinstance(refused, RuleRefused) and (refused.field, refused.reason) == ("people", "empty"):
        return str(_FOR_PEOPLE)
    if isinstance(refused, PersonRefused) and refused.reason == "not_a_number":
        return _("“%(given)s” is no number that can be called.") % {"given": refused.given[:40]}
    if isinstance(
        refused, AccountRefused | LineRefused | RecipientRefused | PersonRefused | RuleRefused | EntryRefused
    ):
        return str(_REASONS[refused.reason])
    raise refused
