"""An embedded PostgreSQL of a benchmark's own, with the product's tables, and a free port."""

import os
import socket
from pathlib import Path
from typing import Any


def embedded_database(folder: Path) -> Any:
    """Starts it in `folder`, for this process and those that it starts; whoever asked for it stops it."""
    os.environ["CALLWRIGHT_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "callwright.config.settings"
    from callwright.config.postgres import Options, Server, layout_for

    server = Server(layout_for(folder), Options())
    server.prepare()
    server.start()
    os.environ["DATABASE_URL"] = server.layout.url()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
