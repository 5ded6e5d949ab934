"""One call as it stands on one employee's desk, with all that the card shows (DESK-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from callwright.accounts.queries.accounts import Recipient
from callwright.accounts.queries.on_card import AccountOnCard, account_on_card
from callwright.calls.queries.agent_calls import CardCall, CardLeg, ListedCall, calls_of_contact, card_call
from callwright.calls.queries.handed_over import is_handed_over
from callwright.calls.queries.notes import Note, notes_of_call
from callwright.calls.queries.recorded import recording_now
from callwright.contacts.queries.card import ContactCard, card_contact
from callwright.contacts.queries.contacts import KnownContact, contacts_for_number
from callwright.contacts.queries.lists import FieldValue
from callwright.desk.rules import CLOSES_BY_ITSELF, FIELD, LIVE, CardState, MyLeg, OwnField, card_state, layout_from
from callwright.kit.phone_numbers import Place, country_name, format_number, place_of
from callwright.recordings.queries.policies import consent_text, must_not_be_recorded
from callwright.registration.queries.last_words import NO_WORDS, Words, words_of
from callwright.registration.queries.panel import Panel, panel_of
from callwright.staff.queries.agents import agent_now, wrap_up_of
from callwright.staff.queries.rights import Viewer
from callwright.telephony.queries.consultations import Consultation, consultation

_HISTORY = 12


@dataclass(frozen=True, slots=True)
class Strip:
    """The part of a card that changes while the call goes on. `since`: when the present state began."""

    call: CardCall
    state: CardState
    who: str
    leg: str
    since: datetime
    taken_by: str
    consultation: Consultation | None
    wrap_up_until: datetime | None
    is_recorded: bool = False
    silent_since: datetime | None = None  # while all that is recorded is paused
    by_rule: bool = False  # a call that is never recorded
    is_due: bool = False  # to be registered before anything else

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def waits_since(self) -> datetime | None:
        """Since when the caller has waited for somebody; None when nobody waits."""
        waits = self.state == CardState.RINGING and self.call.direction == "inbound"
        return self.call.started_at if waits else None

    @property
    def closes(self) -> bool:
        return self.state in CLOSES_BY_ITSELF

    @property
    def talks(self) -> bool:
        return self.state in (CardState.TALKING, CardState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier call of the contact, with who spoke, what was noted and what it was about."""

    call: ListedCall
    employee: str
    note: str
    about: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Card:
    """`policy`: what is done with callers nobody knows; `is_new`: the contact has no name yet."""

    strip: Strip
    account: AccountOnCard
    layout: dict[str, tuple[str, ...]]
    contact: ContactCard | None
    candidates: tuple[KnownContact, ...]
    place: Place | None
    country: str
    there: datetime | None
    past: tuple[Past, ...]
    policy: str
    screen_pop: str
    consent: str  # what to say about recording
    read_at: datetime

    @property
    def call(self) -> CardCall:
        return self.strip.call

    @property
    def is_new(self) -> bool:
        return self.contact is None or not self.contact.name

    def own_field(self, part: str) -> FieldValue | None:
        """The own field that a part shows; None where it is not filled in."""
        code = part.removeprefix(FIELD)
        found = next((one for one in self.contact.custom if one.code == code), None) if self.contact else None
        return found if found is not None and found.value not in (None, "") else None

    @property
    def number_is_known(self) -> bool:
        return bool(self.call.client_number.startswith("+"))


@dataclass(frozen=True, slots=True)
class Work:
    """The end side of the desk for a call: the employee's own note, the others', and to whom notes can go."""

    note: str
    chosen: frozenset[int]
    others: tuple[Note, ...]
    recipients: tuple[Recipient, ...]
    mine: Note | None = None
    panel: Panel | None = None


