"""Every problem with recordings in words: what is wrong, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Worded:
    title: Any
    what_to_do: Any = ""


PROBLEMS: Final[dict[str, Worded]] = {
    "unreachable": Worded(
        _("The server with the recordings cannot be reached"),
        _("Check its address and port, and whether a firewall stands between."),
    ),
    "slow": Worded(
        _("The server with the recordings does not answer in time"),
        _("It may be overloaded. The recordings are tried again by themselves."),
    ),
    "broken_off": Worded(
        _("The connection broke off in the middle of a file"),
        _("Nothing of the half file is kept. It is fetched again by itself."),
    ),
    "login_refused": Worded(
        _("The server refuses the login"), _("Check the user and the password, key or token, and enter them again.")
    ),
    "key_unreadable": Worded(
        _("The private key cannot be read"),
        _("Enter a key in OpenSSH or PEM form, and its passphrase as the password if it has one."),
    ),
    "host_key_unknown": Worded(
        _("The key of the server is not confirmed yet"),
        _("Compare the fingerprint with that of the server and confirm it. Nobody logs in before that."),
    ),
    "host_key_changed": Worded(
        _("The server shows another key than the one that was confirmed"),
        _("It was installed anew, or it is another server. Find out which, then confirm its new key."),
    ),
    "folder_missing": Worded(_("The folder is not there"), _("Check its name, and whether it is mounted.")),
    "not_permitted": Worded(
        _("The folder or a file in it may not be read"),
        _("Give the user that Callwright runs as, or logs in as, the right to read it."),
    ),
    "not_found": Worded(
        _("There is no file with the name that was looked for"),
        _("If it never comes, check the folder and the pattern for file names."),
    ),
    "growing": Worded(_("The file is still being written"), _("It is fetched when it is complete.")),
    "http_status": Worded(
        _("The web server answers with an error"), _("The details say which. Look at the log of that server.")
    ),
    "tls_failed": Worded(
        _("The encrypted connection fails"), _("Check the certificate of the server: it must be valid for its name.")
    ),
    "unsafe_name": Worded(
        _("The file is not an ordinary file below the folder"),
        _("Links are not followed, so that no other file of the server can be read. Move the file itself there."),
    ),
    "too_large": Worded(_("The file is too large"), _("No recording of a call has more than 8 GB.")),
    "not_audio": Worded(
        _("The file is no recording that can be read"),
        _("It may be damaged, or a page with an error message instead of the file."),
    ),
    "disk_full": Worded(
        _("The disk is full, so the recording cannot be kept"),
        _("Make room. It is fetched by itself then; the PBX still has it."),
    ),
    "storage_failed": Worded(
        _("The storage for recordings does not take the file"),
        _("Check its settings and its rights. It is tried again by itself; the PBX still has the file."),
    ),
    "secret_lost": Worded(
        _("The stored password cannot be read any more"),
        _("The secret key of this installation was changed. Enter the password, key or token again."),
    ),
    "no_source": Worded(
        _("Nobody has said where this PBX keeps its recordings"),
        _("An administrator can set that up under Recordings."),
    ),
}  # fmt: skip

REASONS: Final[dict[str, Worded]] = {
    "short": Worded(
        _("The recording is shorter than the talk"),
        _("Something may be missing: it began late, or was stopped on the PBX."),
    ),
    "doubled": Worded(
        _("The recording is twice as long as the talk"),
        _("With option D of MixMonitor the file name must end in .raw, or two channels are played as one."),
    ),
    "empty": Worded(_("The PBX opened a file and recorded nothing"), ""),
    "never": Worded(_("By a rule, this call is not recorded"), ""),
    "retention": Worded(_("Its time to be kept was over"), ""),
    "erased_apart": Worded(_("What was recorded was erased before it became part of this call"), ""),
}  # fmt: skip

_UNKNOWN = Worded(_("The recording could not be fetched"), _("The log of the worker says more."))


def reason_in_words(code: str) -> Worded | None:
    """Why a recording is in its state; None when there is nothing to say."""
    return (PROBLEMS.get(code) or REASONS.get(code) or _UNKNOWN) if code else None


NAME_PROBLEMS: Final[dict[str, Any]] = {
    "unknown_placeholder": _("In braces there can only be uniqueid, linkedid, year, month, day, hour, minute, second."),
    "no_key": _("The name must hold {uniqueid} or {linkedid}: by them the file of a call is known."),
    "unsafe": _("Enter a name below the folder, without .. and without a slash at its beginning."),
    "open_key": _(
        "In a name with * there must be a sign such as - or . on both sides of {uniqueid}, or files of other calls fit"
        " too."
    ),
    "no_listing": _("A web server cannot be searched, so * cannot stand in the name."),
}


def in_words(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a notification, its code of a problem as the words for it."""
    worded = reason_in_words(str(values.get("problem", ""))) or _UNKNOWN
    return {**values, "problem": str(worded.title)}
