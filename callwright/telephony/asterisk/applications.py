"""Applications of the PBX that take a caller: voicemail and conferences."""

from callwright.telephony.asterisk.legs import end_leg, tell_blind
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.queueing import on_goes_on
from callwright.telephony.asterisk.state import Book, Call, Leg
from callwright.telephony.events import LegAnswered, LegKind, LegResult, LegRinging


def on_newexten(book: Book, m: Message) -> None:
    if m.get("Application") != "VoiceMail":
        return
    call = book.call_of(m.get("Uniqueid"))
    if call is None or call.voicemail:
        return
    book.touch(call)
    on_goes_on(book, call)
    call.voicemail = True
    call.asked = call.first_to_leave = call.refused = None
    mailbox = m.get("AppData").partition(",")[0].partition("@")[0]
    _enter(book, call, f"{m.get('Uniqueid')}~voicemail~{mailbox}", mailbox, LegKind.VOICEMAIL)


def on_conference_join(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    if call is None:
        return
    book.touch(call)
    call.answered = True
    _enter(book, call, _conference_leg(m), m.get("Conference"), LegKind.CONFERENCE)


def on_conference_leave(book: Book, m: Message) -> None:
    call = book.call_of(m.get("Uniqueid"))
    leg = None if call is None else call.legs.get(_conference_leg(m))
    if call is not None and leg is not None:
        end_leg(book, call, leg, LegResult.ANSWERED)


def _conference_leg(m: Message) -> str:
    return f"{m.get('Uniqueid')}~conference~{m.get('Conference')}"


def _enter(book: Book, call: Call, leg_id: str, party: str, kind: LegKind) -> None:
    if leg_id in call.legs:
        return
    tell_blind(book, call)
    call.legs[leg_id] = Leg(id=leg_id, party=party, kind=kind, channel="", answered=True)
    book.out.append(LegRinging(pbx=book.pbx, at=book.now, call=call.key, leg=leg_id, party=party, kind=kind))
    book.out.append(LegAnswered(pbx=book.pbx, at=book.now, call=call.key, leg=leg_id))
