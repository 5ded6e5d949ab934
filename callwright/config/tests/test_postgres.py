"""The embedded PostgreSQL: made, killed, found again, in awkward folders and for both kinds of user."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from callwright.config.postgres import Options, Server, ServerError, layout, layout_for, running_server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
FAST = Options(unsafe_but_fast=True)


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="callwright-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def started(home: Path, options: Options = FAST) -> Server:
    server = Server(layout_for(home), options)
    server.prepare()
    server.start()
    return server


def rows(server: Server) -> list[int]:
    with psycopg.connect(server.layout.url()) as connection:
        return [row[0] for row in connection.execute("select n from kept order by n")]


def write(server: Server, number: int) -> None:
    with psycopg.connect(server.layout.url()) as connection:
        connection.execute("create table if not exists kept (n int)")
        connection.execute("insert into kept values (%s)", [number])


def gone(pid: int, within_s: float = 15) -> bool:
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_letters_of_every_script_are_letters_to_the_database(home):
    with running_server(layout_for(home), FAST) as server, psycopg.connect(server.layout.url()) as connection:
        connection.execute("create extension pg_trgm")
        connection.execute("create extension unaccent")
        assert connection.execute("select lower('МАРИЯ'), lower('ÁDÁM')").fetchone() == ("мария", "ádám")
        assert connection.execute("select similarity('Мария', 'мария'), similarity('مريم', 'مريم')").fetchone() == (
            1,
            1,
        )
        assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)


@pytest.mark.fault
def test_rows_survive_kill_9_of_the_server_and_it_starts_again_at_once(home):
    server = started(home, Options())
    try:
        write(server, 1)
        server.process.kill()
        server.process.wait()
        server.start()
        write(server, 2)
        assert rows(server) == [1, 2]
    finally:
        server.stop()


@pytest.mark.fault
def test_no_server_is_left_behind_when_its_owner_is_killed(home):
    owner = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from pathlib import Path\n"
         "from callwright.config.tests.test_postgres import started, write\n"
         "server = started(Path(sys.argv[1])); write(server, 7); print(server.process.pid, flush=True); time.sleep(60)",
         str(home)], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert gone(pid)
    with running_server(layout_for(home), FAST) as server:
        assert rows(server) == [7]


def test_a_process_number_that_someone_else_has_now_does_not_keep_the_server_from_starting(home):
    with running_server(layout_for(home), FAST) as server:
        write(server, 3)
    stranger = subprocess.Popen(["sleep", "60"], **server.account.popen_arguments())
    try:
        (server.layout.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.layout.data}\n1\n5432\n\n\n")
        with running_server(layout_for(home), FAST) as again:
            assert rows(again) == [3]
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_data_folder_is_made_anew(home):
    place = layout_for(home)
    (place.cluster / "data.part").mkdir(parents=True)
    (place.cluster / "data.part" / "PG_VERSION").write_text("18\n")
    with running_server(place, FAST) as server:
        assert server.answers()


def test_two_owners_are_refused_in_words_and_a_command_uses_the_running_server(home):
    server = started(home)
    try:
        with pytest.raises(ServerError, match="Another callwright is using"):
            Server(layout_for(home), FAST).prepare()
        with running_server(layout_for(home)) as same:
            assert same.process is None
            assert same.answers()
        assert server.answers()
    finally:
        server.stop()
    assert not server.answers()


def test_a_folder_with_a_long_name_still_gets_a_socket(home):
    deep = home / ("long" * 30) / "var"
    with running_server(layout_for(deep), FAST) as server:
        assert len(str(server.layout.socket)) < 93
        write(server, 1)
        assert rows(server) == [1]
    shutil.rmtree(server.layout.socket)


def test_data_of_another_version_is_refused_in_words(home):
    with running_server(layout_for(home), FAST) as server:
        pass
    (server.layout.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 14.*Upgrade"):
        Server(layout_for(home), FAST).prepare()


def test_loopback_port_wants_the_password(home, monkeypatch):
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("CALLWRIGHT_PG_PORT", str(port))
    with running_server(layout_for(home), FAST) as server:
        write(server, 5)
        assert rows(server) == [5]
        password = server.layout.password_file.read_text()
        where = {"host": "127.0.0.1", "port": port, "user": "callwright", "dbname": "callwright"}
        with psycopg.connect(**where, password=password) as connection:
            assert connection.execute("select n from kept").fetchone() == (5,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**where, password="wrong")


@as_root
def test_root_with_a_closed_folder_keeps_the_data_where_the_server_can_reach_it(home, monkeypatch):
    monkeypatch.setattr(layout, "_ROOT_SHARE", home / "share")
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    data_folder = closed / "var"
    with running_server(layout_for(data_folder), FAST) as server:
        assert server.layout.elsewhere
        write(server, 4)
    moved = closed / "renamed"
    data_folder.rename(moved)
    with running_server(layout_for(moved), FAST) as server:
        assert rows(server) == [4]


@as_root
def test_root_never_runs_the_server_as_root(home):
    with running_server(layout_for(home), FAST) as server:
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid
    assert owner != 0
    assert (server.layout.data / "PG_VERSION").stat().st_uid == owner


@as_root
def test_an_ordinary_user_in_a_folder_closed_to_all_others(home):
    nobody = pwd.getpwnam("nobody")
    own = home / "checkout"
    own.mkdir(mode=0o700)
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with running_server(layout_for(own / "var"), FAST) as server:
                write(server, 9)
                code = 0 if rows(server) == [9] and not server.account.dropped else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@as_root
def test_programs_out_of_reach_are_copied_with_their_libraries(home, monkeypatch):
    from callwright.config.postgres import account, binaries

    found = Server(layout_for(home), FAST)
    if found.binaries.folder.is_relative_to("/usr"):
        pytest.skip("this machine's server programs come from the system")
    monkeypatch.setattr(binaries, "_ROOT_COPIES", home / "programs")
    monkeypatch.setattr(
        binaries, "can_pass", lambda who, folder: account.can_pass(who, folder) and "programs" in str(folder)
    )
    with running_server(layout_for(home), FAST) as server:
        assert server.binaries.folder.is_relative_to(home / "programs")
        assert server.answers()
