"""Keys, passwords and certificates of servers, and what people read while one is away or a disk is full (CALL-9)."""

import base64
import os
import socket
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncssh
import pytest

from callwright.messaging.testing import certificate
from callwright.recordings.models import Part, Recording, Source, StoredFile
from callwright.recordings.operations.open_source import sealed
from callwright.recordings.operations.save_source import confirm_host_key, try_source
from callwright.recordings.testing import add_recorded_call, fetch_now, tone
from callwright.recordings.tests.servers import SshServer, give, web
from callwright.recordings.tests.test_settings import sftp
from callwright.staff.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user: Any, browser_of: Any) -> Any:
    return browser_of(make_user("ada", role="administrator", all_accounts=True))


@pytest.fixture
def recorded(monitor: Path, pbx: Any, account: Any, kept: Path, started: datetime) -> Callable[[], UUID]:
    """A call whose sound lies on the PBX; its file, and the attempt to fetch it."""

    def fetch() -> UUID:
        os.utime(tone(monitor / "71.1.wav", 60), (1, 1))
        _, call_id = add_recorded_call(pbx, "71.1", started, talk_s=60)
        fetch_now()
        return call_id

    return fetch


def reads(admin: Any, call_id: UUID) -> tuple[str, str]:
    """What stands on the page of the call, and in the overview of the sources."""
    return (
        admin.get(f"/recordings/calls/{call_id}/").content.decode(), admin.get("/recordings/").content.decode()
    )  # fmt: skip


# ── SFTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
def test_a_private_key_with_a_passphrase_as_it_is_pasted_logs_in(
    form: str, admin: Any, ssh: SshServer, pbx: Any, recorded: Callable[[], UUID], kept: Path, monitor: Path
) -> None:
    ssh.allowed = asyncssh.generate_private_key("ssh-ed25519" if form == "openssh" else "ssh-rsa")
    more = {"rounds": 4, "ignore_few_rounds": True} if form == "openssh" else {}
    key = ssh.allowed.export_private_key(form, passphrase="open sesame", **more).decode()
    own = {"host": "127.0.0.1", "port": ssh.port, "folder": "/", "pattern": "{uniqueid}.*"}
    pasted = key.replace("\n", "\r\n")  # as browsers send what is in a text field
    page = f"/recordings/sources/{pbx.pk}/"
    assert admin.post(page, sftp(**own, password="open sesame", private_key=pasted)).status_code == 302
    source = Source.objects.get()
    confirm_host_key(source, try_source(source).host_key, by=User.objects.get(username="ada").pk, now=_now())
    assert "It works: the folder can be read" in admin.post(f"{page}try/").content.decode()
    recorded()
    assert (kept / Part.objects.get().file).read_bytes() == (monitor / "71.1.wav").read_bytes()
    for password in ("wrong", ""):
        source.refresh_from_db()
        source.sealed = sealed({"private_key": pasted, "password": password})
        source.save()
        said = admin.post(f"{page}try/").content.decode()
        assert "The private key cannot be read" in said and "its passphrase as the password" in said
        assert "PRIVATE KEY" not in said
    another = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    source.sealed = sealed({"private_key": another})
    source.save()
    assert "The server refuses the login" in admin.post(f"{page}try/").content.decode()


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def sftp_source(pbx: Any, ssh: SshServer) -> Source:
    return Source.objects.create(
        pbx=pbx, kind="sftp", host="127.0.0.1", port=ssh.port, username="callwright", folder="/",
        pattern="{uniqueid}.*", sealed=sealed({"password": "s3cret"}),
        host_key=ssh.key.export_public_key().decode().strip(),
    )  # fmt: skip


def test_while_the_server_is_away_the_call_says_so_and_when_it_is_tried_again(
    admin: Any, sftp_source: Source, ssh: SshServer, recorded: Callable[[], UUID]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        Source.objects.update(port=probe.getsockname()[1])
    of_call, overview = reads(admin, recorded())
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "unreachable")
    assert "The server with the recordings cannot be reached" in of_call and "It is tried again at" in of_call
    assert "The server with the recordings cannot be reached" in overview and "whether a firewall stands" in overview
    Source.objects.update(port=ssh.port)
    fetch_now()
    of_call, overview = reads(admin, Recording.objects.get().id)
    assert "cannot be reached" not in of_call + overview and "Listen" in of_call


