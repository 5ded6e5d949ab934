"""Phones of supervisors who listen in: that they do is told, also after a gap, and that it is over (REP-6)."""

from datetime import UTC, datetime

from callwright.telephony.asterisk.channels import LISTENER
from callwright.telephony.asterisk.protocol import message
from callwright.telephony.asterisk.tests.play import CONFIG
from callwright.telephony.asterisk.tests.test_resync import shown
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import Event, ListeningBegan, ListeningEnded

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ORDER = "0192f0c0-0000-7000-8000-000000000000"
UID = LISTENER + ORDER
NAME = "PJSIP/210-7"


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(type(one).__name__, one.listening) for one in events if isinstance(one, ListeningBegan | ListeningEnded)]


def rings(translator: Translator) -> list[Event]:
    return translator.feed(message("Newchannel", Uniqueid=UID, Linkedid=UID, Channel=NAME, ChannelState="0"), AT)


def answers(translator: Translator, response: str = "Success") -> list[Event]:
    return translator.feed(message("OriginateResponse", Uniqueid=UID, Response=response, Application="ChanSpy"), AT)


def test_listening_begins_when_the_phone_is_picked_up_and_ends_when_it_hangs_up() -> None:
    translator = Translator("main", CONFIG)
    assert told(rings(translator)) == []
    assert told(answers(translator)) == [("ListeningBegan", ORDER)]
    assert told(translator.feed(message("Hangup", Uniqueid=UID, Channel=NAME, Cause="16"), AT)) == [
        ("ListeningEnded", ORDER)
    ]
    assert told(answers(translator)) == []  # told late, it begins nothing


def test_a_phone_that_is_not_picked_up_does_not_listen() -> None:
    translator = Translator("main", CONFIG)
    rings(translator)
    assert told(answers(translator, "Failure")) == []


def test_who_began_to_listen_in_a_gap_is_found_listening() -> None:
    translator = Translator("main", CONFIG)
    assert told(translator.resync([shown(UID, UID, NAME, "5")], [], AT)) == []  # rings
    assert told(translator.resync([shown(UID, UID, NAME, "6", Application="ChanSpy")], [], AT)) == [
        ("ListeningBegan", ORDER)
    ]
    assert translator.listener_channel(UID) == NAME
    assert told(translator.resync([], [], AT)) == [("ListeningEnded", ORDER)]
