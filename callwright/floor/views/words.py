"""Words that scripts show: they draw what travels as bare values."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.kit.statuses import status

STATES = ("talking", "ringing", "ready", "wrap_up", "paused", "logged_out")


def states() -> dict[str, dict[str, str]]:
    """How each state reads and looks: the one list of the product."""
    return {code: {"label": str(status(code).label), "tone": status(code).tone, "icon": status(code).icon}
            for code in STATES}  # fmt: skip


def _figures() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "longest": _("Longest waiting"),
        "level": _("Service level today"),
        "of_target": _("Target {target} % within {within} s"),
        "below": _("below target"),
        "reached": _("target reached"),
        "answered": _("Answered today"),
        "missed": _("Missed today"),
        "abandoned": _("Hung up while waiting"),
        "not_called_back": _("Missed and not called back"),
        "free": _("Free"),
        "talking": _("Talking"),
        "wrap_up": _("Wrapping up"),
        "paused": _("Paused"),
        "queue": _("Queue"),
        "today": _("Today"),
    }


def _heads() -> dict[str, str]:
    """Heads of columns that are as narrow as a number: short words, at most eight letters or so."""
    return {
        "head_waiting": pgettext("head of a narrow column", "Waiting"),
        "head_longest": pgettext("head of a narrow column", "Longest"),
        "head_free": pgettext("head of a narrow column", "Free"),
        "head_talking": pgettext("head of a narrow column", "Talking"),
        "head_wrap_up": pgettext("head of a narrow column", "Wrap-up"),
        "head_paused": pgettext("head of a narrow column", "Paused"),
        "head_level": pgettext("head of a narrow column", "Level"),
    }


def board_words() -> dict[str, str]:
    """Of the wallboard and of the floor. `{}` stands for what the script puts in."""
    return {
        **_figures(),
        **_heads(),
        "no_desk": _("No desk open"),
        "nobody_waits": _("Nobody waits"),
        "more_queues": _("More queues: {n}. Nobody waits there."),
        "more_queues_waiting": _("More queues: {n}. Waiting there: {w}."),
        "more_agents": _("and {n} more"),
        "more_waiting": _("and {n} more waiting"),
        "no_agents": _("No agent is logged in"),
        "logged_out": _("Logged out: {n}"),
        "no_queues": _("No queue yet"),
        "lost": _("No connection since {time}. What is shown is from then."),
        "away": _("The figures cannot be read now. What is shown is of {time}."),
        "pbx_away": _("{pbx} is not connected: what it does is unknown since {time}."),
        "unknown": _("Unknown"),
        "withdrawn": _("This link does not open the wallboard any more. Ask a supervisor for a new one."),
    }


def floor_words() -> dict[str, str]:
    return {
        **board_words(),
        "inbound": _("Inbound"),
        "outbound": _("Outbound"),
        "internal": _("Internal"),
        "withheld": _("Number withheld"),
        "hidden": _("A call of an account that you do not see"),
        "held": _("On hold"),
        "due": _("Must register"),
        "act": _("Act on {name}"),
        "listen": _("{name} listens"),
        "whisper": _("{name} whispers"),
        "barge": _("{name} has joined in"),
        "rings": _("The phone of {name} rings"),
        "shown": _("Agents shown: {n}"),
        "none_found": _("No agent fits."),
    }
