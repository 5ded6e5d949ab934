"""A database for the length of a command."""

import contextlib
import os
from collections.abc import Iterator

import django

from callwright.config.environment import home_folder
from callwright.config.postgres import layout_for, running_server


@contextlib.contextmanager
def database() -> Iterator[None]:
    """The configured database and Django on it; starts the embedded server when that is meant and not running.

    Raises ServerError.
    """
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(running_server(layout_for(home_folder())))
        django.setup()
        stack.callback(_close_connections)
        yield


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
