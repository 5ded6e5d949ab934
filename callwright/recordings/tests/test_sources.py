"""Servers that recordings come from, and all that goes wrong with them: real SFTP and HTTP servers on loopback."""

import os
import socket
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from callwright.recordings.models import Part, Recording, Source
from callwright.recordings.operations.open_source import open_source, sealed
from callwright.recordings.operations.save_source import confirm_host_key, try_source
from callwright.recordings.sources.folder import FolderReader
from callwright.recordings.sources.reading import SourceProblem
from callwright.recordings.testing import add_recorded_call, fetch_now, tone
from callwright.recordings.tests.servers import SshServer, give, web

pytestmark = pytest.mark.django_db


# ── folders ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_outside_of_the_folder_is_ever_read(monitor: Path, tmp_path: Path) -> None:
    secret = tone(tmp_path / "secret.wav", 1)
    (monitor / "link.wav").symlink_to(secret)
    (monitor / "away").symlink_to(tmp_path)
    os.mkfifo(monitor / "pipe.wav")
    with FolderReader(str(monitor)) as reader:
        assert reader.find("../secret.wav") == [] and reader.find("/etc/passwd") == []
        assert reader.find("away/secret.wav") == [] or pytest.fail("a linked folder was entered")
        for name in ("link.wav", "pipe.wav", "../secret.wav"):
            with pytest.raises(SourceProblem, match="unsafe_name"):
                reader.fetch(name, lambda piece: None)


def test_a_folder_that_is_not_there_is_told(monitor: Path) -> None:
    with pytest.raises(SourceProblem, match="folder_missing"), FolderReader(f"{monitor}/no"):
        pass


# ── SFTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sftp_source(pbx: Any, ssh: SshServer, kept: Path) -> Source:
    return Source.objects.create(
        pbx=pbx, kind="sftp", host="127.0.0.1", port=ssh.port, username="callwright", folder="/",
        pattern="{uniqueid}.*", sealed=sealed({"password": "s3cret"}),
        host_key=ssh.key.export_public_key().decode().strip(),
    )  # fmt: skip


def test_a_recording_comes_by_sftp(
    sftp_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    tone(monitor / "31.1.wav", 30)
    os.utime(monitor / "31.1.wav", (1, 1))
    add_recorded_call(pbx, "31.1", started, talk_s=30)
    fetch_now()
    assert (kept / Part.objects.get().file).read_bytes() == (monitor / "31.1.wav").read_bytes()
    sftp_source.refresh_from_db()
    assert sftp_source.good_at and "s3cret" not in sftp_source.sealed


def test_the_server_goes_away_in_the_middle_nothing_is_shown_and_it_is_fetched_later(
    sftp_source: Source, ssh: SshServer, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    tone(monitor / "31.2.wav", 60)
    os.utime(monitor / "31.2.wav", (1, 1))
    add_recorded_call(pbx, "31.2", started, talk_s=60)
    ssh.drop_after = 300_000
    fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "broken_off")
    assert not Part.objects.exists() and not [one for one in kept.rglob("*") if one.is_file()]
    sftp_source.refresh_from_db()
    assert sftp_source.problem == "broken_off"
    ssh.drop_after = None
    fetch_now()
    assert Recording.objects.get().state == "downloaded" and Part.objects.count() == 1
    sftp_source.refresh_from_db()
    assert sftp_source.problem == ""


def test_nobody_logs_in_to_a_server_whose_key_was_not_confirmed(sftp_source: Source, ssh: SshServer) -> None:
    Source.objects.update(host_key="")
    sftp_source.refresh_from_db()
    tried = try_source(sftp_source)
    assert (tried.problem, tried.fingerprint) == ("host_key_unknown", ssh.key.get_fingerprint())
    with pytest.raises(SourceProblem, match="host_key_unknown"), open_source(sftp_source):
        pass


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sealed": "wrong"}, "secret_lost"),
        ({"password": "bad"}, "login_refused"),
        ({"host_key": "another"}, "host_key_changed"),
        ({"folder": "/not/there"}, "folder_missing"),
        ({"port": 1}, "unreachable"),
    ],
)
def test_trying_it_says_what_is_wrong(sftp_source: Source, change: dict[str, Any], problem: str) -> None:
    if "password" in change:
        change = {"sealed": sealed(change)}
    if "host_key" in change:
        other = asyncssh.generate_private_key("ssh-ed25519")
        change = {"host_key": other.export_public_key().decode().strip()}
    for name, value in change.items():
        setattr(sftp_source, name, value)
    assert try_source(sftp_source).problem == problem


def test_confirming_the_key_makes_it_work(sftp_source: Source, owner: Any, started: datetime) -> None:
    sftp_source.host_key = ""
    tried = try_source(sftp_source)
    confirm_host_key(sftp_source, tried.host_key, by=owner.pk, now=started)
    sftp_source.refresh_from_db()
    assert try_source(sftp_source).problem == ""


# ── HTTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, ""),
        ({"needs": "Bearer t0ken"}, ""),
        ({"needs": "Bearer other"}, "login_refused"),
        ({"status": 404}, "not_found"),
        ({"status": 500}, "http_status"),
        ({"status": 302}, "http_status"),
        ({"length": 10_000_000}, "broken_off"),
    ],
)
def test_web_servers_good_and_bad(
    pbx: Any, account: Any, started: datetime, kept: Path, tmp_path: Path, options: dict[str, Any], reason: str
) -> None:
    file = tone(tmp_path / "x.wav", 12)
    with web(give(file, **options)) as url:
        Source.objects.create(
            pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav", sealed=sealed({"token": "t0ken"})
        )
        add_recorded_call(pbx, "41.1", started)
        fetch_now()
    after = Recording.objects.get()
    assert (after.state, after.reason) == ("waiting" if reason else "downloaded", reason)
    assert Part.objects.count() == (0 if reason else 1)


def test_a_web_server_that_is_away_is_tried_again(pbx: Any, account: Any, started: datetime, kept: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    Source.objects.create(pbx=pbx, kind="http", url=f"http://127.0.0.1:{port}", pattern="{uniqueid}.wav")
    add_recorded_call(pbx, "41.2", started)
    fetch_now()
    after = Recording.objects.get()
    assert (after.state, after.reason) == ("waiting", "unreachable") and after.due_at


def test_a_web_server_that_knows_only_get_is_asked_for_each_name(
    pbx: Any, account: Any, started: datetime, kept: Path, tmp_path: Path
) -> None:
    file = tone(tmp_path / "x.wav", 12)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        is_there = handler.path.endswith("/41.3.wav")
        handler.send_response(501 if handler.command == "HEAD" else 200 if is_there else 404)
        handler.send_header("Content-Length", str(file.stat().st_size if is_there else 0))
        handler.end_headers()
        if handler.command == "GET" and is_there:
            handler.wfile.write(file.read_bytes())

    with web(answer) as url:
        Source.objects.create(pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav", pbx_folder="/rec")
        add_recorded_call(pbx, "41.3", started, file="/rec/named-otherwise.wav")
        fetch_now()
    assert Recording.objects.get().reason == "" and Part.objects.get().source_name == "41.3.wav"
