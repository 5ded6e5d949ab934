"""A whole telephone world for one scenario: the PBX, phones, the carrier, and what happened according to them."""

import asyncio
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from tests.pbx.ami import Ami
from tests.pbx.carrier import Carrier
from tests.pbx.pbx import HERE, Pbx
from tests.pbx.phone import Phone


class Rig:
    """What a scenario plays with. `log` holds what the phones and clients did: the truth to compare with."""

    def __init__(self, *, pbx: Pbx, folder: Path) -> None:
        self.pbx, self.folder = pbx, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.voices = pbx.run.parent / "voices"
        subprocess.run([HERE / "voices.sh", self.voices], check=True)
        self.carrier = Carrier(net=pbx.net, folder=folder, voice=self.voices / "client.ul", log=self.note)
        self.ami = Ami(pbx.ip, stay=True)
        self.phones: dict[int, Phone] = {}
        self.log: list[tuple[float, str]] = []
        self.started_at = time.time()

    async def start(self) -> None:
        await self.ami.start()

    async def stop(self) -> None:
        await self.clear()
        await self.ami.stop()

    def note(self, text: str) -> None:
        self.log.append((time.time() - self.started_at, text))

    async def register(self, numbers: Iterable[int], *, lines: int = 4) -> None:
        for number in numbers:
            phone = Phone(
                number,
                net=self.pbx.net,
                folder=self.folder,
                voice=self.voices / "agent-long-8k.wav",
                log=self.note,
                lines=lines,
            )
            self.phones[number] = phone
            await phone.start()

    def __getitem__(self, number: int) -> Phone:
        return self.phones[number]

    async def clear(self) -> None:
        """No phone registered, no client on the line, no call on the PBX."""
        await self.carrier.stop()
        for phone in self.phones.values():
            await phone.stop()
        self.phones.clear()

    async def quiet(self, timeout_s: float = 15) -> None:
        """Wait until the PBX has no call left and has said all it has to say."""
        end = time.time() + timeout_s
        while (await self.ami.action("CoreStatus"))["CoreCurrentCalls"] != "0":
            assert time.time() < end, await self.pbx.cli("core show channels concise")
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)

    async def channel(self, number: int) -> str:
        """The name of the newest channel of a phone."""
        names = [
            line.split("!")[0]
            for line in (await self.pbx.cli("core show channels concise")).splitlines()
            if line.startswith(f"PJSIP/{number}-")
        ]
        assert names, f"{number} has no channel"
        return max(names)

    async def variable(self, channel: str, name: str) -> str:
        return (await self.ami.action("Getvar", Channel=channel, Variable=name))["Value"]
