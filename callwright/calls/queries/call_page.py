"""One call with everything about it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Reverse

from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts, Leg
from callwright.calls.projection import CallView, project
from callwright.calls.queries.visible import visible_calls
from callwright.contacts.queries.contacts import CategoryMark
from callwright.contacts.queries.lists import category_then
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class CallPath:
    """What happened in the call; `employees` are names by extension, as they sat when it rang."""

    view: CallView | None
    employees: dict[str, str]


def visible_call(viewer: Viewer, call_id: UUID) -> Call | None:
    """The call with what belongs to it, if the viewer may see it; two queries beside the rights."""
    joined = visible_calls(viewer).select_related("account", "line", "queue", "category", "employee", "pbx", "marker")
    call = joined.filter(id=call_id).first()
    if call is not None and call.category is not None:
        now = call.category
        then = category_then(CategoryMark(now.pk, now.name, now.colour, now.icon), call.started_at)
        now.name, now.colour, now.icon = then.name, then.colour, then.icon  # as it was shown then; never saved
    return call


def path_of(call: Call) -> CallPath:
    """The path of a call through its parties; no view for a call that came without its facts. Two queries."""
    kept = CallFacts.objects.filter(account_id=call.account_id, call_id=call.id)
    facts = kept.values_list("facts", flat=True).first()
    legs = Leg.objects.filter(account_id=call.account_id, call_id=call.id, employee__isnull=False)
    employees = dict(legs.values_list("party", "employee__name"))
    if call.employee is not None and call.extension:
        employees.setdefault(call.extension, call.employee.name)
    return CallPath(project(decode_facts(facts)) if facts else None, employees)


def neighbours(viewer: Viewer, call: Call) -> tuple[UUID | None, UUID | None]:
    """The calls before and after of the same contact, else of the same number; two queries beside the rights."""
    same = visible_calls(viewer).filter(account_id=call.account_id)
    if call.contact_id is not None:
        same = same.filter(contact_id=call.contact_id)
    elif call.client_number:
        # the index is on the reversed number
        same = same.alias(ending=Reverse("client_number")).filter(ending=call.client_number[::-1])
    else:
        return None, None
    before = same.filter(id__lt=call.id).order_by("-id").values_list("id", flat=True).first()
    after = same.filter(id__gt=call.id).order_by("id").values_list("id", flat=True).first()
    return before, after
