"""Past calls on which a layout of the card is tried out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from callwright.accounts.queries.accounts import home_country_of, organisation
from callwright.calls.periods import Period
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.register import CallRow, register_page
from callwright.calls.search import Search
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer

SHOWN = 12
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that is over, as it stands in a list to choose from."""

    id: UUID
    who: str
    number: str
    account: str
    home_country: str
    direction: str
    status: str
    started_at: datetime
    is_known: bool


def past_calls(viewer: Viewer, text: str, *, account_id: int | None, zone: str, now: datetime) -> list[PastCall]:
    """The latest calls with clients that are over, of an account or of all that the viewer sees, whose contact or
    number holds `text`; of the last three months.
    """
    country = home_country_of(account_id) if account_id is not None else organisation().home_country
    by_number = sum(c.isdigit() for c in text) >= _FEWEST_DIGITS and not any(c.isalpha() for c in text)
    search = Search(
        period=Period.QUARTER,
        account=account_id,
        directions=("inbound", "outbound"),
        statuses=("answered", "missed", "abandoned"),
        number=text if by_number else "",
        name="" if by_number else text,
    )
    try:
        page = register_page(viewer, search, Viewpoint(ZoneInfo(zone), now, country), limit=SHOWN + 3)
    except SearchTooLong:
        return []
    return [_past(row) for row in page.rows if not row.is_live][:SHOWN]


def best_call(calls: list[PastCall]) -> PastCall | None:
    """The call that shows most of a card: the latest with a known contact that was answered."""
    known = [one for one in calls if one.is_known]
    answered = [one for one in known if one.status == "answered"]
    return next(iter(answered or known or calls), None)


def _past(row: CallRow) -> PastCall:
    return PastCall(
        row.id, row.contact or row.from_name, row.client_number, row.account, row.home_country, row.direction,
        row.status, row.started_at, row.contact_id is not None,
    )  # fmt: skip
