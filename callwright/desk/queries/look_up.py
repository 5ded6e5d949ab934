"""What an agent looks up about the account of a call: entries and people (DESK-7)."""

from dataclasses import dataclass, replace
from datetime import datetime

from callwright.accounts.queries.knowledge import Found, entry_of, find_entries
from callwright.accounts.queries.on_card import AccountOnCard, account_on_card
from callwright.accounts.queries.people_now import PersonNow
from callwright.calls.queries.agent_calls import CardCall
from callwright.kit.texts import latin

_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What fits, drawn beside the card of `call`."""

    call: CardCall
    account: AccountOnCard
    read_at: datetime
    entries: tuple[Found, ...]
    persons: tuple[PersonNow, ...]
    there_is_more: bool


def look_up(call: CardCall, text: str, *, entry_id: int | None = None, now: datetime) -> LookedUp | None:
    """Entries and people of the call's account that fit `text`, with nothing typed the first entries; `entry_id` is
    shown whole, before all. For the employee on whose desk the call stands.
    """
    account = account_on_card(call.account_id, now=now)
    if account is None:
        return None
    found, more = find_entries(account.id, text)
    chosen = entry_of(account.id, entry_id) if entry_id is not None else None
    if chosen is not None:
        found = [Found(chosen.id, chosen.title, chosen.text, is_open=True), *(o for o in found if o.id != chosen.id)]
    elif len(found) == 1 and text:
        found = [replace(found[0], is_open=True)]
    words = latin(text).split()
    people = [one for one in account.people if words and _holds(one, words)]
    return LookedUp(call, account, now, tuple(found), tuple(people[:_PEOPLE]), more or len(people) > _PEOPLE)


def _holds(person: PersonNow, words: list[str]) -> bool:
    said = latin(f"{person.name} {person.role}")
    return all(word in said for word in words)
