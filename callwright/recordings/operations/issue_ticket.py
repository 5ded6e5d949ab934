"""Who wants to listen gets a ticket, and only together with its entry in the audit log; without one nothing plays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db import transaction

from callwright.recordings.models import Part, Recording, State
from callwright.staff.operations.record_audit import record_audit

_SALT = "callwright.recordings.ticket"
LISTEN_S = 4 * 3600
DOWNLOAD_S = 10 * 60


class NotThere(Exception):
    """Nothing of this call can be played: not fetched, or erased."""


class BadTicket(Exception):
    """Forged, another person's, about something else, or too old (`expired`)."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "invalid")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Ticket:
    """For one user and one call; `download`: of the file as it came from the PBX."""

    user_id: int
    account_id: int
    call_id: UUID
    download: bool


@transaction.atomic
def issue_ticket(*, account_id: int, call_id: UUID, by: int, download: bool, address: str = "", now: datetime) -> str:
    """A ticket for a call that the user may see, and listens to or downloads now. The caller has checked the right.
    Raises NotThere.
    """
    recording = Recording.objects.filter(account_id=account_id, id=call_id, state=State.DOWNLOADED).first()
    if recording is None or not Part.objects.filter(account_id=account_id, call_id=call_id).exists():
        raise NotThere
    entry = record_audit(
        action="recording_downloaded" if download else "recording_played", subject=f"call:{call_id}", by=by,
        account_id=account_id, address=address, now=now,
    )  # fmt: skip
    return signing.dumps([by, account_id, call_id.hex, int(download), entry.hex], salt=_SALT)


def read_ticket(text: str) -> Ticket:
    """Raises BadTicket."""
    try:
        user, account, call, download, _entry = signing.loads(text, salt=_SALT, max_age=LISTEN_S)
        if download:
            signing.loads(text, salt=_SALT, max_age=DOWNLOAD_S)
        return Ticket(user, account, UUID(hex=call), bool(download))
    except signing.SignatureExpired as error:
        raise BadTicket(expired=True) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadTicket from error
