"""All calls of a contact, over all its numbers (CALL-10)."""

from callwright.calls.periods import Period
from callwright.calls.queries.register import Page, register_page
from callwright.calls.search import After, Search
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer

HISTORY_PAGE = 20


def history_of_contact(
    viewer: Viewer, contact_id: int, view: Viewpoint, *, after: After | None = None, limit: int = HISTORY_PAGE
) -> Page:
    """The contact's calls, newest first, from the place `after` on; nothing when the viewer may not see it."""
    search = Search(period=Period.ALL, contact=contact_id)
    return register_page(viewer, search, view, after=after, limit=limit)
