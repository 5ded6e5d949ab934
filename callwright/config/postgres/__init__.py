"""The embedded PostgreSQL server: found, laid out on disk, started, watched and stopped by Callwright itself."""

from callwright.config.postgres.layout import Layout, layout_for
from callwright.config.postgres.server import Options, Server, ServerError, running_server

__all__ = ["Layout", "Options", "Server", "ServerError", "layout_for", "running_server"]
