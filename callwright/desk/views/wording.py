"""Why the phone system did not do what was asked, in words with the next step in them."""

from django.utils.translation import gettext as _

from callwright.telephony.problems import REFUSALS


def refusal_text(code: str) -> str:
    """The words for the code of a refusal, also for one that nobody knows."""
    worded = REFUSALS.get(code) or REFUSALS["refused"]
    return _("%(problem)s. %(what_to_do)s") % {"problem": worded.title, "what_to_do": worded.what_to_do}
