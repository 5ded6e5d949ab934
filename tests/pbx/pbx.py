"""The PBX itself: install.sh and pbx.sh from Python, and the files that it writes."""

import asyncio
import csv
import os
import random
import socket
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


class NoPbxError(RuntimeError):
    """Asterisk, the phones or the carrier cannot be had on this machine; the message says why."""


def install() -> Path:
    """Asterisk's folder; installs it, the phones and the carrier where they are missing. Raises NoPbxError."""
    for script in ("phones.sh", "install.sh"):
        done = subprocess.run([HERE / script], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPbxError(f"{script}: {done.stderr.strip()[-600:]}")
    return Path(done.stdout.strip().splitlines()[-1])


def free_net() -> str:
    """Three bytes of 127/8 whose addresses nobody uses: a PBX there meets no other, with ordinary port numbers."""
    while True:
        net = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((f"{net}.1", 5060))
            except OSError:
                continue
        return net


class Pbx:
    """One Asterisk on `net`.1, its instance folder `run`."""

    def __init__(self, *, home: Path, run: Path, net: str) -> None:
        self.run, self.net, self.ip = run, net, f"{net}.1"
        self.environment = {**os.environ, "CALLWRIGHT_PBX_HOME": str(home), "RUN": str(run), "NET": net, "TZ": "UTC"}

    async def _script(self, *arguments: str, check: bool = True) -> str:
        process = await asyncio.create_subprocess_exec(
            HERE / "pbx.sh",
            *arguments,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        if check and process.returncode:
            raise RuntimeError(f"pbx.sh {' '.join(arguments)}: {err.decode()[-2000:]}")
        return out.decode()

    async def start(self) -> None:
        await self._script("start")

    async def again(self) -> None:
        """Start once more with all that it had written."""
        await self._script("again")

    async def stop(self) -> None:
        await self._script("stop")

    async def kill(self) -> None:
        await self._script("kill")

    async def cli(self, command: str) -> str:
        return await self._script("cli", command, check=False)

    @property
    def cdr_file(self) -> Path:
        """Call detail records; columns in docs/asterisk.md."""
        return self.run / "log" / "cdr-csv" / "Master.csv"

    @property
    def cel_file(self) -> Path:
        """Channel event log; columns in docs/asterisk.md."""
        return self.run / "log" / "cel-custom" / "Master.csv"

    def cdrs(self) -> list[list[str]]:
        """All call detail records so far."""
        return list(csv.reader(self.cdr_file.read_text().splitlines())) if self.cdr_file.exists() else []

    def cels(self) -> list[list[str]]:
        """All channel events so far."""
        return list(csv.reader(self.cel_file.read_text().splitlines())) if self.cel_file.exists() else []

    @property
    def mailboxes(self) -> Path:
        return self.run / "spool" / "voicemail" / "default"
