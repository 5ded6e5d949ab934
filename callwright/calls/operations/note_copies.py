"""Copies of notes for coaching: to which addresses of ours, of whose notes, and the copies themselves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from callwright.calls.models import NoteCopy
from callwright.calls.operations.note_mail import Letter, queue_copy
from callwright.messaging.rules import AddressRefused, clean_address
from callwright.staff.operations.record_audit import record_audit


class CopyRefused(Exception):
    """`reason`: not_an_email, no_agents (chosen agents are wanted, and none is chosen), twice, language."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


@transaction.atomic
def save_copy(
    *, copy_id: int | None = None, account_id: int | None, email: str, language: str, all_agents: bool,
    agent_ids: Collection[int], by: int, now: datetime,
) -> int:  # fmt: skip
    """An address gets copies of the notes of all agents or of chosen ones, in one account or (None) in all; returns its
    id. Raises CopyRefused, NoteCopy.DoesNotExist. The caller has checked that `by` may set it for the account.
    """
    try:
        email = clean_address(email)
    except AddressRefused as refused:
        raise CopyRefused("email", "not_an_email") from refused
    if language not in dict(settings.LANGUAGES):
        raise CopyRefused("language", "language")
    if not all_agents and not agent_ids:
        raise CopyRefused("agents", "no_agents")
    same = NoteCopy.objects.filter(Q(account=account_id), email__iexact=email).exclude(Q(pk=copy_id))
    if same.select_for_update().exists():
        raise CopyRefused("email", "twice")
    copy = NoteCopy.objects.select_for_update().get(pk=copy_id) if copy_id is not None else NoteCopy()
    copy.account_id, copy.email, copy.language = account_id, email, language
    copy.all_agents, copy.changed_at, copy.changed_by_id = all_agents, now, by
    copy.save()
    copy.agents.set([] if all_agents else agent_ids)
    _note("note_copy_saved", copy, by, now)
    return copy.pk


@transaction.atomic
def remove_copy(*, copy_id: int, by: int, now: datetime) -> None:
    """The address gets no more copies. Removing it twice is no error."""
    copy = NoteCopy.objects.select_for_update().filter(pk=copy_id).first()
    if copy is not None:
        _note("note_copy_removed", copy, by, now)
        copy.delete()


def _note(action: str, copy: NoteCopy, by: int, now: datetime) -> None:
    record_audit(
        action=action, subject=f"note_copy:{copy.pk}", by=by, account_id=copy.account_id,
        detail={"address": copy.email, "agents": "all" if copy.all_agents else copy.agents.count()}, now=now,
    )  # fmt: skip


def queue_copies(letter: Letter, *, author_id: int | None, author: str, to: Sequence[str], now: datetime) -> list[UUID]:
    """The copies of one version of a note, each address once; returns the mails. In the caller's transaction."""
    wanted = Q(all_agents=True) | Q(agents=author_id) if author_id is not None else Q(all_agents=True)
    rules = NoteCopy.objects.filter(Q(account_id=None) | Q(account_id=letter.account_id), wanted)
    languages: dict[str, tuple[str, str]] = {}
    for rule in rules.order_by("account_id", "pk"):  # an account's own comes before that of all
        languages.setdefault(rule.email.lower(), (rule.email, rule.language))
    mails = [
        queue_copy(letter, to=email, language=language, author=author, recipients=to, now=now)
        for email, language in languages.values()
    ]
    return [mail for mail in mails if mail is not None]
