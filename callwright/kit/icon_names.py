"""The icons that people choose from, in words for those who hear the screen."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NAMES: Final[dict[str, "_StrPromise"]] = {
    "alert-triangle": pgettext_lazy("icon", "Warning sign"),
    "bell": pgettext_lazy("icon", "Bell"),
    "bookmark": pgettext_lazy("icon", "Bookmark"),
    "briefcase": pgettext_lazy("icon", "Briefcase"),
    "building": pgettext_lazy("icon", "Building"),
    "calendar": pgettext_lazy("icon", "Calendar"),
    "circle-check": pgettext_lazy("icon", "Tick"),
    "circle-x": pgettext_lazy("icon", "Cross"),
    "clock": pgettext_lazy("icon", "Clock"),
    "eye": pgettext_lazy("icon", "Eye"),
    "flag": pgettext_lazy("icon", "Flag"),
    "help-circle": pgettext_lazy("icon", "Question mark"),
    "key": pgettext_lazy("icon", "Key"),
    "lock": pgettext_lazy("icon", "Lock"),
    "mail": pgettext_lazy("icon", "Letter"),
    "map-pin": pgettext_lazy("icon", "Map pin"),
    "message": pgettext_lazy("icon", "Speech bubble"),
    "note": pgettext_lazy("icon", "Note"),
    "package": pgettext_lazy("icon", "Parcel"),
    "phone": pgettext_lazy("icon", "Telephone"),
    "phone-call": pgettext_lazy("icon", "Ringing telephone"),
    "settings": pgettext_lazy("icon", "Cogwheel"),
    "shield-lock": pgettext_lazy("icon", "Shield with a lock"),
    "star": pgettext_lazy("icon", "Star"),
    "tag": pgettext_lazy("icon", "Label"),
    "user": pgettext_lazy("icon", "Person"),
    "user-plus": pgettext_lazy("icon", "Person with a plus"),
    "users": pgettext_lazy("icon", "People"),
    "world": pgettext_lazy("icon", "Globe"),
}


def icon_name(code: str) -> str:
    """An icon's name in the viewer's language; the code itself for one that nobody chooses."""
    return str(_NAMES.get(code, code))
