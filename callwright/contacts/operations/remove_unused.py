"""Takes contacts out again that were made of callers by mistake: nobody has looked after them since."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from callwright.contacts.models import Contact, ContactEmail, ContactNumber, Order
from callwright.contacts.operations.keep_contact import announce


def remove_unused(*, account_id: int, contact_ids: Collection[int], since: datetime, now: datetime) -> int:
    """Removes those of the contacts that were made automatically since a moment and about which nothing was written;
    returns how many. The caller knows that no call is theirs; in the caller's transaction.
    """
    mine = {"account_id": account_id, "contact_id__in": contact_ids}
    found = Contact.objects.select_for_update().filter(
        account_id=account_id, pk__in=contact_ids, created_automatically=True, created_at__gte=since, updated_by=None,
        marker=None, category=None, company=None, responsible=None, warning="", photo="", custom={},
    )  # fmt: skip
    ids = set(found.values_list("pk", flat=True))
    ids -= set(ContactEmail.objects.filter(**mine).values_list("contact_id", flat=True))
    ids -= set(Order.objects.filter(**mine).values_list("contact_id", flat=True))
    ids -= set(Contact.objects.filter(account_id=account_id, company_id__in=ids).values_list("company_id", flat=True))
    counted = Counter(ContactNumber.objects.filter(**mine).values_list("contact_id", flat=True))
    ids = {id for id in ids if counted[id] <= 1}
    ContactNumber.objects.filter(account_id=account_id, contact_id__in=ids).delete()
    Contact.objects.filter(account_id=account_id, pk__in=ids)._raw_delete(using="default")
    for id in sorted(ids):
        announce(account_id, id, name="erased", by=None, now=now)
    return len(ids)
