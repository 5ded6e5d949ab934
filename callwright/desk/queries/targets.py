"""Whom a call can be made or handed to, found while somebody types."""

from dataclasses import dataclass

from callwright.contacts.queries.find import find_contacts
from callwright.kit.phone_numbers import NumberKind, format_number, parse_number
from callwright.staff.queries.colleagues import colleagues
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class Target:
    """`to` is what is dialled; `state` is a colleague's state, empty for others."""

    to: str
    name: str
    shown: str
    detail: str = ""
    state: str = ""
    icon: str = "user"


def find_targets(viewer: Viewer, text: str, *, account_id: int | None, country: str, limit: int = 8) -> list[Target]:
    """Colleagues, then contacts of the account (None: of all that the viewer sees), then the number as typed."""
    text = text.strip()
    found = [Target(one.extension, one.name, one.extension, "", one.state) for one in colleagues(viewer, search=text)]
    if text:
        for row in find_contacts(viewer, text, account_id=account_id, home_country=country, limit=limit):
            if row.number:
                found.append(Target(row.number, row.name, format_number(row.number, country), row.company))
        number = parse_number(text, country)
        dialled = number.e164 or (number.as_received if number.kind not in _NOT_DIALLED else None)
        if dialled and dialled not in [target.to for target in found]:
            shown = format_number(dialled, country)
            found.append(Target(dialled, shown, shown, icon="phone"))
    return found[:limit]


_NOT_DIALLED = (NumberKind.INVALID, NumberKind.WITHHELD)
