"""`callwright up`: the whole product on one machine, until Ctrl-C."""

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from callwright.config.commands import web
from callwright.config.environment import home_folder
from callwright.config.failure import CommandFailed
from callwright.config.parent_death import end_with_parent
from callwright.config.postgres import Server, layout_for
from callwright.config.supervisor import Child, Say, Supervisor, speaker

_WEB_READY_LIMIT_S = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    web.add_arguments(parser)
    parser.add_argument(
        "--demo",
        nargs="?",
        const="bureau",
        choices=("bureau", "house"),
        help="load demonstration data of this kind when the database is empty (default kind: bureau)",
    )
    parser.add_argument(
        "--pbx",
        choices=("fake", "asterisk", "none"),
        default="fake",
        help="with --demo: the PBX that the demonstration is linked to (default: a simulated one)",
    )


def run(arguments: argparse.Namespace) -> int:
    web.ensure_port_is_free(arguments.host, arguments.port)
    with _embedded_server() as server:
        _step("migrate")
        if arguments.demo:
            _step("demo", "--if-empty", "--kind", arguments.demo, "--pbx", arguments.pbx)
        asyncio.run(_supervise(arguments, server))
    return 0


@contextlib.contextmanager
def _embedded_server() -> Iterator[Server | None]:
    if "DATABASE_URL" in os.environ:
        yield None
        return
    server = Server(layout_for(home_folder()))
    try:
        server.prepare()
        server.start()
        if server.layout.elsewhere:
            _tell(f"The database lies in {server.layout.cluster}, because its user cannot enter {server.layout.home}.")
        os.environ["DATABASE_URL"] = server.layout.url()  # the children use this server and never start one
        yield server
    finally:
        os.environ.pop("DATABASE_URL", None)
        server.stop()


def _callwright(*words: str) -> list[str]:
    return [sys.executable, "-m", "callwright.config.command", *words]


def _step(*words: str) -> None:
    done = subprocess.run(_callwright(*words), preexec_fn=end_with_parent())  # noqa: S603
    if done.returncode:
        raise CommandFailed(f"'callwright {words[0]}' failed, see above; nothing was started.")


def _children(arguments: argparse.Namespace) -> list[Child]:
    listen = ("--host", arguments.host, "--port", str(arguments.port), "--workers", str(arguments.workers))
    children = [
        Child("link", _callwright("link")),
        Child("web", _callwright("web", *listen), environment={"CALLWRIGHT_DEMO": "1"} if arguments.demo else {}),
        Child("worker", _callwright("worker"), grace_s=25),
    ]
    if arguments.demo and arguments.pbx == "fake":
        from callwright.config.demo.pbx import fake_pbx_command

        children.append(Child("pbx", fake_pbx_command()))  # stopped after the link, which would complain
    return children


async def _supervise(arguments: argparse.Namespace, server: Server | None) -> None:
    say = speaker(width=8)
    supervisor = Supervisor(_children(arguments), say=say)
    loop = asyncio.get_running_loop()
    for which in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(which, supervisor.stop)
    beside = [asyncio.create_task(_announce(arguments))]
    if server is not None:
        beside.append(asyncio.create_task(_keep(server, supervisor, say)))
    await supervisor.run()
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    _tell("Stopped.")


async def _keep(server: Server, supervisor: Supervisor, say: Say) -> None:
    while not supervisor.stopping.is_set():
        await _end_of(server)
        say("postgres", "ended; starts again")
        # For about two seconds after a kill its children hold its memory, and it refuses to start: once more, then.
        await asyncio.sleep(0.3)
        server.spawn()


async def _end_of(server: Server) -> None:
    """Wait for the end of the server's process without a thread: a child started from a thread ends with it."""
    assert server.process is not None
    ended = asyncio.Event()
    handle = os.pidfd_open(server.process.pid)
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
        server.process.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def _announce(arguments: argparse.Namespace) -> None:
    host = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host  # noqa: S104
    for _ in range(_WEB_READY_LIMIT_S * 5):
        try:
            _, writer = await asyncio.open_connection(host, arguments.port)
        except OSError:
            await asyncio.sleep(0.2)
            continue
        writer.close()
        break
    else:
        return
    _tell(f"\nCallwright is ready: http://{'localhost' if host == '127.0.0.1' else host}:{arguments.port}/")
    if arguments.demo:
        from callwright.config.demo.logins import logins_in_words

        _tell(logins_in_words())
    _tell("Ctrl-C stops everything.\n")


def _tell(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
