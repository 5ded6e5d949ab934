"""Catalogues: every text translated in every language, nothing doubtful, placeholders kept, compiled files fresh."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

_SHOWN = 6
_LANGUAGES = ("nl", "ar", "hu")


def found() -> list[str]:
    if shutil.which("msgfmt") is None:
        print("!!! gettext is not installed: the catalogues are NOT checked", flush=True)
        return []
    problems = _missing() + _differing()
    for folder in sorted(Path("callwright").glob("**/locale")):
        for language in _LANGUAGES:
            for domain in sorted({file.name for file in folder.glob("*/LC_MESSAGES/*.po")}):
                problems += _of(folder / language / "LC_MESSAGES" / domain)
    return problems


def _missing() -> list[str]:
    """Texts of the source that stand in no catalogue of a language."""
    wanted = _texts_of_source()
    problems = []
    for language in _LANGUAGES:
        known: set[tuple[str, str]] = set()
        for file in Path("callwright").glob(f"**/locale/{language}/LC_MESSAGES/django.po"):
            known |= _texts(file)
        missing = sorted(wanted - known)
        if missing:
            shown = "; ".join(repr(text) for _, text in missing[:_SHOWN])
            problems.append(f"{language}: {len(missing)} of {len(wanted)} texts are not in its catalogues: {shown} …")
    return problems


def _differing() -> list[str]:
    """Texts that two capabilities translate differently: the reader would see whichever comes first."""
    problems = []
    for language in _LANGUAGES:
        known: dict[tuple[str, str], tuple[Path, object]] = {}
        for file in sorted(Path("callwright").glob(f"**/locale/{language}/LC_MESSAGES/django.po")):
            for entry in read_po(io.BytesIO(file.read_bytes())):
                key = (str(entry.context or ""), _first(entry.id))
                elsewhere, text = known.setdefault(key, (file, entry.string))
                if entry.id and text != entry.string:
                    problems.append(f"{file}: {key[1]!r} is {entry.string!r} here and {text!r} in {elsewhere}")
    return problems


def _texts_of_source() -> set[tuple[str, str]]:
    """All marked texts, read by makemessages from a copy, so that no catalogue is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "callwright"
        ignored = shutil.ignore_patterns("locale", "tests", "vendor", "migrations", "__pycache__")
        shutil.copytree("callwright", copy, ignore=ignored)
        (copy / "locale").mkdir()
        command = [
            str(Path(sys.executable).with_name("django-admin")),
            "makemessages",
            "-l",
            "xx",
            "--keep-pot",
            "--no-location",
        ]
        subprocess.run(command, cwd=copy, check=True, capture_output=True)
        return _texts(copy / "locale" / "django.pot")


def _texts(file: Path) -> set[tuple[str, str]]:
    # xgettext leaves a placeholder in the header of a new template, which the parser would refuse
    text = file.read_text(encoding="utf-8").replace(
        "nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)"
    )
    catalogue = read_po(io.BytesIO(text.encode()))
    return {(str(entry.context or ""), _first(entry.id)) for entry in catalogue if entry.id}


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


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
    elif not _is_fresh(catalogue, compiled):
        problems.append(f"{compiled}: older than its catalogue; run msgfmt")
    return problems


def _is_fresh(catalogue: Path, compiled: Path) -> bool:
    again = io.BytesIO()
    write_mo(again, read_po(io.BytesIO(catalogue.read_bytes())))
    return _meanings(again.getvalue()) == _meanings(compiled.read_bytes())


def _meanings(compiled: bytes) -> dict[tuple[object, str], object]:
    return {(e.context, _first(e.id)): e.string for e in read_mo(io.BytesIO(compiled)) if e.id}
