import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from callwright.accounts.models import Account
    from callwright.imports.models import Import
    from callwright.imports.tests.tables import Records
    from callwright.staff.models import User
    from callwright.telephony.models import Pbx

TRACES = Path(__file__).parents[2] / "telephony/asterisk/tests/traces"
Run = Callable[..., "Import"]


@pytest.fixture
def house() -> "Account":
    """The default account, to which calls belong whose line nobody has."""
    from callwright.accounts.models import Account

    return Account.objects.filter(is_default=True).first() or Account.objects.create(
        name="House", is_default=True, time_zone="Europe/Amsterdam"
    )


@pytest.fixture
def boss(house: "Account") -> "User":
    from callwright.staff.models import User

    return User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)


@pytest.fixture
def bakery(house: "Account") -> "Account":
    from callwright.accounts.models import Account, Line

    account = Account.objects.create(name="Bakery", time_zone="Europe/Moscow", home_country="RU")
    Line.objects.create(account=account, number="+74951000100")
    return account


@pytest.fixture
def pbx(house: "Account") -> "Pbx":
    from callwright.telephony.models import Pbx

    return Pbx.objects.create(slug="main", name="Main", home_country="RU", trunks=["trunk"], enabled=False)


@pytest.fixture
def imported(pbx: "Pbx", tmp_path: Path) -> Run:
    """`imported(content, **settings)`: reads text, bytes or a file as a worker would, and returns the import."""
    from django.utils import timezone

    from callwright.imports.operations.prepare import prepare
    from callwright.imports.operations.run_import import run_import
    from callwright.imports.operations.start_import import add_import, sha256_of

    def run(content: Any, *, name: str = "Master.csv", zone: str = "", account: Any = None) -> "Import":
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        row = add_import(
            path=path,
            sha256=sha256_of(path),
            origin="command",
            settings=prepare(path, zone=zone),
            pbx_id=pbx.pk,
            account_id=account.pk if account else None,
            now=timezone.now(),
        )
        return run_import(row.pk)

    return run


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: for tests that import a hundred of them. What is sent is packed all the same."""
    import msgspec

    from callwright.imports.operations import run_import
    from callwright.imports.reading.__main__ import Job, Told
    from callwright.imports.reading.reader import Reader

    def batches(job: Job) -> Any:
        job = msgspec.json.decode(msgspec.json.encode(job), type=Job)
        reader = Reader(job.settings, job.ground, seen=job.seen, held=job.held, parts=job.parts)
        for batch in reader.batches(Path(job.path)):
            yield msgspec.msgpack.decode(msgspec.msgpack.encode(Told(batch)), type=Told).batch

    monkeypatch.setattr(run_import, "batches_of", batches)


@pytest.fixture
def command(tmp_path: Path) -> "Iterator[Callable[..., subprocess.Popen[bytes]]]":
    """`command(*words)`: `callwright import` in a process of its own, on the test's database, which
    knows its connections as those of the application "import".
    """
    from django.db import connection

    known = connection.settings_dict
    host = known["HOST"] or known["OPTIONS"].get("host", "")
    url = f"postgresql://{known['USER']}:{known['PASSWORD']}@{host}:{known['PORT']}/{known['NAME']}"
    if str(host).startswith("/"):
        url = f"postgresql://{known['USER']}:{known['PASSWORD']}@/{known['NAME']}?host={host}&port={known['PORT']}"
    environment = {**os.environ, "DATABASE_URL": url, "CALLWRIGHT_HOME": str(tmp_path), "PGAPPNAME": "import"}
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: object) -> subprocess.Popen[bytes]:
        named = [sys.executable, "-m", "callwright.config.command", "import", *map(str, words), "--pbx", "main"]
        started.append(subprocess.Popen(named, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def records(databases: Any, pbx: "Pbx") -> "Iterator[Records]":
    """The database of records of the PBX, without tables."""
    from callwright.imports.tests.tables import Records
    from callwright.telephony.models import Pbx

    made = Records(databases.empty())
    Pbx.objects.filter(pk=pbx.pk).update(record_dsn=made.url)
    yield made
    made.close()


def calls() -> list[dict[str, Any]]:
    from callwright.calls.queries.register_of_pbx import calls_of_pbx

    return calls_of_pbx("main")
