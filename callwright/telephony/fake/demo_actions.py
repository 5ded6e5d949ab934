"""Actions that no Asterisk has, so that a visitor of the demo without a phone can take a call. Demo and tests only."""

from typing import TYPE_CHECKING

from callwright.telephony.fake.actions import action, respond
from callwright.telephony.fake.channel import UP
from callwright.telephony.fake.exchange import NoSuchPhone
from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.inputs import SetHold
from callwright.telephony.fake.session import Action, Session

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx


def _on_phone(pbx: "FakePbx", session: Session, asked: Action, done: str, *, verb: str) -> None:
    try:
        {"answer": pbx.answer, "reject": pbx.reject, "hangup": pbx.hangup}[verb](asked.get("exten"))
    except NoSuchPhone:
        respond(session, asked, "Error", "Nothing to do on this phone")
        return
    respond(session, asked, "Success", done)


@action("FakeAnswer", "call")
def fake_answer(pbx: "FakePbx", session: Session, asked: Action) -> None:
    _on_phone(pbx, session, asked, "Answered", verb="answer")


@action("FakeReject", "call")
def fake_reject(pbx: "FakePbx", session: Session, asked: Action) -> None:
    _on_phone(pbx, session, asked, "Rejected", verb="reject")


@action("FakeHangup", "call")
def fake_hangup(pbx: "FakePbx", session: Session, asked: Action) -> None:
    _on_phone(pbx, session, asked, "Hung up", verb="hangup")


@action("FakeHold", "call")
def fake_hold(pbx: "FakePbx", session: Session, asked: Action) -> None:
    """Presses the hold key of the phone: AMI itself has no action for that."""
    try:
        channel = pbx.channel_of(asked.get("exten"), UP)
    except NoSuchPhone:
        respond(session, asked, "Error", "Nothing to do on this phone")
        return
    pbx.post(channel, SetHold(channel, asked.get("hold").lower() not in ("no", "false", "0", "off")))
    respond(session, asked, "Success", "Hold key pressed")


@action("FakePhone", "call")
def fake_phone(pbx: "FakePbx", session: Session, asked: Action) -> None:
    """Says who picks up an extension: Mode auto (simulated colleague), person (somebody at a desk) or driven."""
    try:
        pbx.set_phone(asked.get("exten"), Phone(asked.get("mode").lower()))
    except NoSuchPhone:
        respond(session, asked, "Error", "No such extension")
    except ValueError:
        respond(session, asked, "Error", "Mode must be auto, person or driven")
    else:
        respond(session, asked, "Success", "Phone set")
