"""A real SMTP server in the test's own process, which behaves as it is told, and the settings that lead to it."""

import asyncio
import datetime
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ANSWERS = {
    "ok": "250 2.0.0 Taken",
    "never": "554 5.7.1 We do not want this",
    "later": "451 4.7.1 Try again later",
}


@dataclass
class Received:
    """A message that the server has taken."""

    sender: str
    to: tuple[str, ...]
    message: EmailMessage
    raw: bytes


@dataclass
class Post:
    """What the server does. `data` is its answer to a message: ok, never, later, hang (it never answers), or drop: it
    takes the message, and cuts the line without an answer. Recipients named never@ and later@ are refused so.
    """

    data: str = "ok"
    connect: str = "ok"  # ok, drop, busy
    delay_s: float = 0.0  # before each answer to DATA
    login: tuple[str, str] | None = None
    utf8: bool = False
    largest: int = 33_554_432
    received: list[Received] = field(default_factory=list)
    offered: int = 0
    sessions: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("never"):
            return "550 5.1.1 No such user"
        if address.startswith("later"):
            return "450 4.2.1 Come back in a while"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.offered += 1
        behaviour = self.data
        if behaviour == "hang":
            await asyncio.sleep(3600)
        if behaviour in ("ok", "drop"):
            raw = envelope.content
            assert isinstance(raw, bytes)
            message = message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, EmailMessage)
            with self.lock:
                self.received.append(Received(str(envelope.mail_from), tuple(envelope.rcpt_tos), message, raw))
        if self.delay_s:  # it has the message by now, whoever hears of that
            await asyncio.sleep(self.delay_s)
        if behaviour == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return ANSWERS.get(behaviour, "250 OK")

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = self.login == (data.login.decode(), data.password.decode())
        return AuthResult(success=good, handled=good)


class _Smtp(SMTP):
    def connection_made(self, transport: Any) -> None:
        post = self.event_handler
        assert isinstance(post, Post)
        post.sessions += 1
        if post.connect == "drop":
            transport.abort()
            return
        if post.connect == "busy":
            transport.write(b"421 4.3.2 Too busy\r\n")
            transport.close()
            return
        super().connection_made(transport)


@contextmanager
def mailing(post: Post, **fields: Any) -> Iterator[Post]:
    """The server, with the settings by which messages go there."""
    from callwright.messaging.models import MailServer

    with serving(post) as port:
        MailServer.objects.create(
            host="127.0.0.1", port=port, security="none", from_address="desk@example.org", **fields
        )  # fmt: skip
        yield post


@contextmanager
def serving(post: Post, *, context: ssl.SSLContext | None = None, security: str = "none") -> Iterator[int]:
    """Runs the server in a thread; yields its port."""
    options: dict[str, Any] = {"hostname": "mx.test", "enable_SMTPUTF8": post.utf8, "data_size_limit": post.largest}
    if post.login:
        # aiosmtpd knows as secured only what STARTTLS secured, and warns of asking for a login elsewhere.
        known = security == "starttls"
        options |= {"authenticator": post.authenticate, "auth_required": known, "auth_require_tls": known}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    implicit = context if security == "tls" else None
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: _Smtp(post, loop=loop, **options), "127.0.0.1", 0, ssl=implicit)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.sleep(0)


def certificate(folder: Path, *, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A certificate that signs itself, for a server; and its file, for those who trust it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate_file, key_file)
    return context, certificate_file
