"""Anybody may do anything at any time: calls always end, nothing is left over, and the reader keeps up (CALL-3)."""

from random import Random

import pytest

from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.inputs import (
    Answer,
    AttendedTransfer,
    BlindTransfer,
    CancelTransfer,
    HangUp,
    Input,
    Reject,
    SetHold,
)
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.profiles import load
from callwright.telephony.fake.tests.test_translated import Reader, calls_of, serial


class Gremlin:
    """Every few moments does something to some channel, whether it makes sense or not."""

    def __init__(self, pbx: FakePbx, seed: int) -> None:
        self.pbx, self.random = pbx, Random(seed)
        self.numbers = [*pbx.exchange.phones, "79991112233"]

    def wake(self) -> None:
        channels = list(self.pbx.exchange.channels.values())
        if channels:
            channel = self.random.choice(channels)
            self.pbx.exchange.owner[channel.name].post(self.wish(channel))
        if self.pbx.exchange.calls or len(self.pbx.ledger()) < 150:
            self.pbx.clock.after(self.random.expovariate(2.0), self.wake)

    def wish(self, channel: Channel) -> Input:
        to = self.random.choice(self.numbers)
        return self.random.choice([
            Answer(channel),
            Reject(channel),
            HangUp(channel),
            HangUp(channel, by_program=True),
            SetHold(channel, True),
            SetHold(channel, False),
            BlindTransfer(channel, to),
            AttendedTransfer(channel, to),
            AttendedTransfer(channel, to),
            CancelTransfer(channel),
        ])  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_people_do_every_call_ends_once(seed: int) -> None:
    scenario = load(extensions=16, per_s=0.5, seed=seed)
    reader = Reader()
    async with FakePbx(house=scenario.house, speed=None, start=1_795_279_641.0, seed=seed) as pbx:
        pbx.wire.attach(reader)
        pbx.clock.after(1.0, Gremlin(pbx, seed).wake)
        pbx.schedule(scenario.plans(count=200))
        await pbx.until_quiet()
        assert not pbx.exchange.channels
        assert all(not phone.channels for phone in pbx.exchange.phones.values())
        assert all(not queue.callers for queue in pbx.exchange.queues.values())
        trues = sorted(pbx.ledger(), key=serial)
    assert reader.translator.sizes() == {"calls": 0, "channels": 0, "bridges": 0}
    seens = calls_of(reader.events)
    assert [(s.from_number, s.dialled_number) for s in seens] == [(t.from_number, t.dialled_number) for t in trues]
    for true, seen in zip(trues, seens, strict=True):
        assert seen.ended_at is not None
        assert abs(seen.started_at.timestamp() - true.started_at) < 0.1