def strip_of(viewer: Viewer, call_id: UUID, *, now: datetime) -> Strip | None:
    """The changing part of the card; None when the viewer may not see the call or has nothing to do with it."""
    call = card_call(viewer, call_id)
    return _strip(viewer, call, now) if call is not None else None


def _strip(viewer: Viewer, call: CardCall, now: datetime) -> Strip | None:
    assert viewer.pk is not None
    legs = call.legs_of(viewer.pk)
    is_caller = call.direction == "outbound" and call.employee_id == viewer.pk
    if call.direction == "internal" and not legs:
        is_caller = agent_now(viewer.pk).extension == call.from_number
    if not legs and not is_caller:
        return None
    state = _state(call, legs, is_caller=is_caller)
    asking = None
    if state in (CardState.TALKING, CardState.ON_HOLD) and call.pbx_id is not None:
        asking = consultation(pbx_id=call.pbx_id, call_key=call.pbx_key, by=viewer.pk, now=now)
    recorded: tuple[bool, datetime | None] = (False, None)
    if state in (CardState.TALKING, CardState.ON_HOLD):
        recorded = recording_now(call.account_id, call.id)
    wrap_up, is_due = None, False
    if state in (CardState.ENDED, CardState.TRANSFERRED):
        wrap_up, is_due = wrap_up_of(viewer.pk, call.id, now=now)
    return Strip(
        call=call,
        state=state,
        who=_who(call),
        leg=legs[-1].key if legs else call.pbx_key,
        since=_since(call, state, legs),
        taken_by=_taken_by(call, viewer.pk),
        consultation=asking,
        wrap_up_until=wrap_up,
        is_recorded=recorded[0],
        silent_since=recorded[1],
        by_rule=recorded[0] and must_not_be_recorded(call.account_id, call.id),
        is_due=is_due,
    )


def _state(call: CardCall, legs: Sequence[CardLeg], *, is_caller: bool) -> CardState:
    return card_state(
        direction=call.direction,
        ended_at=call.ended_at,
        answered_at=call.answered_at,
        talking_since=call.talking_since,
        held_since=call.held_since,
        is_caller=is_caller,
        legs=[MyLeg(leg.answered_at, leg.ended_at) for leg in legs],
        # Read from the facts for the few that were given to somebody: who dials at the phone has no leg that ends.
        is_handed_over=is_caller
        and not legs
        and bool(call.transferred_to)
        and is_handed_over(call.account_id, call.id),
    )


def _who(call: CardCall) -> str:
    return call.contact or call.from_name or format_number(call.client_number, call.home_country)


def _since(call: CardCall, state: CardState, legs: Sequence[CardLeg]) -> datetime:
    if state == CardState.ON_HOLD and call.held_since:
        return call.held_since
    if state == CardState.TALKING and call.talking_since:
        return call.talking_since
    ringing = [leg.rung_at for leg in legs if leg.ended_at is None and leg.answered_at is None]
    if ringing and state in (CardState.RINGING, CardState.PICK_UP):
        return min(ringing)
    return call.started_at


def _taken_by(call: CardCall, user_id: int) -> str:
    for leg in call.legs:
        if leg.answered_at and leg.employee_id != user_id and leg.kind == "extension":
            return leg.employee or leg.party
    return ""


def card_of(viewer: Viewer, call_id: UUID, *, language: str, now: datetime) -> Card | None:
    """The whole card; None when the viewer may not see the call or has nothing to do with it."""
    call = card_call(viewer, call_id)
    strip = _strip(viewer, call, now) if call else None
    return _card(viewer, strip, layout=None, language=language, now=now) if strip else None


