"""`callwright web`: the web server."""

import argparse
import os
import socket

from callwright.config.environment import file_storage
from callwright.config.failure import CommandFailed

_STOP_LIMIT_S = 5  # open event streams are cut after this; browsers come back by themselves


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment = os.environ
    parser.add_argument("--host", default=environment.get("CALLWRIGHT_HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(environment.get("CALLWRIGHT_PORT", "8000")))
    parser.add_argument("--workers", type=int, default=int(environment.get("CALLWRIGHT_WEB_WORKERS", "1")))


def run(arguments: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels

    ensure_port_is_free(arguments.host, arguments.port)
    file_storage()  # a slip is told here, once, and not by each server that cannot begin
    Granian(
        "callwright.config.web_worker:application",
        address=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        interface=Interfaces.ASGINL,
        loop=Loops.uvloop,
        http=HTTPModes.auto,
        websockets=False,
        backpressure=4096,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=_STOP_LIMIT_S,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise CommandFailed, with what to do, when something listens on `host`:`port` already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandFailed(
                f"Cannot listen on {host} port {port}: {error.strerror}. "
                f"If another program uses the port, choose another: --port {port + 1} or CALLWRIGHT_PORT={port + 1}."
            ) from error
