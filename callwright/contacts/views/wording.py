"""Refusals of the operations in words for people: what is wrong and what to do."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.contacts.operations.errors import ContactRefused
from callwright.contacts.operations.lists import ListRefused
from callwright.contacts.operations.numbers import NumberRefused
from callwright.contacts.operations.orders import OrderRefused
from callwright.contacts.operations.photo import PhotoRefused

_REASONS: dict[str, Any] = {
    "empty": gettext_lazy("Fill this in."),
    "unknown": gettext_lazy("This is no longer in the list. Choose another."),
    "unknown_field": gettext_lazy("This field no longer exists. Reload the page."),
    "not_a_date": gettext_lazy("This is not a day in the calendar. Write it as 1980-12-31."),
    "not_a_number": gettext_lazy("Write a number, such as 12.50."),
    "not_an_email": gettext_lazy("This is not an e-mail address. It looks like name@example.org."),
    "no_right": gettext_lazy("This employee does not work for this account."),
    "taken": gettext_lazy("This is in use already. Choose another."),
    "too_many": gettext_lazy("There are too many already. Remove one first."),
    "too_large": gettext_lazy("This is too large."),
    "too_fine": gettext_lazy("This has more decimal places than can be kept."),
    "negative": gettext_lazy("This must not be below zero."),
    "no_stages": gettext_lazy("There are no order stages yet. A supervisor adds them under Contacts, Order stages."),
    "in_use": gettext_lazy("Orders are or were in this stage, so it must stay."),
}
_NUMBERS: dict[str, Any] = {
    "withheld": gettext_lazy("Type a telephone number."),
    "invalid": gettext_lazy("This is not a whole telephone number. Check the digits, or begin with + and the country."),
    "extension": gettext_lazy("This looks like an extension of your own. Type the whole telephone number."),
    "too_many": gettext_lazy("This contact has too many numbers already. Remove one first."),
}
_PHOTOS: dict[str, Any] = {
    "too_large": gettext_lazy("The picture is larger than 20 MB. Choose a smaller file."),
    "not_a_picture": gettext_lazy("This file is not a picture that can be shown. Use JPEG, PNG, WebP or GIF."),
    "too_many_pixels": gettext_lazy("The picture has too many pixels. Choose one below 16 megapixels."),
}


def worded(refused: Exception) -> str:
    """The sentence for a refusal."""
    if isinstance(refused, NumberRefused):
        return str(_NUMBERS[refused.reason])
    if isinstance(refused, PhotoRefused):
        return str(_PHOTOS[refused.reason])
    if isinstance(refused, ContactRefused | ListRefused | OrderRefused):
        if refused.reason == "too_long":
            return _("This is too long. Shorten it.")
        return str(_REASONS[refused.reason])
    raise refused
