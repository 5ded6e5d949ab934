"""Where the embedded server keeps its data and its socket."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from callwright.config.postgres.account import Account, can_pass, server_account

_USUAL_PORT = 5432  # only names the socket file; nothing listens on TCP unless asked
_SOCKET_PATH_LIMIT = 107  # bytes, of sockaddr_un
_ROOT_SHARE = Path("/var/lib/callwright")
_POINTER = "postgres.folder"


@dataclass(frozen=True)
class Layout:
    home: Path
    cluster: Path
    socket: Path
    tcp_port: int | None = None
    """Also listen on this port of the loopback address, with the password in `password_file`."""

    @property
    def port(self) -> int:
        return self.tcp_port or _USUAL_PORT

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def lock(self) -> Path:
        return self.cluster / "lock"

    @property
    def password_file(self) -> Path:
        return self.cluster / "password"

    @property
    def start_log(self) -> Path:
        return self.cluster / "start.log"

    @property
    def log_folder(self) -> Path:
        return self.cluster / "log"

    @property
    def elsewhere(self) -> bool:
        """True when the data lies outside the data folder, because the server's user cannot enter that."""
        return not self.cluster.is_relative_to(self.home)

    def remember(self) -> None:
        """Note in the data folder where the server's data lies, so that the folder may be moved or renamed."""
        if self.elsewhere:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / _POINTER).write_text(f"{self.cluster}\n")

    def url(self, database: str = "callwright") -> str:
        return f"postgresql://callwright@/{database}?{urlencode({'host': str(self.socket), 'port': self.port})}"


def layout_for(home: Path) -> Layout:
    """The places of the server that belongs to the data folder `home`; the same for every process."""
    home = home.resolve()
    cluster = _cluster(home)
    port = os.environ.get("CALLWRIGHT_PG_PORT")
    return Layout(home=home, cluster=cluster, socket=_socket_folder(cluster), tcp_port=int(port) if port else None)


def _cluster(home: Path) -> Path:
    inside = home / "postgres"
    pointer = home / _POINTER
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if os.geteuid() != 0 or inside.exists() or can_pass(server_account(inside / "data"), home):
        return inside
    # Root's own folders are closed to the user that must run the server (a checkout below root's home, for instance).
    return _ROOT_SHARE / f"{home.name}-{_digest(home)}"


def _socket_folder(cluster: Path) -> Path:
    inside = cluster / "run"
    if len(os.fsencode(inside / ".s.PGSQL.65535")) <= _SOCKET_PATH_LIMIT:
        return inside
    return Path(tempfile.gettempdir()) / f"callwright-{os.geteuid()}-{_digest(cluster)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_folders(layout: Layout, account: Account) -> None:
    """Create the server's folders, closed to everybody but its account; refuses a socket folder of a stranger."""
    layout.remember()
    for folder in (layout.cluster, layout.socket):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            raise PermissionError(f"{folder} is a link; the embedded PostgreSQL needs a folder of its own there.")
        if folder.exists() and folder.stat().st_uid not in (0, account.uid):
            raise PermissionError(f"{folder} belongs to another user; remove it or choose another CALLWRIGHT_HOME.")
        account.own(folder)
