"""Refusals in words."""

from django import forms
from django.utils.translation import gettext as _

from callwright.messaging.operations.save_address import AddressRefused
from callwright.messaging.operations.save_server import ServerRefused


def worded(refusal: ServerRefused | AddressRefused) -> str:
    words = {
        "not_a_host": _("This is not the name or the IP address of a server."),
        "not_an_email": _("This is not an e-mail address. Write it like name@example.org."),
        "not_an_address": _("This is not an address of a site. Write it like https://calls.example.org."),
        "password_again": _("Type the password again: it is not sent to another server unasked."),
        "nobody": _("Choose a person of the house, or write an e-mail address."),
        "may_not": _("This person may not see what the event is about, so cannot be told of it."),
        "no_email": _("This person has no e-mail address. Add it to the user first."),
        "no_account": _("Choose the account: only who sees all accounts sets an address for all of them."),
        "twice": _("This address is already told of the event."),
    }
    return words.get(refusal.reason, _("Choose one of the possibilities."))


def add_refusal(form: forms.Form, refusal: ServerRefused | AddressRefused) -> None:
    """At the field where it belongs, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, worded(refusal))
