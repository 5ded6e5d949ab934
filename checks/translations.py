"""Catalogues: every text translated in every language, nothing doubtful, placeholders kept, compiled files fresh."""

import re
import shutil
import subprocess
from pathlib import Path

_LANGUAGES = ("nl", "ar", "hu")


def found() -> list[str]:
    if shutil.which("msgfmt") is None:
        print("!!! gettext is not installed: the catalogues are NOT checked", flush=True)
        return []
    problems = []
    for folder in sorted(Path("callwright").glob("**/locale")):
        for language in _LANGUAGES:
            for domain in sorted({file.name for file in folder.glob("*/LC_MESSAGES/*.po")}):
                problems += _of(folder / language / "LC_MESSAGES" / domain)
    return problems


def _of(catalogue: Path) -> list[str]:
    if not catalogue.exists():
        return [f"{catalogue}: missing"]
    done = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(catalogue)], capture_output=True, text=True
    )
    problems = [f"{catalogue}: {line}" for line in done.stderr.splitlines()] if done.returncode else []
    if re.search(r"fuzzy|untranslated", done.stderr):
        problems.append(f"{catalogue}: {done.stderr.strip().splitlines()[-1]}")
    compiled = catalogue.with_suffix(".mo")
    if not compiled.exists():
        problems.append(f"{compiled}: missing; run msgfmt")
    return problems
