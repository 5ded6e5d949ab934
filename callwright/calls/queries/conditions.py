"""A search as conditions on `calls_call c`: the period as bounds on the id, so that only its months are read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from callwright.calls.figures import ANSWERED, KNOWN
from callwright.calls.periods import span_of
from callwright.calls.queries.hours import decided_until
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import NONE, Search, digits_of
from callwright.contacts.queries.contacts import visible_contacts
from callwright.contacts.queries.find import Narrow, find_keys
from callwright.kit.identity import uuid7_floor
from callwright.kit.phone_numbers import parse_number
from callwright.staff.queries.rights import Viewer

WHOLE = 9
"""Digits of a number in national form: fewer with a zero in front are the last ones of some number."""

WITHIN = "c.id >= %(low)s AND c.id < %(high)s"
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)
"""The ends of an open period. Whoever reads a search part by part narrows the values `low` and `high`."""

CORRECTED = timedelta(days=1)  # as far as a start was ever moved after its id was made

MOST_CONTACTS = 300
"""Contacts whose calls a search by name reads; with more, a longer name finds better."""


@dataclass(slots=True)
class Conditions:
    """SQL conditions that all must hold, with their values; `nothing` when no call can fit. `accounts`: how many are
    searched, None for all.
    """

    texts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    nothing: bool = False
    accounts: int | None = None

    def add(self, condition: str, /, **values: Any) -> None:
        self.texts.append(condition)
        self.values.update(values)

    @property
    def sql(self) -> str:
        return " AND ".join(self.texts) or "true"


def conditions_of(viewer: Viewer, search: Search, *, zone: ZoneInfo, now: datetime, country: str = "") -> Conditions:
    """What a call must fulfil to be found by `search` for this viewer; `country` (ISO code) gives a number typed in
    national form its meaning. At most three queries beside the viewer's rights.
    """
    found, zone = Conditions(), ZoneInfo(search.zone) if search.zone else zone
    _of_accounts(found, call_accounts(viewer), search.account)
    _of_period(found, search, zone, now)
    _of_number(found, search.number, country)
    _of_contact(found, viewer, search)
    for column, several in (("direction", search.directions), ("status", search.statuses)):
        if several:
            found.add(f"c.{column} = ANY(%({column})s)", **{column: list(several)})
    for column, one in (("category_id", search.category), ("queue_id", search.queue)):
        if one == NONE:
            found.add(f"c.{column} IS NULL")
        elif one is not None:
            found.add(f"c.{column} = %({column})s", **{column: one})
    if search.employee == NONE:
        found.add("c.employee_id IS NULL")
    elif search.employee is not None:
        found.add("c.employee_id = %(employee)s", employee=search.employee)
    if search.extension:
        found.add("c.extension = %(extension)s", extension=search.extension)
    _of_time(found, search, zone)
    if search.again:
        _of_again(found, search, zone, now)
    if search.marker == "any":
        found.add("c.marker_id IS NOT NULL")
    elif search.marker is not None:
        found.add("c.marker_id = %(marker)s", marker=search.marker)
    if search.follow_ups:
        found.add("c.follow_up = ANY(%(follow_ups)s)", follow_ups=list(search.follow_ups))
    if search.too_long:
        found.add("c.too_long" if search.too_long == "yes" else "NOT c.too_long")
    if search.recorded:
        found.add(f"c.recording {'=' if search.recorded == 'yes' else '<>'} 'downloaded'")
    _of_text(found, search.text)
    return found


def _of_accounts(found: Conditions, allowed: frozenset[int] | None, asked: int | None) -> None:
    if asked is not None:
        allowed = frozenset({asked}) if allowed is None else allowed & {asked}
    if allowed is None:
        return
    found.nothing, found.accounts = found.nothing or not allowed, len(allowed)
    if len(allowed) == 1:
        found.add("c.account_id = %(account)s", account=next(iter(allowed)))
    else:
        found.add("c.account_id = ANY(%(accounts)s)", accounts=sorted(allowed))


def _of_period(found: Conditions, search: Search, zone: ZoneInfo, now: datetime) -> None:
    span = span_of(search.period, zone, now, search.first, search.last)
    low = uuid7_floor(span.begins_at) if span.begins_at else LOWEST
    found.add(WITHIN, low=low, high=uuid7_floor(span.ends_at) if span.ends_at else HIGHEST)


def _of_time(found: Conditions, search: Search, zone: ZoneInfo) -> None:
    """Calls that began in an hour of the day or on a day of the week, by the clocks of `zone`; how long they talked and
    waited.
    """
    if search.talk_from is not None:
        found.add("c.talk_s >= %(talk_from)s", talk_from=search.talk_from)
    if search.talk_to is not None:
        found.add("c.talk_s <= %(talk_to)s", talk_to=search.talk_to)
    if search.wait_to is not None:
        found.add("c.wait_s <= %(wait_to)s", wait_to=search.wait_to)
    for part, value in (("hour", search.hour), ("isodow", search.weekday)):
        if value is not None:
            found.add(
                f"extract({part} FROM c.started_at AT TIME ZONE %(clock)s) = %({part})s",
                clock=zone.key, **{part: value},
            )  # fmt: skip


def _of_again(found: Conditions, search: Search, zone: ZoneInfo, now: datetime) -> None:
    """As figures of who called again are counted: by the client's other calls to the account within so many days."""
    kind, _, days = search.again.partition("_")
    found.add(f"{KNOWN} AND c.ended_at IS NOT NULL")
    if kind == "known":
        return
    gap, span = timedelta(days=int(days)), span_of(search.period, zone, now, search.first, search.last)
    near = gap + CORRECTED
    found.add(
        {"repeat": _BEFORE, "decided": _DECIDED, "again": f"{_DECIDED} AND {_AFTER}",
         "resolved": f"{_DECIDED} AND NOT {_AFTER}"}[kind],
        gap=gap, decided=decided_until(now, int(days)),
        first_near=uuid7_floor(span.begins_at - near) if span.begins_at else LOWEST,
        last_near=uuid7_floor(span.ends_at + near) if span.ends_at else HIGHEST,
    )  # fmt: skip


