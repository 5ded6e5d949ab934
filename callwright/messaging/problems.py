"""Why mail does not go out, in words for whoever set it up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Problem:
    title: "_StrPromise"
    what_to_do: "_StrPromise"


_PROBLEMS = {
    "unreachable": Problem(
        _("The mail server cannot be reached"),
        _("Check the host, the port and the security, and that a firewall lets Callwright through."),
    ),
    "certificate": Problem(
        _("The certificate of the mail server is not valid"),
        _("Use the host name that stands in the certificate, or have the server's certificate renewed."),
    ),
    "tls": Problem(
        _("The connection could not be secured"),
        _("Port 587 mostly wants STARTTLS, port 465 TLS from the start, port 25 none or STARTTLS."),
    ),
    "no_starttls": Problem(
        _("The mail server does not offer STARTTLS"),
        _("Choose TLS from the start, or none where the server stands in your own network."),
    ),
    "greeting": Problem(_("The mail server takes no messages now"), _("It says so itself; the words below tell why.")),
    "no_login": Problem(
        _("The mail server takes no login"),
        _("Leave user and password empty, or choose the port and security meant for programs that log in."),
    ),
    "login_refused": Problem(
        _("The mail server refuses the login"),
        _("Check user and password. Many providers want a password of its own for each program."),
    ),
    "password_unreadable": Problem(
        _("The stored password can no longer be read"),
        _("The secret key of this installation was changed. Type the password again."),
    ),
    "not_set_up": Problem(_("No mail server is set up"), _("Save its settings first.")),
    "not_an_email": Problem(_("This is not an e-mail address"), _("Write it like name@example.org.")),
    "no_utf8": Problem(
        _("The mail server does not take this address"),
        _("It has letters outside ASCII before the @, and the server lacks SMTPUTF8."),
    ),
    "lost": Problem(
        _("The connection broke before the message was complete"), _("Nothing was sent. Try again in a moment.")
    ),
    "doubt": Problem(
        _("The mail server took the message, but did not say that it will deliver it"),
        _("Perhaps it was sent. Look into the mailbox before you try again."),
    ),
    "refused": Problem(_("The mail server refuses the message"), _("It says so itself; the words below tell why.")),
    "later": Problem(_("The mail server asks to try later"), _("It says so itself; the words below tell why.")),
}

OUTCOMES = {
    "": _("Under way, or its worker ended"),
    "sent": _("Taken by the mail server"),
    "partly": _("Taken for some of the recipients"),
    "refused": _("Refused by the mail server"),
    "withdrawn": _("Withdrawn"),
    "later": _("Put off by the mail server"),
    "lost": _("The connection broke before the message was complete"),
    "doubt": _("No answer came after the message: perhaps it was sent"),
    "died": _("The worker ended before the message was handed over"),
    "unsendable": _("The message cannot be sent as it is"),
}


def problem_in_words(code: str) -> Problem:
    """What is wrong and what to do; a code nobody knows is told as a server that cannot be reached."""
    return _PROBLEMS.get(code, _PROBLEMS["unreachable"])
