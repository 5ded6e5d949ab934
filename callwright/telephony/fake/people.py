"""What the people of a call do by themselves: answer, refuse, give up, hold, transfer, hang up."""

from typing import TYPE_CHECKING

from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.inputs import Answer, AttendedTransfer, BlindTransfer, HangUp, Reject, SetHold
from callwright.telephony.fake.plan import Kind, Transfer, TransferKind

if TYPE_CHECKING:
    from callwright.telephony.fake.call import Call

BUSY_TONE_S = 0.3
"""A simulated colleague who talks refuses a second call at once."""

PERSON_FIRST_S = 12.0
"""How long a real person at a desk is given before a simulated colleague may take the call."""


class People:
    """Acts out a call's plan by posting what people would do at its time."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        self.transfers = list(call.plan.transfers)
        self.rung_since = 0.0

    def _later(self, delay_s: float, happened: Answer | Reject | HangUp) -> None:
        self.call.clock.after(delay_s, self.call.post, happened)

    def mode(self, channel: Channel) -> Phone:
        phone = self.call.x.phones.get(channel.extension)
        return Phone.AUTO if phone is None else phone.phone

    def calling(self, caller: Channel) -> None:
        """The caller is on the line and will not wait for ever."""
        patience = self.call.plan.patience_s
        if patience is not None:
            self._later(patience, HangUp(caller, giving_up=True))

    def ringing(self, rung: list[Channel], *, transfer: Transfer | None = None) -> None:
        """Some phones ring: whoever is to answer or refuse does so in time."""
        auto = [c for c in rung if self.mode(c) is Phone.AUTO]
        for channel in auto:
            if self._talks_already(channel):
                self._later(BUSY_TONE_S, Reject(channel))
        plan = self.call.plan
        answer_s = transfer.answer_s if transfer is not None else plan.answer_s
        if answer_s is None:
            return
        if any(self.mode(c) is Phone.PERSON for c in rung):
            answer_s += PERSON_FIRST_S
        if transfer is None:
            # A queue rings in rounds: the time counts from the first.
            self.rung_since = self.rung_since or self.call.now
            answer_s = max(0.1, self.rung_since + answer_s - self.call.now)
        answered_by = "" if transfer is not None else plan.answered_by
        busy = plan.busy and transfer is None
        for channel in auto:
            if answered_by in ("", channel.party) and not self._talks_already(channel):
                self._later(answer_s, Reject(channel) if busy else Answer(channel))

    def _talks_already(self, channel: Channel) -> bool:
        phone = self.call.x.phones.get(channel.extension)
        return phone is not None and any(c is not channel for c in phone.channels)

    def own_phone_rings(self, channel: Channel) -> None:
        """Click to call: who clicked picks up at once, unless a test holds the phone."""
        if self.mode(channel) is not Phone.DRIVEN:
            self._later(1.5, Answer(channel))

    def talking(self, caller: Channel, party: Channel) -> None:
        """Two parties talk: the plan's next transfer, its holds, or its end."""
        plan = self.call.plan
        agent = party if party.extension else caller
        if self.transfers:
            self._transfer(agent, self.transfers.pop(0))
            return
        for hold in plan.holds:
            self.call.clock.after(hold.after_s, self.call.post, SetHold(agent, True))
            self.call.clock.after(hold.after_s + hold.for_s, self.call.post, SetHold(agent, False))
        if plan.talk_s is None:
            return
        if plan.kind is Kind.INTERNAL:
            side = caller if plan.hangup_by == "caller" else party
        else:
            outside = caller if not caller.extension else party
            side = outside if plan.hangup_by == "caller" else agent
        self._later(plan.talk_s, HangUp(side))

    def _transfer(self, agent: Channel, transfer: Transfer) -> None:
        self.call.pending_transfer = transfer
        kind = BlindTransfer if transfer.kind is TransferKind.BLIND else AttendedTransfer
        self.call.clock.after(transfer.after_s, self.call.post, kind(agent, transfer.to))