_OTHER = """EXISTS (
    SELECT FROM calls_call o WHERE o.account_id = c.account_id AND reverse(o.client_number) = reverse(c.client_number)
      AND o.direction = 'inbound' AND o.ended_at IS NOT NULL AND {})"""
_BEFORE = _OTHER.format("o.id < c.id AND o.id >= %(first_near)s AND o.started_at >= c.started_at - %(gap)s")
_AFTER = _OTHER.format("o.id > c.id AND o.id < %(last_near)s AND o.started_at <= c.started_at + %(gap)s")
_DECIDED = f"{ANSWERED} AND c.started_at < %(decided)s"


def _of_number(found: Conditions, number: str, country: str) -> None:
    """A number that is whole finds itself in any notation; anything shorter is the last digits."""
    if not number:
        return
    digits = digits_of(number)
    is_whole = "+" in number or (digits.startswith("0") and len(digits) >= WHOLE)
    e164 = parse_number(number, country).e164 if is_whole else None
    ending = (e164 or digits)[::-1]
    found.add("reverse(c.client_number) LIKE %(number_end)s", number_end=f"{ending}%")


def _of_contact(found: Conditions, viewer: Viewer, search: Search) -> None:
    if search.contact == NONE:
        found.add("c.contact_id IS NULL")
    elif search.contact is not None:
        account = visible_contacts(viewer).filter(pk=search.contact).values_list("account_id", flat=True).first()
        found.nothing = found.nothing or account is None
        found.add(
            "c.account_id = %(contact_account)s AND c.contact_id = %(contact)s",
            contact=search.contact, contact_account=account,
        )  # fmt: skip
    if search.name:
        keys = find_keys(viewer, search.name, narrow=Narrow(account_id=search.account), limit=MOST_CONTACTS)
        found.nothing = found.nothing or not keys
        found.add(
            "(c.account_id, c.contact_id) IN "
            "(SELECT * FROM unnest(%(name_accounts)s::bigint[], %(name_contacts)s::bigint[]))",
            name_accounts=[account for account, _ in keys], name_contacts=[contact for _, contact in keys],
        )  # fmt: skip


def _of_text(found: Conditions, text: str) -> None:
    if not text:
        return
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    # Each part has an index of its own, and the notes' calls come as one list, so that all three are joined as bitmaps.
    found.add(
        "((c.comment <> '' AND c.comment ILIKE %(text)s) OR (c.from_name <> '' AND c.from_name ILIKE %(text)s)"
        " OR c.id = ANY(ARRAY(SELECT n.call_id FROM calls_callnote n"
        " WHERE n.text ILIKE %(text)s AND n.call_id >= %(low)s AND n.call_id < %(high)s)))",
        text=pattern,
    )
