"""The telephone network beyond the trunk: clients who call and clients who are called, played by SIPp."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOREVER_S = 60


class Party:
    """One running SIPp: a client calling or being called."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Path, who: str, log: Callable[[str], None]) -> None:
        self.process, self.errors, self.who, self.log = process, errors, who, log

    async def over(self, timeout_s: float = FOREVER_S) -> None:
        """Wait for the end of its call; AssertionError when it did not go as the scenario says."""
        result = await asyncio.wait_for(self.process.wait(), timeout_s)
        self.log(f"{self.who}: over")
        said = self.errors.read_text() if self.errors.exists() else ""
        assert result == 0, f"{self.who}: SIPp ended with {result}\n{said[-2000:]}"

    async def stop(self) -> None:
        """Let it go: the line is dead from now on, without a word."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


def sender(number: str, name: str | None, host: str) -> str:
    shown = number if name is None else name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}" <sip:{number}@{host}>'


class Carrier:
    """Clients calling in through the trunk, or waiting to be called through it."""

    def __init__(self, *, net: str, folder: Path, voice: Path, log: Callable[[str], None]) -> None:
        self.pbx, self.ip, self.folder, self.voice, self.log = f"{net}.1", f"{net}.10", folder, voice, log
        self.parties: list[Party] = []
        self._count = itertools.count(1)

    async def _sipp(self, file: str, who: str, fields: dict[str, object], *, to: str = "", at: str = "") -> Party:
        text = (HERE / "sipp" / f"{file}.xml").read_text()
        for key, value in fields.items():
            text = text.replace(f"@{key}@", str(value))
        number = next(self._count)
        scenario = self.folder / f"sipp{number}.xml"
        scenario.write_text(text)
        errors = self.folder / f"sipp{number}.err"
        ports = [5061 + number % 500, 32000 + number % 500 * 8] if to else [5060, 30000]
        arguments = [
            "-sf",
            scenario,
            "-i",
            at or self.ip,
            "-mi",
            at or self.ip,
            "-p",
            ports[0],
            "-mp",
            ports[1],
            "-m",
            1,
        ]
        arguments += ["-nostdin", "-trace_err", "-error_file", errors, "-timeout", FOREVER_S, "-timeout_error"]
        arguments += ["-s", to, f"{self.pbx}:5060"] if to else []
        with (self.folder / f"sipp{number}.out").open("w") as out:
            process = await asyncio.create_subprocess_exec(
                "sipp", *map(str, arguments), cwd=self.folder, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
            )
        party = Party(process, errors, who, self.log)
        self.parties.append(party)
        if not to:
            await asyncio.sleep(0.3)  # it must listen before the PBX sends
        return party

    def _calling(self, number: str, name: str | None, host: str | None, headers: str) -> dict[str, object]:
        return {"FROM": sender(number, name, host or f"{self.ip}:5061"), "HEADERS": headers, "AUDIO": self.voice}

    async def call(
        self,
        to: str,
        *,
        number: str = "79161234567",
        name: str | None = None,
        talk_s: float = 5,
        keys: str = "",
        key_after_s: float = 1.5,
        host: str | None = None,
        headers: str = "",
    ) -> Party:
        """A client calls `to`, talks and hangs up after `talk_s` seconds of answered call (keys not counted)."""
        who = f"client {name or number}"
        self.log(f"{who} calls {to}" + (f", presses {keys} when answered" if keys else ""))
        step = (HERE / "sipp" / "dtmf.xml").read_text()
        steps = "".join(
            step.replace("@PAUSE@", str(int(key_after_s * 1000))).replace("@CSEQ@", str(2 + i)).replace("@KEY@", key)
            for i, key in enumerate(keys)
        )
        fields = {"STEPS": steps, "TALK": int(talk_s * 1000), **self._calling(number, name, host, headers)}
        return await self._sipp("caller", who, fields, to=to)

    async def give_up(self, to: str, *, after_s: float, number: str = "79161234567", name: str | None = None) -> Party:
        """A client calls and hangs up after `after_s` seconds of ringing, unanswered."""
        self.log(f"client {number} calls {to}, gives up after {after_s} s of ringing")
        fields = {"RING": int(after_s * 1000), **self._calling(number, name, None, "")}
        return await self._sipp("caller_cancel", f"client {number}", fields, to=to)

    async def in_vain(self, to: str, *, number: str = "79161234567", name: str | None = None) -> Party:
        """A client calls and waits until the PBX refuses."""
        self.log(f"client {number} calls {to}, waits until refused")
        return await self._sipp("caller_fail", f"client {number}", self._calling(number, name, None, ""), to=to)

    async def answers(self, *, rings_s: float = 2) -> Party:
        """The next client called answers after `rings_s` seconds and talks until our side hangs up."""
        self.log(f"(a client will answer after {rings_s} s)")
        return await self._sipp("callee", "called client", {"RING": int(rings_s * 1000), "AUDIO": self.voice})

    async def hangs_up(self, *, rings_s: float = 2, talk_s: float = 4) -> Party:
        """The next client called answers after `rings_s` seconds and hangs up after `talk_s` seconds."""
        self.log(f"(a client will answer after {rings_s} s and hang up after {talk_s} s)")
        fields = {"RING": int(rings_s * 1000), "TALK": int(talk_s * 1000), "AUDIO": self.voice}
        return await self._sipp("callee_hangs_up", "called client", fields)

    async def refuses(self, status: str = "486 Busy Here") -> Party:
        """The next client called refuses at once."""
        self.log(f"(a called client will refuse: {status})")
        return await self._sipp("callee_refuses", "called client", {"STATUS": status})

    async def phone_forwards(self, target: str) -> Party:
        """Phone 108 sends its next call on to `target` (302)."""
        self.log(f"(108 will send its next call on to {target})")
        net = self.pbx.rsplit(".", 1)[0]
        return await self._sipp("phone_forwards", "phone 108", {"TARGET": target, "PBX": self.pbx}, at=f"{net}.108")

    async def stop(self) -> None:
        for party in self.parties:
            await party.stop()
        self.parties.clear()
