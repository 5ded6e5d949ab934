"""Problems of links and refusals of orders, worded for people: what is wrong and what to do about it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Worded:
    title: "_StrPromise"
    what_to_do: "_StrPromise"


PROBLEMS: Final[dict[str, Worded]] = {
    "unreachable": Worded(
        _("The PBX does not answer at this address"),
        _(
            "Check the host and port, that Asterisk runs, that manager.conf has enabled = yes, and that no firewall "
            "stands between."
        ),
    ),
    "login_refused": Worded(
        _("The PBX refuses the login"),
        _(
            "Check the AMI user and secret, and that the permit line of this user in manager.conf allows this "
            "server. After a change there: manager reload."
        ),
    ),
    "not_asterisk": Worded(
        _("Something else than Asterisk answers at this port"),
        _("Check the port: AMI is usually on 5038, or on 5039 with TLS."),
    ),
    "wrong_version": Worded(
        _("This Asterisk is too old"), _("Callwright needs Asterisk 16 or newer. Upgrade the PBX."),
    ),
    "missing_privilege": Worded(
        _("The AMI user may not do all that is needed"),
        _(
            "Give the user read = call,agent,reporting,cdr,dialplan and write = "
            "system,call,agent,originate,reporting in manager.conf, then: manager reload."
        ),
    ),
    "tls_failed": Worded(
        _("The encrypted connection fails"),
        _("Check that TLS is switched on in manager.conf and that this server trusts the certificate of the PBX."),
    ),
    "silent": Worded(
        _("The PBX is connected, but does not answer"),
        _("Asterisk may be overloaded or hanging. The link is tried again by itself; look at the PBX if it lasts."),
    ),
    "closed": Worded(
        _("The PBX closed the connection"),
        _(
            "It may be restarting. The link is tried again by itself, and calls that ended meanwhile are completed "
            "from the records of the PBX."
        ),
    ),
    "overrun": Worded(
        _("The PBX sends more than can be read"),
        _(
            "Set event filters for this user in manager.conf, as the installation guide shows; then far fewer "
            "events come."
        ),
    ),
    "caller_id_missing": Worded(
        _("The PBX delivers no caller numbers"),
        _(
            "Calls come in without a number. Ask the provider to send caller ID, and check trustrpid or the "
            "from-user settings of the trunk."
        ),
    ),
    "events_refused": Worded(
        _("The register could not take some events of this PBX"),
        _(
            "They are kept in refused.jsonl in the journal folder of this PBX and tried again at each start of the "
            "link. The log says why; report it, so that no call stays incomplete."
        ),
    ),
    "events_filtered": Worded(
        _("Events that are needed do not arrive"),
        _(
            "Calls are seen, but not how they end or who answers. Check read = and eventfilter of this user in "
            "manager.conf."
        ),
    ),
    "disk_full": Worded(
        _("The disk of this server is full"),
        _("Make room at once: what the PBX says is kept in memory only until then."),
    ),
    "journal_unwritable": Worded(
        _("The journal cannot be written"),
        _("Check that the data folder exists and belongs to the user that Callwright runs as."),
    ),
}  # fmt: skip

REFUSALS: Final[dict[str, Worded]] = {
    "no_commands": Worded(
        _("This PBX takes no orders"), _("It only reports its calls to us. Dial, hold and transfer at the phone."),
    ),
    "disabled": Worded(_("The PBX is not linked"), _("An administrator has switched the link off.")),
    "not_simulated": Worded(_("Answer at the phone"), _("Only the simulated PBX answers by a click.")),
    "expired": Worded(
        _("The PBX did not take the order in time"),
        _("The link to it may be down. Nothing was done; try again when it is connected."),
    ),
    "not_linked": Worded(_("The PBX is not connected"), _("Nothing was done; try again when it is connected.")),
    "silent": Worded(
        _("The PBX did not confirm the order"),
        _("It may or may not have been carried out. Look at your phone before you try again."),
    ),
    "refused": Worded(_("The PBX refused the order"), _("Try again, or do it at the phone.")),
    "no_answer": Worded(
        _("Your phone did not answer"),
        _("Pick up when it rings; the other side is called after that."),
    ),
    "busy": Worded(_("Your phone is busy"), _("Finish the call on it, then try again.")),
    "not_registered": Worded(
        _("Your phone is not connected to the PBX"), _("Check its cable or its login, then try again.")
    ),
    "no_such_call": Worded(_("This call is over"), _("There is nothing left to do with it.")),
    "no_such_extension": Worded(_("The PBX does not know this number"), _("Check the number, then try again.")),
    "no_such_member": Worded(
        _("Your extension is not in this queue"), _("An administrator of the PBX can add it to the queue.")
    ),
    "no_such_queue": Worded(
        _("The PBX does not know this queue"),
        _("It may have been renamed there; an administrator of the PBX can tell."),
    ),
    "not_supported": Worded(_("The PBX cannot do this"), _("Do it at the phone instead.")),
    "already_member": Worded(_("Your extension is in this queue already"), _("There is nothing to do.")),
    "not_recorded": Worded(
        _("This call is not recorded"), _("The PBX records nothing of it now, so there is nothing to pause.")
    ),
    "never_recorded": Worded(
        _("This call is never recorded"),
        _("A rule says so. An administrator can change it under Recordings."),
    ),
    "not_connected": Worded(_("There is nobody to transfer"), _("Wait until the call is connected, then try again.")),
    "being_asked": Worded(
        _("Somebody is being asked already"), _("Hand the call over to them, or go back to the caller first.")
    ),
    "missing_privilege": Worded(
        _("The PBX does not permit this"),
        _("An administrator must give the AMI user the right to it in manager.conf."),
    ),
    "congestion": Worded(_("No line is free"), _("All lines are busy or the provider is away; try again in a moment.")),
}  # fmt: skip

_UNKNOWN = Worded(
    _("The link has a problem without a name"),
    _("The details below are the words of the PBX. The log of the link says more."),
)


def problem_in_words(code: str) -> Worded | None:
    """A link's problem; None when there is none. A code that nobody worded yet is told as unknown, not hidden."""
    return PROBLEMS.get(code, _UNKNOWN) if code else None
