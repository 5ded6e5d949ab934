"""Runs all checks, or those named on the command line; prints what each found; fails when one failed."""

import subprocess
import sys
import time
from collections.abc import Callable

from checks import limits, migrations, names, privacy, scripts, templates, translations, tree


def program(*words: str) -> Callable[[], list[str]]:
    """A check by another program: what it prints is what it found, when its exit code is not zero."""

    def check() -> list[str]:
        done = subprocess.run(words, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []

    return check


BIN = ".venv/bin"
CHECKS: dict[str, Callable[[], list[str]]] = {
    "ruff": program(f"{BIN}/ruff", "check", "."),
    "format": program(f"{BIN}/ruff", "format", "--check", "."),
    "mypy": program(f"{BIN}/mypy", "callwright"),
    "imports": program(f"{BIN}/lint-imports", "--no-logo"),
    "privacy": privacy.found,
    "limits": limits.found,
    "names": names.found,
    "tree": tree.found,
    "migrations": migrations.found,
    "templates": templates.found,
    "template style": program(f"{BIN}/djlint", "callwright", "--lint", "--quiet"),
    "javascript": scripts.found,
    "translations": translations.found,
}


def main(chosen: list[str]) -> int:
    failed = 0
    for name, check in CHECKS.items():
        if chosen and name not in chosen:
            continue
        started = time.monotonic()
        found = check()
        failed += bool(found)
        print(f"{'FAILED' if found else 'ok':<7}{name} ({time.monotonic() - started:.1f} s)", flush=True)
        for line in found:
            print(f"       {line}", flush=True)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
