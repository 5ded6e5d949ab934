"""Takes messages away whose cause is removed."""

from collections.abc import Collection
from uuid import UUID

from callwright.messaging.models import Mail


def forget_mails(mail_ids: Collection[UUID]) -> None:
    """Removes these messages from the outbox, sent or not; those that are there no longer are passed over."""
    if mail_ids:
        Mail.objects.filter(pk__in=mail_ids).delete()
