"""What the fake says, message by message, against what a real Asterisk 22 said in the same scenario (CALL-1)."""

from collections import Counter
from pathlib import Path

import pytest

from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.replay import read_trace
from callwright.telephony.fake.tests.ami import Ami, Message, parse
from callwright.telephony.fake.tests.plays import PLAYS, house_of
from callwright.telephony.fake.users import AmiUser

TRACES = Path(__file__).parents[2] / "asterisk" / "tests" / "traces"
EVERYTHING = AmiUser("full", "secret", events=None)

# Asterisk's kinds of messages come from different threads: their order between kinds is not guaranteed.
STORY = {
    "channels": {"Newchannel", "Hangup"},
    "dials": {"DialBegin", "DialEnd"},
    "bridges": {"BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeMerge", "BridgeDestroy", "Hold"},
    "queue": {"QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect", "AgentComplete"},
}
COUNTED = set().union(*STORY.values()) | {
    "AgentCalled", "AgentRingNoAnswer", "AttendedTransfer", "BlindTransfer", "Cdr", "HangupRequest", "LocalBridge",
    "LocalOptimizationBegin", "LocalOptimizationEnd", "NewCallerid", "OriginateResponse", "Unhold",
}  # fmt: skip

# Fields that Asterisk adds when the SIP side gave a reason: present or not depends on the phone.
MAY_LACK = {"Cause", "TechCause", "ActionID"}


def recorded(name: str) -> list[Message]:
    return [m for m in map(parse, (r.message for r in read_trace(TRACES / f"{name}.ami.txt"))) if "Event" in m]


async def played(name: str) -> list[Message]:
    pbx = FakePbx(house=house_of(name), users=[EVERYTHING], speed=None, start=1_795_279_641.0)
    # Which party an optimised Local channel moves is a race in Asterisk: the fake is told how it went.
    pbx.exchange.party_moves_in = any(
        m["Channel"].startswith("PJSIP/102") for m in recorded(name) if "SwapUniqueid" in m
    )
    async with pbx, Ami(pbx, user="full", secret="secret") as ami:
        pbx.place(PLAYS[name])
        await pbx.until_quiet()
        await ami.settle()
        return [e for e in ami.events if e["Event"] != "FullyBooted"]


def party(channel: str) -> str:
    return channel.rpartition("-")[0] + channel[channel.rfind(";") :] if ";" in channel else channel.rpartition("-")[0]


def story(messages: list[Message], kind: str) -> list[tuple[str, ...]]:
    """Who was told what, in order; channels by their party because their numbers differ."""
    out = []
    for m in messages:
        if m["Event"] in STORY[kind]:
            names = tuple(party(m[k]) for k in ("Channel", "DestChannel") if k in m)
            # Who of two leaves a bridge first is a race in Asterisk; who enters it first is not.
            detail = "" if m["Event"] == "BridgeLeave" else m.get("DialStatus", m.get("BridgeNumChannels", ""))
            out.append((m["Event"], *names, detail))
    return out


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_the_same_messages_as_often_as_asterisk(name: str) -> None:
    real, fake = recorded(name), await played(name)
    assert Counter(m["Event"] for m in fake if m["Event"] in COUNTED) == Counter(
        m["Event"] for m in real if m["Event"] in COUNTED
    )


@pytest.mark.parametrize("name", sorted(PLAYS))
@pytest.mark.parametrize("kind", sorted(STORY))
async def test_each_kind_of_message_tells_the_same_story(name: str, kind: str) -> None:
    assert sorted(story(await played(name), kind)) == sorted(story(recorded(name), kind))


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_every_message_has_the_fields_of_asterisk_in_its_order(name: str) -> None:
    shapes: dict[str, set[tuple[str, ...]]] = {}
    for trace in TRACES.glob("*.ami.txt"):
        for m in map(parse, (r.message for r in read_trace(trace))):
            if "Event" in m:
                shapes.setdefault(m["Event"], set()).add(tuple(k for k in m if k not in MAY_LACK))
    for m in await played(name):
        assert tuple(k for k in m if k not in MAY_LACK) in shapes[m["Event"]], m["Event"]
