"""Call controls: what the agent wants done with a call is ordered from its PBX (CALL-14)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.accounts.queries.accounts import home_country_of, visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.desk.queries.card import Strip
from callwright.kit.phone_numbers import NumberKind, parse_number
from callwright.recordings.queries.policies import must_not_be_recorded
from callwright.staff.queries.seats import seat_of
from callwright.telephony.operations.send_command import CommandRefused, send_command
from callwright.telephony.queries.orders import order_under_way

TRANSFERS = frozenset({"blind_transfer", "attended_transfer"})
RECORDING = frozenset({"pause_recording", "resume_recording"})
VERBS = (
    frozenset({"answer", "hangup", "hold", "unhold", "complete_transfer", "cancel_transfer"}) | TRANSFERS | RECORDING
)


class NoSeat(Exception):
    """The employee sits at no extension, so no phone can ring for them."""


class NotDialable(Exception):
    """What was typed is no number."""


class AccountNeeded(Exception):
    """Nobody said on behalf of which of several accounts the call is made."""


class NoSuchAccount(Exception):
    """The employee may not call on behalf of this account."""


def order_call(*, user_id: int, strip: Strip, verb: str, to: str, now: datetime) -> UUID:
    """Sends one order about a call that stands on the employee's desk; returns the order's id. What came of it
    arrives as a change on `command:<user>`; the card changes when the PBX confirms. Raises NoSeat, NotDialable,
    CommandRefused, and ValueError for a verb that does not exist.
    """
    if verb not in VERBS:
        raise ValueError(f"no such order: {verb}")
    call = strip.call
    if call.pbx_id is None:
        raise NoSeat
    arguments: dict[str, Any] = {"call": call.pbx_key, "leg": strip.leg}
    if verb == "answer":
        seat = seat_of(user_id)
        if seat is None:
            raise NoSeat
        arguments = {"extension": seat.number}
    elif verb in RECORDING:
        arguments = {"call": call.pbx_key}
        if verb == "resume_recording" and must_not_be_recorded(call.account_id, call.id):
            raise CommandRefused("never_recorded")
    elif verb in TRANSFERS:
        if not strip.talks or strip.consultation is not None:  # of an order that it is too late or too early for
            raise CommandRefused("being_asked" if strip.talks else "not_connected")
        arguments["to"] = dialled(to, home_country_of(call.account_id))
    return _order_once(call.pbx_id, verb, arguments, by=user_id, account_id=call.account_id, now=now)


def dial(*, viewer: Any, to: str, account_id: int | None, now: datetime) -> UUID:
    """Rings the employee's phone, then the number, on behalf of the account (None: the only one there is); returns the
    order's id. Raises NoSeat, NotDialable, AccountNeeded, NoSuchAccount, CommandRefused.
    """
    if account_id is None:
        account_id = _only_account(viewer)
    if not visible_accounts(viewer).filter(pk=account_id).exists():
        raise NoSuchAccount
    seat = seat_of(viewer.pk)
    if seat is None:
        raise NoSeat
    arguments = {
        "extension": seat.number,
        "number": dialled(to, home_country_of(account_id)),
        "account_id": account_id,
    }
    return _order_once(seat.pbx_id, "originate", arguments, by=viewer.pk, account_id=account_id, now=now)


@transaction.atomic
def _order_once(
    pbx_id: int, verb: str, arguments: dict[str, Any], *, by: int, account_id: int | None, now: datetime
) -> UUID:
    """A double click is one order: while the same one is under way, it is the one that was given."""
    with connection.cursor() as cursor:  # two at once see each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [f"order:{by}"])
    given = order_under_way(pbx_id, verb, arguments, by=by)
    return given or send_command(pbx_id, verb, arguments, by=by, account_id=account_id, now=now)


def _only_account(viewer: Any) -> int:
    chooser = account_chooser(viewer)
    if chooser.is_shown:
        raise AccountNeeded
    if chooser.only is None:
        raise NoSuchAccount
    return chooser.only.id


def dialled(text: str, country: str) -> str:
    """What is dialled for what was typed: E.164, or a short number or extension as it is. Raises NotDialable."""
    number = parse_number(text, country)
    if number.e164:
        return number.e164
    if number.kind in (NumberKind.INVALID, NumberKind.WITHHELD) or not number.as_received:
        raise NotDialable
    return number.as_received
