"""Why the phone system did not do what was asked, in words with the next step in them."""

from django.utils.translation import gettext as _


def refusal_text(code: str) -> str:
    texts = {
        "expired": _("The phone system did not answer in time, so nothing was done. Please try again."),
        "not_connected": _("The phone system is not connected. Use your phone itself; calls are kept all the same."),
        "disabled": _("The link to this phone system is switched off. Use your phone itself."),
        "no_commands": _("This phone system takes no orders from here. Use your phone itself."),
        "not_simulated": _("Calls are answered on your phone."),
        "no_such_call": _("This call is over already."),
        "gone": _("This call is over already."),
        "busy": _("The line is busy."),
        "no_answer": _("Your phone was not picked up."),
        "not_registered": _("Your phone is not connected to the phone system."),
    }
    return texts.get(code) or _("The phone system refused. Use your phone itself, or ask your supervisor.")
