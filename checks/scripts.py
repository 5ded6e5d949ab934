"""JavaScript and CSS, by Biome: one program from its npm package, of one version, recognised by its checksum."""

import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

_VERSION = "2.6.8"
_PACKAGES = {
    "x86_64": (
        "@biomejs/cli-linux-x64",
        "5c8937a4b413e7a23a4ed8bebb40c5f05b523578c23133dbc554f37c9f5c4b6b"
        "7522654abeba95e5be761ae11a260ebfc2e897bf3d2c8df6f9b1a0784cf463cc",
    )
}


def found() -> list[str]:
    program = _program()
    if program is None:
        message = "npm is not installed: JavaScript and CSS are NOT checked"
        if os.environ.get("CI"):
            return [message]
        print(f"!!! {message}", flush=True)
        return []
    done = subprocess.run([program, "lint", "--error-on-warnings", "--colors=off", "."], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []


def _program() -> Path | None:
    program = Path(f".venv/biome-{_VERSION}")
    if program.exists():
        return program
    package, checksum = _PACKAGES.get(platform.machine(), ("", ""))
    if not package or not _npm():
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{_VERSION}"], cwd=folder, check=True, capture_output=True
        )
        archive = next(Path(folder).glob("*.tgz"))
        if hashlib.sha512(archive.read_bytes()).hexdigest() != checksum:
            raise SystemExit(f"{package} {_VERSION} is not what it was when it was chosen: its checksum differs")
        with tarfile.open(archive) as packed:
            content = packed.extractfile("package/biome")
            assert content is not None
            program.write_bytes(content.read())
    program.chmod(0o755)
    return program


def _npm() -> bool:
    if shutil.which("npm") is None and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "-qq", "update"], check=False)
        subprocess.run(["apt-get", "-qq", "-y", "--no-install-recommends", "install", "npm"], check=False)
    return shutil.which("npm") is not None
