"""What is set up: the mail server, the senders of accounts, and who is told of which event."""

from dataclasses import dataclass, field

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.messaging.events import Event, all_events
from callwright.messaging.models import AccountSender, EventAddress, MailServer
from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class AddressRow:
    id: int
    name: str
    email: str
    is_person: bool
    account: str
    language: str
    is_on: bool
    gets_nothing: bool  # a person without an e-mail address, or who may no longer log in
    may_change: bool


@dataclass(frozen=True, slots=True)
class EventSetup:
    """An event with the addresses set for it."""

    event: Event
    addresses: list[AddressRow] = field(default_factory=list)


def mail_server() -> MailServer:
    """The stored settings; an unsaved row with the defaults where nothing was set up."""
    return MailServer.objects.filter(pk=1).first() or MailServer()


def may_set_events_for_all(viewer: Viewer) -> bool:
    """Whether the viewer may say who is told of the events of all accounts."""
    return may_set_for_all(viewer, "set_up_notifications")


def event_setups(viewer: Viewer) -> list[EventSetup]:
    """All events for which addresses can be set, with those that the viewer may see; at most two queries besides the
    rights.
    """
    setups = {one.code: EventSetup(one) for one in all_events() if one.by_mail and not one.personal}
    rows = EventAddress.objects.select_related("user", "account").order_by("pk")
    accounts, for_all = visible_account_ids(viewer), may_set_events_for_all(viewer)
    for row in rows:
        if row.event in setups and (accounts is None or row.account_id is None or row.account_id in accounts):
            setups[row.event].addresses.append(_address(row, may_change=for_all or row.account_id is not None))
    return list(setups.values())


def _address(row: EventAddress, *, may_change: bool) -> AddressRow:
    user = row.user
    return AddressRow(
        row.pk,
        user.name if user else row.name,
        user.email if user else row.email,
        user is not None,
        row.account.name if row.account else "",
        row.language,
        row.is_on,
        user is not None and (not user.is_active or not user.email),
        may_change,
    )


def visible_address(viewer: Viewer, address_id: int) -> bool:
    """Whether there is such an address, and the viewer may change it."""
    row = EventAddress.objects.filter(pk=address_id).values_list("account_id").first()
    if row is None or row[0] is None:
        return row is not None and may_set_events_for_all(viewer)
    accounts = visible_account_ids(viewer)
    return accounts is None or row[0] in accounts


@dataclass(frozen=True, slots=True)
class SenderRow:
    account_id: int
    account: str
    from_name: str
    reply_to: str


def account_senders(viewer: Viewer) -> list[SenderRow]:
    """The accounts with a sender of their own, by name."""
    accounts = visible_account_ids(viewer)
    rows = AccountSender.objects.order_by("account__name")
    if accounts is not None:
        rows = rows.filter(account_id__in=accounts)
    return [SenderRow(*row) for row in rows.values_list("account_id", "account__name", "from_name", "reply_to")]