def card_in_preview(
    viewer: Viewer, call_id: UUID, *, layout: Sequence[object], language: str, now: datetime
) -> Card | None:
    """The card of a call that is over, laid out like this, as it stood before who took it (or whom it rang at); None
    when the viewer may not see the call, or it goes on.
    """
    call = card_call(viewer, call_id)
    if call is None or call.ended_at is None:
        return None
    leg = next((leg.key for leg in call.legs if leg.answered_at), call.pbx_key)
    strip = Strip(
        call=call,
        state=CardState.ENDED if call.answered_at or call.direction == "outbound" else CardState.MISSED,
        who=_who(call),
        leg=leg,
        since=call.started_at,
        taken_by="",
        consultation=None,
        wrap_up_until=None,
    )
    return _card(viewer, strip, layout=layout, language=language, now=now)


def _card(
    viewer: Viewer, strip: Strip, *, layout: Sequence[object] | None, language: str, now: datetime
) -> Card | None:
    """`layout` as stored; None: as it is kept."""
    call = strip.call
    account = account_on_card(call.account_id, line_number=call.dialled_number, now=now)
    if account is None:
        return None
    contact = card_contact(viewer, call.contact_id, now=now) if call.contact_id else None
    fields = [OwnField(one.code, one.on_card) for one in contact.custom] if contact else []
    place = place_of(call.client_number, language)
    is_client = call.direction != "internal" and call.client_number.startswith("+")
    return Card(
        strip=strip,
        account=account,
        layout=layout_from(account.card_layout if layout is None else layout, fields),
        contact=contact,
        candidates=tuple(contacts_for_number(account.id, call.client_number)) if is_client else (),
        place=place,
        country=_country(contact, place, language),
        there=_there(contact, place, now),
        past=_past(call) if contact else (),
        policy=account.unknown_callers if contact is None else "",
        screen_pop=_screen_pop(account, strip, contact),
        consent=consent_text(account.id, call.id),
        read_at=now,
    )


def _past(call: CardCall) -> tuple[Past, ...]:
    assert call.contact_id is not None
    found = calls_of_contact(call.account_id, call.contact_id, limit=_HISTORY + 1)
    rows = [row for row in found if row[0].id != call.id][:_HISTORY]
    about = words_of(call.account_id, [row[0].id for row in rows])
    return tuple(Past(*row, about.get(row[0].id, NO_WORDS)) for row in rows)


def _country(contact: ContactCard | None, place: Place | None, language: str) -> str:
    if contact and contact.country:
        return country_name(contact.country, language)
    return place.country if place else ""


def _there(contact: ContactCard | None, place: Place | None, now: datetime) -> datetime | None:
    zone = contact.local_zone if contact else ""
    if not zone and place is not None:
        offsets = {now.astimezone(ZoneInfo(name)).utcoffset() for name in place.time_zones}
        zone = place.time_zones[0] if len(offsets) == 1 else ""
    return now.astimezone(ZoneInfo(zone)) if zone else None


def _screen_pop(account: AccountOnCard, strip: Strip, contact: ContactCard | None) -> str:
    call = strip.call
    return account.screen_pop(
        {
            "number": call.client_number,
            "name": contact.name if contact else call.from_name,
            "contact_id": str(contact.id) if contact else "",
            "account": account.name,
            "call_id": str(call.id),
            "direction": call.direction,
            "line": call.dialled_number,
            "extension": call.extension,
        }
    )


def work_of(user_id: int, card: Card) -> Work:
    """What the employee has noted on the call and what others have, and the panel to register it; three queries."""
    notes = notes_of_call(card.call.account_id, card.call.id)
    mine = next((note for note in notes if note.by == user_id), None)
    recipients = card.account.recipients
    by_default = frozenset(one.id for one in recipients if one.by_default)
    return Work(
        note=mine.text if mine else "",
        chosen=mine.recipients if mine else by_default,
        others=tuple(note for note in notes if note.by != user_id and note.text),
        recipients=recipients,
        mine=mine,
        panel=panel_of(user_id, account_id=card.call.account_id, call_id=card.call.id, now=card.read_at),
    )


WRAP_UP_KEPT = timedelta(minutes=30)
"""How long the card of an ended call waits on the desk for its note before it is put away by itself."""
