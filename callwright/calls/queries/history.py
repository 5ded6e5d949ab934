"""All calls of a contact, over all its numbers (CALL-10)."""

from callwright.calls.periods import Period
from callwright.calls.queries.agent_calls import ListedCall, calls_of_contact
from callwright.calls.queries.register import Page, register_page
from callwright.calls.search import After, Search
from callwright.calls.viewpoint import Viewpoint
from callwright.contacts.queries.contacts import visible_contacts
from callwright.staff.queries.rights import Viewer, may

HISTORY_PAGE = 20


def history_of_contact(
    viewer: Viewer, contact_id: int, view: Viewpoint, *, after: After | None = None, limit: int = HISTORY_PAGE
) -> Page:
    """The contact's calls, newest first, from the place `after` on; nothing when the viewer may not see it."""
    search = Search(period=Period.ALL, contact=contact_id)
    return register_page(viewer, search, view, after=after, limit=limit)


def last_calls_for_card(viewer: Viewer, contact_id: int, *, limit: int = 5) -> list[tuple[ListedCall, str, str]]:
    """The contact's latest finished calls with the employee's name and the last note; nothing when the viewer may see
    neither the contact nor calls.
    """
    account = visible_contacts(viewer).filter(pk=contact_id).values_list("account_id", flat=True).first()
    if account is None or not may(viewer, "see_register"):
        return []
    return calls_of_contact(account, contact_id, limit=limit)
