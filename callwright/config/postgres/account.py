"""Which operating system user runs the server, and what that user can reach.

PostgreSQL refuses to run as root, so root hands it to an existing user without rights.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    dropped: bool
    """True when we are root and give the server to this account."""

    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess.Popen` that make a child run under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, folder: Path) -> None:
        """Make `folder` (created when missing) private to this account."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.dropped:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


class NoAccount(Exception):
    """No operating system user can run the embedded server; the text says what to do."""


def server_account(existing_data: Path) -> Account:
    """The account for a server whose data may already stand in `existing_data`; raises NoAccount."""
    if os.geteuid() != 0:
        return Account(name=_own_name(), uid=os.geteuid(), gid=os.getegid(), dropped=False)
    try:
        # The owner of existing data stays the owner, whatever users were added to the machine since.
        entry = pwd.getpwuid(existing_data.stat().st_uid)
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=True)
    except (FileNotFoundError, KeyError):
        pass
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=True)
    raise NoAccount(
        "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody'. "
        "Run callwright as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise NoAccount(
            f"User number {os.geteuid()} has no name on this machine, and PostgreSQL needs one. "
            "Run callwright as a named user, or set DATABASE_URL to a PostgreSQL of your own."
        ) from None


def can_pass(account: Account, folder: Path) -> bool:
    """Whether `account` can walk through `folder` and all folders above it that exist already."""
    folder = folder.resolve()
    return all(
        _may_enter(account, step.stat()) for step in (folder, *folder.parents) if step.exists() and step.is_dir()
    )


def _may_enter(account: Account, status: os.stat_result) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
