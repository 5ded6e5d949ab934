"""A registered desk phone: a baresip process, driven over its ctrl_tcp (JSON in netstrings)."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

Log = Callable[[str], None]
SAID = {
    "CALL_INCOMING": "rings",
    "CALL_RINGING": "hears ringing",
    "CALL_ESTABLISHED": "is connected",
    "CALL_CLOSED": "'s call is over",
}


class Phone:
    """Extension `number` on the PBX of `net` (first three bytes of the addresses); `lines` calls at most."""

    def __init__(self, number: int, *, net: str, folder: Path, voice: Path, log: Log, lines: int = 4) -> None:
        self.number, self.pbx, self.ip, self.log = number, f"{net}.1", f"{net}.{number}", log
        self.folder = folder / f"phone{number}"
        self.folder.mkdir(exist_ok=True)
        account = f"<sip:{number}@{self.pbx}>;auth_pass=secret;audio_codecs=PCMU;regint=60;answermode=manual"
        (self.folder / "accounts").write_text(account + "\n")
        modules = "".join(f"module {name}.so\n" for name in ("g711", "aufile", "aubridge", "sndfile"))
        (self.folder / "config").write_text(
            f"poll_method epoll\nsip_listen {self.ip}:5060\nnet_interface {self.ip}\ncall_max_calls {lines}\n"
            f"audio_path /usr/share/baresip\naudio_source aufile,{voice}\naudio_player aubridge,x\n"
            f"audio_alert aubridge,y\nrtp_ports 20000-20999\nmodule_path /usr/lib/baresip/modules\n{modules}"
            f"module_app account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n"
            f"ctrl_tcp_listen {self.ip}:4444\nsnd_path {self.folder}\n"
        )
        self.events: list[dict[str, str]] = []

    async def start(self) -> None:
        self._changed = asyncio.Condition()
        with (self.folder / "out").open("w") as out:
            self.process = await asyncio.create_subprocess_exec(
                "baresip", "-f", str(self.folder), stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
            )
        for _ in range(100):
            with contextlib.suppress(OSError):
                self._reader, self._writer = await asyncio.open_connection(self.ip, 4444)
                break
            await asyncio.sleep(0.05)
        self._task = asyncio.create_task(self._read())
        await self._registered()

    async def _registered(self, timeout_s: float = 10) -> None:
        # told by its output: the event may have come before anyone listened
        for _ in range(int(timeout_s / 0.05)):
            said = (self.folder / "out").read_text(errors="replace")
            if "200 OK" in said:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"phone {self.number} could not register:\n{said[-1500:]}")

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), 5)
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        self._task.cancel()
        self._writer.close()

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                size = int((await self._reader.readuntil(b":"))[:-1])
                event = json.loads((await self._reader.readexactly(size + 1))[:-1])
                if said := SAID.get(event.get("type", "")):
                    self.log(f"{self.number}{'' if said.startswith(chr(39)) else ' '}{said}")
                async with self._changed:
                    self.events.append(event)
                    self._changed.notify_all()

    async def wait(self, kind: str, timeout_s: float = 15) -> dict[str, str]:
        """The next event of this kind; events before it are forgotten."""

        async def look() -> dict[str, str]:
            while True:
                async with self._changed:
                    for at, event in enumerate(self.events):
                        if event.get("type") == kind:
                            del self.events[: at + 1]
                            return event
                    await self._changed.wait()

        return await asyncio.wait_for(look(), timeout_s)

    def command(self, name: str, parameters: str = "") -> None:
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))

    async def rings(self, timeout_s: float = 15) -> dict[str, str]:
        return await self.wait("CALL_INCOMING", timeout_s)

    async def connected(self, timeout_s: float = 15) -> dict[str, str]:
        return await self.wait("CALL_ESTABLISHED", timeout_s)

    async def over(self, timeout_s: float = 30) -> dict[str, str]:
        return await self.wait("CALL_CLOSED", timeout_s)

    async def answer(self, after_s: float = 0) -> None:
        """Wait for ringing, let it ring `after_s` seconds, answer."""
        await self.rings()
        await asyncio.sleep(after_s)
        self.log(f"{self.number} answers")
        self.command("accept")
        await self.connected()

    async def refuse(self, after_s: float = 0) -> None:
        """Wait for ringing and press "busy" (486)."""
        await self.rings()
        await asyncio.sleep(after_s)
        self.log(f"{self.number} refuses as busy")
        self.command("hangup")

    def dial(self, number: str) -> None:
        self.log(f"{self.number} dials {number}")
        self.command("dial", number if number.isdigit() else f"sip:{quote(number, safe='*+')}@{self.pbx}")

    def hang_up(self) -> None:
        self.log(f"{self.number} hangs up")
        self.command("hangup")

    def hold(self) -> None:
        self.log(f"{self.number} holds")
        self.command("hold")

    def resume(self) -> None:
        self.log(f"{self.number} resumes")
        self.command("resume")

    def line(self, number: int) -> None:
        self.command("line", str(number))

    def transfer(self, target: str) -> None:
        """Blind transfer by the phone's own key (SIP REFER)."""
        self.log(f"{self.number} transfers to {target}")
        self.command("transfer", target)

    def refer_to_call(self, *, target: int | str, call_id: str, to_tag: str, from_tag: str) -> None:
        """Attended transfer by the phone's own key: REFER with Replaces, naming the phone's other call."""
        self.log(f"{self.number} joins its two calls")
        replaces = quote(f"{call_id};to-tag={to_tag};from-tag={from_tag}", safe="")
        self.command("transfer", f"<sip:{target}@{self.pbx}?Replaces={replaces}>")

    async def keys(self, digits: str, gap_s: float = 0.15) -> None:
        self.log(f"{self.number} presses {digits}")
        for digit in digits:
            self.command("sndcode", digit)
            await asyncio.sleep(gap_s)
