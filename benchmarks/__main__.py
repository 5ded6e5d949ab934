"""Runs all benchmarks, or those named, one after the other: `make bench`, `make bench ARGS="live_fanout"`.

Each benchmark is a module of this folder with a command line of its own. They share an embedded PostgreSQL with
ordinary durability, made for this run, unless DATABASE_URL names another (a database made for this: it is written to).
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


@contextlib.contextmanager
def database() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    from callwright.config.postgres import layout_for, running_server

    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    try:
        with running_server(layout_for(folder)) as server:
            yield server.layout.url()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(chosen: list[str]) -> int:
    names = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if unknown := set(chosen) - set(names):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}.", file=sys.stderr)
        return 2
    failed = []
    with database() as url, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "DATABASE_URL": url, "CALLWRIGHT_HOME": home}
        subprocess.run([sys.executable, "-m", "callwright.config.command", "migrate"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        for name in chosen or names:
            print(f"\n── {name} " + "─" * (76 - len(name)), flush=True)
            started = time.monotonic()
            if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], env=environment).returncode:
                failed.append(name)
            print(f"({time.monotonic() - started:.0f} s)", flush=True)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
