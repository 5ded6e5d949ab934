"""Adds and changes the numbers by which an account is called."""

from datetime import datetime

from django.db import IntegrityError, transaction

from callwright.accounts.models import Account, Line
from callwright.kit.phone_numbers import NumberKind, parse_number
from callwright.kit.texts import clean_line, clean_lines
from callwright.live.operations.publish import Change, publish


class LineRefused(Exception):
    """The line cannot be saved; `reason` is a code: not_a_number, taken, too_long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def add_line(
    *, account_id: int, number: str, label: str = "", greeting: str = "", instructions: str = "", now: datetime
) -> int:
    """A number, in any notation of the account's country, leads to the account; returns the line's id.

    Raises Account.DoesNotExist, LineRefused. A number of another account is `taken`: it is never moved by accident.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    said = _texts(label, greeting, instructions)
    number = _number(number, account.home_country)
    # A number that comes back is the line that it was: its calls of the past stay together.
    line = Line.objects.filter(account=account, number=number, retired=True).order_by("-pk").first() or Line()
    line.account, line.number, line.retired = account, number, False
    line.label, line.greeting, line.instructions = said
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise LineRefused("taken") from error
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)
    return line.pk


@transaction.atomic
def update_line(
    *, account_id: int, line_id: int, label: str, greeting: str, instructions: str = "", now: datetime
) -> None:
    """Rename a line, or give it its own greeting and instructions. Raises Line.DoesNotExist, LineRefused."""
    line = Line.objects.select_for_update().get(account_id=account_id, pk=line_id, retired=False)
    line.label, line.greeting, line.instructions = _texts(label, greeting, instructions)
    line.save(update_fields=["label", "greeting", "instructions"])
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


@transaction.atomic
def remove_line(*, account_id: int, line_id: int, now: datetime) -> None:
    """Calls to this number no longer lead to the account; calls already kept stay, under its label.

    Removing it twice is no error. The row stays: deleting it would rewrite the calls of all months.
    """
    Line.objects.filter(account_id=account_id, pk=line_id).update(retired=True)
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


def _texts(label: str, greeting: str, instructions: str) -> tuple[str, str, str]:
    label, greeting, instructions = clean_line(label), clean_lines(greeting), clean_lines(instructions)
    if len(label) > 100 or len(greeting) > 4000 or len(instructions) > 4000:
        raise LineRefused("too_long")
    return label, greeting, instructions


def _number(raw: str, home_country: str) -> str:
    parsed = parse_number(raw, home_country)
    if parsed.e164:
        return parsed.e164
    # A trunk may deliver the dialled number as a short or internal one.
    if parsed.kind in (NumberKind.EXTENSION, NumberKind.SHORT) and parsed.as_received and len(parsed.as_received) <= 32:
        return parsed.as_received
    raise LineRefused("not_a_number")
