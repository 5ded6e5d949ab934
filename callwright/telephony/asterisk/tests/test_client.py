"""The AMI client against servers that behave, misbehave and die (CALL-12)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from callwright.telephony.asterisk.client import (
    ActionRefused,
    ActionTimedOut,
    Address,
    Ami,
    AmiError,
    Problem,
    back_off,
)
from callwright.telephony.asterisk.protocol import InvalidValue, parse

Answer = Callable[[dict[str, str], asyncio.StreamWriter], Awaitable[None]]
ALLOWED = "CoreShowChannels: List (Priv: system,reporting,all)\r\nQueueStatus: Q\r\nDeviceStateList: D\r\n"


class Pbx:
    """A server on loopback that speaks AMI as far as a test needs it; `answer` may take over an action."""

    def __init__(self, *, banner: str = "Asterisk Call Manager/11.0.0", secret: str = "s3cret") -> None:
        self.banner, self.secret = banner, secret
        self.answer: dict[str, Answer] = {}
        self.actions: list[dict[str, str]] = []
        self.writer: asyncio.StreamWriter | None = None
        self.allowed = ALLOWED

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        writer.write(f"{self.banner}\r\n".encode())
        try:
            while True:
                block = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in block.strip().split("\r\n"))
                self.actions.append(fields)
                own = self.answer.get(fields["Action"])
                await (own(fields, writer) if own else self.usual(fields, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def usual(self, fields: dict[str, str], writer: asyncio.StreamWriter) -> None:
        key = hashlib.md5(f"4711{self.secret}".encode()).hexdigest()
        extra, success = "", True
        if fields["Action"] == "Challenge":
            extra = "Challenge: 4711\r\n"
        elif fields["Action"] == "Login":
            success = fields.get("Key") == key or fields.get("Secret") == self.secret
        elif fields["Action"] == "ListCommands":
            extra = self.allowed
        self.reply(fields, writer, "Success" if success else "Error", extra or "Message: Authentication failed\r\n")

    def reply(self, fields: dict[str, str], writer: asyncio.StreamWriter, response: str, extra: str = "") -> None:
        writer.write(f"Response: {response}\r\nActionID: {fields['ActionID']}\r\n{extra}\r\n".encode())

    def send(self, text: str) -> None:
        assert self.writer is not None
        self.writer.write(text.encode())


@asynccontextmanager
async def running(pbx: Pbx) -> AsyncIterator[int]:
    server = await asyncio.start_server(pbx.serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if pbx.writer is not None:
            pbx.writer.close()


def address(port: int, **changes: object) -> Address:
    known = {"host": "127.0.0.1", "username": "crm", "secret": "s3cret", "port": port, "action_timeout_s": 0.5}
    return Address(**{**known, **changes})


async def ignored(fields: dict[str, str], writer: asyncio.StreamWriter) -> None:
    return None


async def test_logs_in_by_challenge_and_reads_wanted_events() -> None:
    pbx = Pbx()
    async with running(pbx) as port:
        ami = await Ami.connect(address(port))
        assert "s3cret" not in str(pbx.actions)
        pbx.send("Event: RTCPSent\r\n\r\nEvent: Hangup\r\nUniqueid: 1.1\r\n\r\nEvent: Hangup\r\nUniqueid: 1.2\r\n\r\n")
        found = []
        async for block in ami.blocks():
            found += [block, *ami.batch()]
            if len(found) == 2:
                break
        assert [parse(block).get("Uniqueid") for block in found] == ["1.1", "1.2"]
        assert (ami.skipped, ami.banner) == (1, "Asterisk Call Manager/11.0.0")
        await ami.close()


async def test_logs_in_with_the_secret_itself_where_no_challenge_is_wanted() -> None:
    pbx = Pbx()
    async with running(pbx) as port:
        ami = await Ami.connect(address(port, challenge=False))
        assert [action["Action"] for action in pbx.actions] == ["Login", "ListCommands"]
        await ami.close()


@pytest.mark.parametrize(
    ("pbx", "changes", "problem"),
    [
        (Pbx(), {"secret": "wrong"}, Problem.LOGIN_REFUSED),
        (Pbx(banner="Asterisk Call Manager/1.4"), {}, Problem.WRONG_VERSION),
        (Pbx(banner="SSH-2.0-OpenSSH_9"), {}, Problem.NOT_ASTERISK),
        (Pbx(), {"needed": frozenset({"CoreShowChannels", "Originate"})}, Problem.MISSING_PRIVILEGE),
    ],
)
async def test_what_will_not_get_better_by_itself_is_lasting(
    pbx: Pbx, changes: dict[str, object], problem: Problem
) -> None:
    async with running(pbx) as port:
        with pytest.raises(AmiError) as caught:
            await Ami.connect(address(port, **changes))
    assert (caught.value.problem, caught.value.lasting) == (problem, True)
    if problem is Problem.MISSING_PRIVILEGE:
        assert caught.value.detail == "Originate"


async def test_nobody_listening_is_worth_another_try() -> None:
    async with running(Pbx()) as port:
        pass
    with pytest.raises(AmiError) as caught:
        await Ami.connect(address(port, connect_timeout_s=2))
    assert (caught.value.problem, caught.value.lasting) == (Problem.UNREACHABLE, False)


async def test_lists_are_collected_and_refusals_raised() -> None:
    pbx = Pbx()

    async def channels(fields: dict[str, str], writer: asyncio.StreamWriter) -> None:
        own = f"ActionID: {fields['ActionID']}\r\n"
        pbx.reply(fields, writer, "Success", "EventList: start\r\n")
        for number in (1, 2):
            writer.write(f"Event: CoreShowChannel\r\n{own}Uniqueid: 1.{number}\r\n\r\n".encode())
        writer.write(b"Event: Hangup\r\nUniqueid: 9.9\r\n\r\n")
        writer.write(f"Event: CoreShowChannelsComplete\r\n{own}EventList: Complete\r\nListItems: 2\r\n\r\n".encode())

    async def refuse(fields: dict[str, str], writer: asyncio.StreamWriter) -> None:
        pbx.reply(fields, writer, "Error", "Message: No such channel\r\n")

    pbx.answer = {"CoreShowChannels": channels, "Hangup": refuse, "Park": ignored}
    async with running(pbx) as port:
        ami = await Ami.connect(address(port))
        assert [item.get("Uniqueid") for item in await ami.list("CoreShowChannels")] == ["1.1", "1.2"]
        assert [parse(block).get("Uniqueid") for block in ami.batch()] == ["9.9"]
        with pytest.raises(ActionRefused, match="No such channel"):
            await ami.act("Hangup", {"Channel": "PJSIP/101-1"})
        with pytest.raises(ActionTimedOut):
            await ami.act("Park")
        with pytest.raises(InvalidValue):
            await ami.act("Hangup", {"Channel": "x\r\nAction: Originate"})
        assert (await ami.act("Ping")).get("Response") == "Success"
        await ami.close()


async def test_a_silent_pbx_is_noticed() -> None:
    pbx = Pbx()
    pbx.answer["Ping"] = ignored
    async with running(pbx) as port:
        ami = await Ami.connect(address(port, ping_every_s=0.05, action_timeout_s=0.1))
        with pytest.raises(AmiError) as caught:
            async for _ in ami.blocks():
                pass
        assert (caught.value.problem, caught.value.lasting) == (Problem.SILENT, False)
        await ami.close()


async def test_events_before_the_end_of_the_connection_are_not_lost() -> None:
    pbx = Pbx()
    async with running(pbx) as port:
        ami = await Ami.connect(address(port))
        pbx.send("Event: Hangup\r\nUniqueid: 1.1\r\n\r\nEvent: Hangup\r\nUniqueid: 1.2\r\n\r\nEvent: Hang")
        assert pbx.writer is not None
        pbx.writer.close()
        found = []
        with pytest.raises(AmiError) as caught:
            async for block in ami.blocks():
                found.append(parse(block).get("Uniqueid"))
        assert found == ["1.1", "1.2"]
        assert caught.value.problem is Problem.CLOSED
        with pytest.raises(AmiError):
            await ami.act("Ping")
        await ami.close()


async def test_events_that_nobody_reads_end_the_connection_instead_of_filling_the_memory() -> None:
    pbx = Pbx()
    async with running(pbx) as port:
        ami = await Ami.connect(address(port, queue_limit=10))
        pbx.send("Event: Hangup\r\nUniqueid: 1.1\r\n\r\n" * 50)
        await asyncio.sleep(0.2)
        assert len(ami.batch()) == 10
        with pytest.raises(AmiError) as caught:
            await ami.act("Ping")
        assert caught.value.problem is Problem.OVERRUN
        await ami.close()


async def test_several_pbxs_at_once() -> None:
    one, two = Pbx(secret="a"), Pbx(secret="b")
    async with running(one) as first, running(two) as second:
        amis = await asyncio.gather(Ami.connect(address(first, secret="a")), Ami.connect(address(second, secret="b")))
        one.send("Event: Hangup\r\nUniqueid: one\r\n\r\n")
        two.send("Event: Hangup\r\nUniqueid: two\r\n\r\n")
        assert [parse(await anext(ami.blocks())).get("Uniqueid") for ami in amis] == ["one", "two"]
        await asyncio.gather(*(ami.close() for ami in amis))


def test_waiting_grows_with_jitter_up_to_a_limit() -> None:
    waits = [[back_off(failures) for _ in range(200)] for failures in (0, 3, 50)]
    assert all(0.25 <= wait <= 0.5 for wait in waits[0])
    assert all(2 <= wait <= 4 for wait in waits[1])
    assert all(15 <= wait <= 30 for wait in waits[2])
    assert len(set(waits[1])) > 100
