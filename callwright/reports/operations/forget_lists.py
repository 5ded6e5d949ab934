"""Takes away the files of lists that were sent, where they may hold somebody who is erased."""

from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from callwright.calls.ports import ErasedPerson
from callwright.reports.lists import KEPT_AS
from callwright.reports.models import Run


def forget_lists(person: ErasedPerson, now: datetime) -> None:
    """Removes all that hold rows of the person's account: what they hold of the person must go, and a file is not read
    again to see whether it does. A mail that still waits with one cannot be sent any more.
    """
    about = Q(accounts=None) | Q(accounts__contains=[person.account_id])
    lists = Run.objects.filter(about, schedule__saved__report__startswith=KEPT_AS).exclude(file="")
    found = list(lists.select_for_update(of=("self",)).order_by("pk").values_list("pk", "file"))
    Run.objects.filter(pk__in=[pk for pk, _file in found]).update(file="")
    for _pk, file in found:
        transaction.on_commit(partial(default_storage.delete, file))
