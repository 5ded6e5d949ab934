"""Turns projected calls into rows: whose call it is, which line, queue, contact and employees it concerns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from callwright.accounts.queries.routing import (
    AccountFacts,
    account_facts,
    routes_of,
)
from callwright.calls.facts import CallState
from callwright.calls.operations.copy_rows import Placed
from callwright.calls.operations.stored_calls import Stored
from callwright.calls.projection import CallView, LegView
from callwright.calls.queries.erased import erased_callers
from callwright.calls.rows import leg_columns, told_columns
from callwright.contacts.operations.create_from_caller import create_from_caller
from callwright.contacts.queries.callers import accounts_knowing, contacts_of_callers
from callwright.kit.identity import uuid7_of
from callwright.kit.phone_numbers import ParsedNumber, parse_number
from callwright.staff.queries.seats import employees_sitting
from callwright.telephony.events import Direction, LegKind
from callwright.telephony.operations.ensure_queues import ensure_queues
from callwright.telephony.queries.pbxs import PbxFacts, accounts_of_commands


class Projected(NamedTuple):
    """A call as it is now; `stored` and `before` as it was at the last event, where there was one."""

    pbx: PbxFacts
    state: CallState
    view: CallView
    stored: Stored | None = None
    before: CallView | None = None


_LATE = timedelta(minutes=1)
"""Calls that were not known so long after their start come from records, and may be of before somebody was erased."""


@dataclass(frozen=True, slots=True)
class Described:
    account_id: int
    id: UUID
    view: CallView
    call: dict[str, Any]
    legs: list[dict[str, Any]]  # those whose rows are to be written
    employees: dict[str, int]  # who sat at each of our extensions in it when it rang, and at the one that called
    is_erased: bool = False  # told late, of a person who was erased since


@dataclass(slots=True)
class _Draft:
    pbx: PbxFacts
    state: CallState
    view: CallView
    stored: Stored | None
    before: CallView | None
    id: UUID
    caller: ParsedNumber
    called: ParsedNumber
    dialled: ParsedNumber
    account_id: int = 0
    line_id: int | None = None
    queue_id: int | None = None
    local_day: date | None = None
    contact: tuple[int | None, int | None] = (None, None)
    is_erased: bool = False
    employees: dict[str, int] = field(default_factory=dict)

    @property
    def client(self) -> ParsedNumber:
        return self.called if self.view.direction == Direction.OUTBOUND else self.caller

    @property
    def is_settled(self) -> bool:
        """Whose call it is was found at an earlier event, and nothing has changed from which that follows."""
        return self.before is not None and _header(self.before) == _header(self.view)


def describe(
    projected: Sequence[Projected],
    *,
    now: datetime,
    account_id: int | None = None,
    numbers: Mapping[str, ParsedNumber] | None = None,
) -> list[Described]:
    """Rows for the given calls, in their order. A fixed number of queries, however many calls there are.

    `account_id`: whose the calls are that nobody has seen before, where that need not be found out.
    `numbers`: what numbers mean, where somebody has parsed them before.
    """
    parsed = numbers or {}
    return [_described(draft, parsed) for draft in _drafts(projected, now, account_id, parsed)]


def place(
    projected: Sequence[Projected], *, now: datetime, account_id: int | None, numbers: Mapping[str, ParsedNumber]
) -> list[Placed]:
    """The same, without the columns that follow from what the PBX said alone."""
    return [
        Placed(
            account_id=draft.account_id,
            local_day=draft.local_day or draft.view.started_at.date(),
            line_id=draft.line_id,
            queue_id=draft.queue_id,
            contact=draft.contact,
            employees=draft.employees,
            id=draft.id,
        )
        for draft in _drafts(projected, now, account_id, numbers)
    ]


def _drafts(
    projected: Sequence[Projected], now: datetime, account_id: int | None, numbers: Mapping[str, ParsedNumber]
) -> list[_Draft]:
    drafts = [_draft(one, numbers) for one in projected]
    open_ones = [draft for draft in drafts if not draft.is_settled]
    if open_ones:
        accounts = _find_accounts(open_ones, account_id)
        _find_contacts(open_ones, accounts, now)
        zones = {id: ZoneInfo(facts.time_zone) for id, facts in accounts.items()}
        for draft in open_ones:
            draft.local_day = draft.view.started_at.astimezone(zones[draft.account_id]).date()
    _find_employees(drafts)
    return drafts


def _header(view: CallView) -> tuple[object, ...]:
    """What account, line, queue, contact and day follow from."""
    return (
        view.direction, view.from_number, view.to_number, view.dialled_number, view.queue, view.started_at,
    )  # fmt: skip


def _number(raw: str | None, country: str, known: Mapping[str, ParsedNumber]) -> ParsedNumber:
    return known.get(raw or "") or parse_number(raw, country)


def _draft(one: Projected, numbers: Mapping[str, ParsedNumber]) -> _Draft:
    pbx, state, view, stored, before = one
    draft = _Draft(
        pbx=pbx,
        state=state,
        view=view,
        stored=stored,
        before=before if stored else None,
        id=stored.id if stored else uuid7_of(view.started_at, state.pbx, state.key),
        caller=_number(view.from_number, pbx.home_country, numbers),
        called=_number(view.to_number, pbx.home_country, numbers),
        dialled=_number(view.dialled_number, pbx.home_country, numbers),
    )
    if stored is not None:
        draft.account_id, draft.line_id, draft.queue_id = stored.account_id, stored.line_id, stored.queue_id
        draft.contact, draft.local_day = (stored.contact_id, stored.category_id), stored.local_day
    return draft


def _find_accounts(drafts: list[_Draft], given: int | None) -> dict[int, AccountFacts]:
    """An account is found by the line called, else by the queue, else by the command that dialled, else, where our
    side dialled at the phone, by the one account that knows the number; and then stays. Returns the accounts.
    """
    routes = routes_of(text for draft in drafts for text in _texts(draft.dialled))
    lines, default = routes.lines, routes.default
    commands = accounts_of_commands({draft.state.command for draft in drafts if draft.state.command})
    queues = {
        pbx_id: ensure_queues(pbx_id=pbx_id, names={d.view.queue for d in drafts if d.pbx.id == pbx_id})
        for pbx_id in {draft.pbx.id for draft in drafts}
    }
    dialled = accounts_knowing(
        [draft.called.e164 for draft in drafts if _is_dialled_by_hand(draft) and draft.called.e164]
    )
    for draft in drafts:
        line = None
        if draft.view.direction == Direction.INBOUND:
            line = next((lines[text] for text in _texts(draft.dialled) if text in lines), None)
        draft.line_id = line.id if line else None
        queue = queues[draft.pbx.id].get(draft.view.queue)
        draft.queue_id = queue.id if queue else None
        found = line.account_id if line else queue.account_id if queue else None
        found = found or commands.get(draft.state.command)
        if (
            found is None
            and _is_dialled_by_hand(draft)
            and len(knowing := dialled.get(draft.called.e164 or "", [])) == 1
        ):
            found = knowing[0]
        found = found or default
        kept = draft.stored.account_id if draft.stored else default
        draft.account_id = found if kept == default else kept
        if given is not None and draft.stored is None:
            draft.account_id = given
    others = {draft.account_id for draft in drafts} - routes.accounts.keys()
    return {**routes.accounts, **(account_facts(others) if others else {})}


def _is_dialled_by_hand(draft: _Draft) -> bool:
    """A call that our side began at the phone and that is seen for the first time."""
    return draft.view.direction == Direction.OUTBOUND and draft.stored is None and not draft.state.command


def _find_contacts(drafts: list[_Draft], accounts: dict[int, AccountFacts], now: datetime) -> None:
    callers = [
        (draft.account_id, draft.client.e164)
        for draft in drafts
        if draft.client.e164 and draft.view.direction != Direction.INTERNAL
    ]
    known = contacts_of_callers(callers)
    late = [draft for draft in drafts if draft.stored is None and draft.view.started_at < now - _LATE]
    erased = erased_callers([(one.account_id, one.client.e164, one.view.started_at) for one in late if one.client.e164])
    for draft in drafts:
        if draft.stored and draft.stored.contact_id and draft.stored.account_id == draft.account_id:
            continue
        draft.contact = (None, None)
        if draft.view.direction == Direction.INTERNAL or not draft.client.e164:
            continue
        draft.is_erased = (draft.account_id, draft.client.e164, draft.view.started_at) in erased
        if draft.is_erased:
            continue
        found = known.get((draft.account_id, draft.client.e164))
        if found is None and draft.stored is None and accounts[draft.account_id].unknown_callers == "create":
            contact_id = create_from_caller(
                account_id=draft.account_id,
                number=draft.client.e164,
                as_received=draft.client.as_received or "",
                name=draft.view.from_name if draft.view.direction == Direction.INBOUND else "",
                now=now,
            )
            found = known[draft.account_id, draft.client.e164] = (contact_id, None)
        if found is not None:
            draft.contact = found


def _find_employees(drafts: list[_Draft]) -> None:
    """Who sat there when it rang; later moves between desks change nothing."""
    for draft in drafts:
        if draft.stored is not None and draft.before is not None:
            draft.employees = dict(draft.stored.employees)
            if draft.before.extension and draft.stored.employee_id is not None:
                draft.employees.setdefault(draft.before.extension, draft.stored.employee_id)
    asked = [(draft, extension, at) for draft in drafts for extension, at in _rung(draft)]
    found = employees_sitting([(draft.pbx.id, extension, at) for draft, extension, at in asked])
    for draft, extension, at in asked:
        if (employee := found.get((draft.pbx.id, extension, at))) is not None:
            draft.employees.setdefault(extension, employee)


def _rung(draft: _Draft) -> list[tuple[str, datetime]]:
    """Our extensions in the call of which it is not known who sat there, and when each came into it."""
    start, known = draft.view.started_at, draft.before
    own = [(extension, start) for extension in (draft.state.extension, draft.view.extension) if extension]
    came = [(leg.party, leg.rung_at) for leg in draft.view.legs if leg.kind == LegKind.EXTENSION]
    if known is not None:
        rung = {(leg.party, leg.rung_at) for leg in known.legs}
        parties = {known.extension, *(party for party, _ in rung)}
        own = [place for place in own if place[0] not in parties]
        came = [place for place in came if place not in rung]
    return [place for place in own + came if place[0] not in draft.employees]


def _described(draft: _Draft, numbers: Mapping[str, ParsedNumber]) -> Described:
    view = draft.view
    return Described(
        account_id=draft.account_id,
        id=draft.id,
        view=view,
        call=_call_row(draft),
        legs=[_leg_row(draft, leg, numbers) for leg in view.legs if not _is_written(draft, leg)],
        employees=draft.employees,
        is_erased=draft.is_erased,
    )


def _is_written(draft: _Draft, leg: LegView) -> bool:
    """Whether the leg's row is as it was written at an earlier event."""
    before, stored, now = draft.before, draft.stored, draft.view
    if before is None or stored is None or stored.account_id != draft.account_id:
        return False
    return (
        leg in before.legs
        and before.started_at == now.started_at
        and before.rung == now.rung
        and draft.employees.get(leg.party) == stored.employees.get(leg.party)
    )


def _call_row(draft: _Draft) -> dict[str, Any]:
    told = told_columns(
        draft.view, id=draft.id, key=draft.state.key, caller=draft.caller, called=draft.called, dialled=draft.dialled
    )
    return {
        "account_id": draft.account_id,
        "pbx_id": draft.pbx.id,
        "source": f"pbx:{draft.pbx.slug}",
        "line_id": draft.line_id,
        "queue_id": draft.queue_id,
        "contact_id": draft.contact[0],
        "category_id": draft.contact[1],
        "employee_id": draft.employees.get(draft.view.extension),
        "local_day": draft.local_day,
        **told,
    }


def _leg_row(draft: _Draft, leg: LegView, numbers: Mapping[str, ParsedNumber]) -> dict[str, Any]:
    ours = leg.party in draft.view.rung
    number = None if ours else _number(leg.party, draft.pbx.home_country, numbers)
    told = leg_columns(draft.view, leg, id=draft.id, slug=draft.state.pbx, key=draft.state.key, number=number)
    return {"account_id": draft.account_id, "employee_id": draft.employees.get(leg.party), **told}


def _texts(parsed: ParsedNumber) -> list[str]:
    return [text for text in (parsed.e164, parsed.as_received) if text]
