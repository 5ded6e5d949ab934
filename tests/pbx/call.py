"""A client calls the PBX that `make run PBX=asterisk` started: python -m tests.pbx.call [TO] [--number N] [--name X]

TO is a number of tests/pbx/etc/extensions.conf: 74951000100 the queue "support" (default), 74951000101 phone 101.
"""

import argparse
import asyncio
import os
import subprocess
import tempfile
from pathlib import Path

from tests.pbx.carrier import Carrier
from tests.pbx.pbx import HERE


async def call(arguments: argparse.Namespace, folder: Path) -> None:
    net = os.environ.get("NET", "127.0.7")
    carrier = Carrier(net=net, folder=folder, voice=folder / "voices" / "client.ul", log=print)
    try:
        party = await carrier.call(arguments.to, number=arguments.number, name=arguments.name, talk_s=arguments.talk_s)
        await party.over()
    except AssertionError:
        print("nobody answered")
    finally:
        await carrier.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("to", nargs="?", default="74951000100")
    parser.add_argument("--number", default="79161234567", help="the caller's number")
    parser.add_argument("--name", default=None, help="the caller's name, in any script")
    parser.add_argument("--talk-s", type=float, default=20, help="seconds of talk before the caller hangs up")
    arguments = parser.parse_args()
    subprocess.run([HERE / "phones.sh"], check=True)
    with tempfile.TemporaryDirectory(prefix="callwright-call-") as folder:
        subprocess.run([HERE / "voices.sh", Path(folder) / "voices"], check=True)
        asyncio.run(call(arguments, Path(folder)))


if __name__ == "__main__":
    main()
