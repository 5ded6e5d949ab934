"""Queue members and phones: who is logged in, paused, ringing; and the PBX itself starting and stopping."""

from datetime import timedelta

from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.ending import finish, give_up
from callwright.telephony.asterisk.listening import end_listeners
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import note_waiting
from callwright.telephony.asterisk.state import Book
from callwright.telephony.events import AgentPhone, AgentStateChanged, PhoneStateChanged, Side

_PHONES = {
    "NOT_INUSE": AgentPhone.IDLE,
    "INUSE": AgentPhone.IN_USE,
    "BUSY": AgentPhone.IN_USE,
    "RINGING": AgentPhone.RINGING,
    "RINGINUSE": AgentPhone.IN_USE,
    "ONHOLD": AgentPhone.ON_HOLD,
    "UNAVAILABLE": AgentPhone.UNAVAILABLE,
    "INVALID": AgentPhone.UNAVAILABLE,
}
# a start found this much later than the one known is another start, not a drift of clocks
_SAME_START = timedelta(seconds=5)


def extension_of_device(device: str, config: TranslatorConfig) -> str | None:
    """The extension behind PJSIP/101 or Local/101@agents/n; None for trunks, queues and other devices."""
    technology, slash, rest = device.partition("/")
    party = rest.partition("@")[0].partition("/")[0]
    if not slash or technology == "DAHDI" or party in config.trunks or not config.is_extension(party):
        return None
    return party


def on_member(book: Book, m: Message) -> None:
    _member(book, m, logged_in=True)


def on_member_removed(book: Book, m: Message) -> None:
    _member(book, m, logged_in=False)


def _member(book: Book, m: Message, *, logged_in: bool) -> None:
    device = m.get("Interface") or m.get("Location")
    extension = extension_of_device(device, book.config)
    if extension is None:
        return
    queue = m.get("Queue")
    new = (logged_in, logged_in and m.get("Paused") == "1", m.get("PausedReason"))
    key = f"{queue}/{extension}"
    if book.state.members.get(key) == new:
        return
    book.state.members[key] = new
    book.out.append(
        AgentStateChanged(
            pbx=book.pbx,
            at=book.now,
            extension=extension,
            queue=queue,
            logged_in=logged_in,
            paused=new[1],
            reason=new[2] if new[1] else "",
            listed=m.name == "QueueMember",
        )
    )


def on_device_state(book: Book, m: Message) -> None:
    extension = extension_of_device(m.get("Device"), book.config)
    phone = _PHONES.get(m.get("State"))
    if extension is None or phone is None or book.state.phones.get(extension) == phone:
        return
    book.state.phones[extension] = phone
    book.out.append(PhoneStateChanged(pbx=book.pbx, at=book.now, extension=extension, phone=phone))


def on_queue_params(book: Book, m: Message) -> None:
    note_waiting(book, m.get("Queue"), m.whole("Calls"))


def on_shutdown(book: Book, m: Message) -> None:
    for call in list(book.state.calls.values()):
        for uid in list(call.channels):
            book.state.channels.pop(uid, None)
            book.forget(uid)
        finish(book, call, by=Side.SYSTEM)
    _clear(book)


def on_fully_booted(book: Book, m: Message) -> None:
    """Greets every login; Uptime tells whether the PBX is still the one whose calls we know."""
    uptime_s = m.whole("Uptime")
    if uptime_s is None:
        return
    state = book.state
    started = book.now - timedelta(seconds=uptime_s)
    known, state.booted_at = state.booted_at, started
    restarted = known is not None and started - known > _SAME_START
    book.now = min(started, state.lost_at or started)
    for call in list(state.calls.values()):
        if restarted or started - call.started > _SAME_START / 5:
            give_up(book, call, by=Side.SYSTEM)
    if restarted:
        _clear(book)


def _clear(book: Book) -> None:
    state = book.state
    end_listeners(book)
    state.channels.clear()
    state.bridges.clear()
    state.halves.clear()
    state.waiting.clear()
