"""What must not stand in the tree: paths of somebody's machine, and hosts of package registries."""

import re
import subprocess
from pathlib import Path

# In pieces, so that this file does not find itself.
_REGISTRIES = ("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.org", r"(?:security|deb)\.debian" + r"\.org")
_PATHS = ("/wo" + r"rk/\w", "/ro" + r"ot/\w", "/ho" + r"me/\w+/", "/tm" + r"p/bash_jobs", "/far" + "m/")
_FORBIDDEN = re.compile(r"(?<![\w.~}])(?<!\w\")(?:" + "|".join(_PATHS) + ")|" + "|".join(_REGISTRIES))


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, also those not committed yet, without the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        capture_output=True, check=True,
    )  # fmt: skip
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return sorted(path for path in map(Path, names) if path.is_file())


def is_vendored(path: Path) -> bool:
    return "vendor" in path.parts or ".min." in path.name


def found() -> list[str]:
    problems = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if not is_vendored(path) and (hit := _FORBIDDEN.search(line)):
                problems.append(f"{path}:{number}: names {hit.group()!r}")
    return problems
