"""Connects to a source as it is set up."""

import json

from callwright.kit.sealing import CannotUnseal, seal, unseal
from callwright.recordings.models import Source
from callwright.recordings.sources.folder import FolderReader
from callwright.recordings.sources.http import HttpLogin, HttpReader
from callwright.recordings.sources.reading import Reader, SourceProblem
from callwright.recordings.sources.sftp import SftpLogin, SftpReader

_PURPOSE = "recordings.source"


def open_source(source: Source) -> Reader:
    """A reader, to be entered. Raises SourceProblem when its secrets cannot be read any more."""
    if source.kind == Source.Kind.FOLDER:
        return FolderReader(source.folder)
    secrets = secrets_of(source)
    if source.kind == Source.Kind.SFTP:
        return SftpReader(
            SftpLogin(
                host=source.host, port=source.port, username=source.username, host_key=source.host_key,
                folder=source.folder, password=secrets.get("password", ""), private_key=secrets.get("private_key", ""),
            )
        )  # fmt: skip
    return HttpReader(HttpLogin(source.url, source.username, secrets.get("password", ""), secrets.get("token", "")))


def secrets_of(source: Source) -> dict[str, str]:
    """Raises SourceProblem."""
    try:
        found: dict[str, str] = json.loads(unseal(source.sealed, purpose=_PURPOSE) or "{}")
    except CannotUnseal as error:
        raise SourceProblem("secret_lost") from error
    return found


def sealed(secrets: dict[str, str]) -> str:
    """Passwords, keys and tokens as they are stored."""
    given = {name: value for name, value in secrets.items() if value}
    return seal(json.dumps(given), purpose=_PURPOSE) if given else ""
