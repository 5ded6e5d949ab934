"""The server's data: created once, freed from the traces of a dead server, given the application's database."""

import contextlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from callwright.config.postgres.account import Account
from callwright.config.postgres.binaries import Binaries
from callwright.config.postgres.layout import Layout

if TYPE_CHECKING:
    from callwright.config.postgres.server import Server


def create_cluster(layout: Layout, account: Account, binaries: Binaries) -> None:
    """Run initdb unless data is there; raises subprocess.CalledProcessError with initdb's words."""
    if (layout.data / "PG_VERSION").exists() and (layout.data / "global" / "pg_control").exists():
        _write_access_rules(layout.data, account)  # whoever starts it now may use it
        return
    part = layout.cluster / "data.part"  # a killed initdb leaves no half data folder under the real name
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run(  # noqa: S603
        [binaries.program("initdb"), "-D", str(part), "-U", "callwright_admin", "--encoding=UTF8", "--no-instructions",
         "--auth-local=peer", "--auth-host=scram-sha-256", *_locale_flags(binaries)],
        check=True, capture_output=True, text=True, cwd="/", env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        **account.popen_arguments(),
    )  # fmt: skip
    _write_access_rules(part, account)
    part.rename(layout.data)


def _locale_flags(binaries: Binaries) -> list[str]:
    # Trigrams drop letters outside ASCII when the character type is plain C, so it must be a UTF-8 one.
    if binaries.major >= 17:
        return ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _write_access_rules(data: Path, account: Account) -> None:
    users = {account.name, _name_of_caller()}
    (data / "pg_hba.conf").write_text(
        "local all all peer map=callwright\nhost all callwright 127.0.0.1/32 scram-sha-256\n"
    )
    (data / "pg_ident.conf").write_text(
        "".join(f"callwright {user} {role}\n" for user in sorted(users) for role in ("callwright", "callwright_admin"))
    )


def _name_of_caller() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def forget_dead_server(layout: Layout) -> None:
    """Remove a postmaster.pid whose number now belongs to another program; PostgreSQL would refuse to start."""
    file = layout.data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(file.read_text().split("\n")[0])
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            return  # PostgreSQL itself recognises a number that nobody has
        if os.fsencode(layout.data) not in words:
            file.unlink()


def provide_database(server: "Server") -> None:
    """Make the role and database `callwright` when missing; the role is no superuser but may create databases."""
    with server.connect("postgres") as connection:
        if connection.execute("select 1 from pg_roles where rolname = 'callwright'").fetchone() is None:
            connection.execute("create role callwright login createdb")
        if connection.execute("select 1 from pg_database where datname = 'callwright'").fetchone() is None:
            connection.execute("create database callwright owner callwright")
        if server.layout.tcp_port:
            password = sql.Literal(password_of(server.layout))
            connection.execute(sql.SQL("alter role callwright password {}").format(password))


def password_of(layout: Layout) -> str:
    """The password for connections over TCP, made once and kept beside the data."""
    with contextlib.suppress(FileNotFoundError):
        return layout.password_file.read_text().strip()
    password = secrets.token_urlsafe(32)
    handle = os.open(layout.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(password)
    return password