def test_a_line_that_breaks_is_told_on_the_page_of_the_call(
    admin: Any, sftp_source: Source, ssh: SshServer, recorded: Callable[[], UUID]
) -> None:
    ssh.drop_after = 300_000
    for page in reads(admin, recorded()):
        assert "The connection broke off in the middle of a file" in page
        assert "Nothing of the half file is kept. It is fetched again by itself." in page
    assert "It is tried again at" in reads(admin, Recording.objects.get().id)[0]


# ── HTTPS ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_certificate_counts_that_the_machine_trusts_and_no_other(
    admin: Any, pbx: Any, recorded: Callable[[], UUID], monitor: Path, kept: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    context, authority = certificate(tmp_path)
    with web(give(monitor / "71.1.wav"), context) as url:
        Source.objects.create(pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav")
        of_call, overview = reads(admin, recorded())
        assert (Recording.objects.get().reason, Part.objects.count()) == ("tls_failed", 0)
        assert "The encrypted connection fails" in of_call and "it must be valid for its name" in overview
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        Source.objects.update(url=url.replace("localhost", "127.0.0.1"))  # for which it is not made
        fetch_now()
        assert Recording.objects.get().reason == "tls_failed"
        Source.objects.update(url=url)
        fetch_now()
    assert (kept / Part.objects.get().file).read_bytes() == (monitor / "71.1.wav").read_bytes()


@pytest.mark.parametrize(("password", "reason"), [("s3cret: é", ""), ("wrong", "login_refused")])
def test_a_web_server_gets_user_and_password(
    admin: Any, pbx: Any, recorded: Callable[[], UUID], monitor: Path, password: str, reason: str
) -> None:
    needs = "Basic " + base64.b64encode("callwright:s3cret: é".encode()).decode()
    with web(give(monitor / "71.1.wav", needs=needs)) as url:
        page = f"/recordings/sources/{pbx.pk}/"
        given = {**sftp(password=password), "kind": "http", "url": url, "pattern": "{uniqueid}.wav"}
        assert admin.post(page, given).status_code == 302
        of_call, overview = reads(admin, recorded())
    assert Recording.objects.get().reason == reason and Part.objects.count() == (0 if reason else 1)
    for text in (of_call, overview):
        assert ("The server refuses the login" in text) == bool(reason)


# ── the disk of this server ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_spool(small_disk: Path, settings: Any, kept: Path) -> Path:
    """The data folder, on a disk of its own that is hardly larger than nothing; what is kept lies on another one."""
    settings.HOME = small_disk
    return small_disk


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["folder", "sftp", "http"])
def test_no_room_where_files_stand_while_they_are_fetched(
    kind: str, small_spool: Path, admin: Any, pbx: Any, ssh: SshServer, recorded: Callable[[], UUID], monitor: Path
) -> None:
    common = {"pbx": pbx, "kind": kind, "pattern": "{uniqueid}.wav"}
    with web(give(monitor / "71.1.wav")) as url:
        Source.objects.create(
            **common, folder=str(monitor) if kind == "folder" else "/", url=url, host="127.0.0.1", port=ssh.port,
            username="callwright", sealed=sealed({"password": "s3cret"}) if kind == "sftp" else "",
            host_key=ssh.key.export_public_key().decode().strip(),
        )  # fmt: skip
        of_call, overview = reads(admin, recorded())
        assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "disk_full")
        assert "The disk is full, so the recording cannot be kept" in of_call and "It is tried again at" in of_call
        assert "Make room" in overview
        assert not [one for one in small_spool.rglob("*") if one.is_file()] and not StoredFile.objects.exists()
        subprocess.run(["mount", "-o", "remount,size=8m", str(small_spool)], check=True)
        fetch_now()
    assert (
        Recording.objects.get().state == "downloaded"
        and Part.objects.get().size == (monitor / "71.1.wav").stat().st_size
    )
    assert "The disk is full" not in reads(admin, Recording.objects.get().id)[0]
