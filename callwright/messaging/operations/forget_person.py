"""Takes away what was written about a person who is erased (CALL-16)."""

from collections.abc import Collection

from django.db.models import Q

from callwright.messaging.models import Mail, Notification


def forget_messages(*, account_id: int, keys: Collection[str], texts: Collection[str]) -> int:
    """Removes notifications and mails of the account that were about the records `keys` (ids of calls), or that hold
    one of `texts` (numbers, a name, addresses); returns how many.
    """
    told = Q(account_id=account_id) | Q(account_id=None)
    about = Q(key__in=list(keys))
    written = Q(pk__in=[])
    for text in texts:
        about |= Q(values__icontains=text)
        written |= Q(subject__icontains=text) | Q(text__icontains=text) | Q(html__icontains=text)
        written |= Q(recipients__address__iexact=text)
    gone, _ = Notification.objects.filter(told & about).delete()
    ids = set(Mail.objects.filter(Q(account_id=account_id) & written).values_list("pk", flat=True))
    wanted = set(keys)
    for id, key in Mail.objects.filter(account_id=account_id).values_list("pk", "key").iterator():
        if wanted.intersection(key.split(":")):
            ids.add(id)
    mails = Mail.objects.filter(pk__in=ids)
    return gone + (mails.delete()[1].get("messaging.Mail", 0) if ids else 0)
