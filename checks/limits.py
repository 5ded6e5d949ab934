"""How long files and functions may be. A higher limit for one of them stands here with its reason."""

import ast
from pathlib import Path

from checks.tree import is_vendored, tracked

_FILE_LIMITS = {".py": 400, ".html": 150, ".js": 200}
_FUNCTION, _VIEW = 40, 25

EXCEPTIONS: dict[str, int] = {}


def found() -> list[str]:
    problems = []
    for path in tracked("*.py", "*.html", "*.js"):
        if is_vendored(path) or "migrations" in path.parts:
            continue
        text = path.read_text()
        problems += _over(str(path), len(text.splitlines()), _FILE_LIMITS[path.suffix])
        if path.suffix == ".py":
            problems += _long_functions(path, text)
    return problems


def _long_functions(path: Path, text: str) -> list[str]:
    limit = _VIEW if _is_view(path) else _FUNCTION
    problems = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            problems += _over(f"{path}::{node.name}", node.end_lineno - node.lineno + 1, limit)
    return problems


def _is_view(path: Path) -> bool:
    return path.name == "views.py" or "views" in path.parts


def _over(what: str, lines: int, limit: int) -> list[str]:
    limit = EXCEPTIONS.get(what, limit)
    return [f"{what}: {lines} lines, the limit is {limit}"] if lines > limit else []
