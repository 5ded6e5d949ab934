"""The calls that a viewer may see: those of visible accounts, for every role that may open the register."""

from django.db.models import QuerySet

from callwright.calls.models import Call
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


def call_accounts(viewer: Viewer) -> frozenset[int] | None:
    """The accounts whose calls the viewer may see; None means all, and none for those without the register."""
    return visible_account_ids(viewer) if may(viewer, "see_register") else frozenset()


def visible_calls(viewer: Viewer) -> QuerySet[Call]:
    """The calls the viewer may see, in no order: all of an account's, whoever of its people spoke."""
    allowed = call_accounts(viewer)
    return Call.objects.all() if allowed is None else Call.objects.filter(account_id__in=allowed)
