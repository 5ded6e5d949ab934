"""One connection to the server that takes our mail: says what it saw; what follows from that is decided elsewhere."""

import base64
import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from callwright.messaging.rules import Reply

OPEN_S: Final = 30.0
OFFER_S: Final = 60.0
CONTENT_S: Final = 120.0
ANSWER_S: Final = 180.0
"""Limits of each step as a whole: a server that answers one letter a minute holds nobody up for longer."""

_LONE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server is and how to speak to it; `security` is none, starttls or tls, `own_name` what we call us."""

    host: str
    port: int
    security: str
    verify_certificate: bool = True
    username: str = ""
    password: str = field(default="", repr=False)
    own_name: str = "localhost"
    patience: float = 1.0  # the limits are multiplied by it; tests have less


class ServerDown(Exception):
    """Nobody's mail can go out now. `problem` is a code: unreachable, certificate, tls, no_starttls, greeting,
    no_login, login_refused, password_unreadable; `words` are the server's or the system's own.
    """

    def __init__(self, problem: str, words: str) -> None:
        super().__init__(problem, words)
        self.problem, self.words = problem, words


class ConnectionLost(Exception):
    """The connection broke before a message was complete; the server cannot have taken it."""


class NoAnswer(Exception):
    """The message was complete, and no answer came: the server has taken it, or not."""


class Line:
    """An open connection on which messages are handed over one after another."""

    def __init__(self, smtp: smtplib.SMTP, address: ServerAddress) -> None:
        self._smtp, self._address = smtp, address
        self.is_open = True
        self._was_cut = False

    @classmethod
    def open(cls, address: ServerAddress) -> "Line":
        """Connect, secure the connection and log in. Raises ServerDown."""
        line = cls(_unconnected(address), address)
        with line._cut_after(OPEN_S * address.patience), line._telling_why_down():
            code, words = line._smtp.connect(address.host, address.port)
            if line._was_cut:
                raise TimeoutError
            if code != 220:
                raise ServerDown("greeting", str(_reply(code, words)))
            # The dot after a message is a packet of its own: without this it waits 40 ms until the server confirms the
            # packets before it (Nagle's algorithm and delayed acknowledgements wait for each other).
            assert line._smtp.sock is not None
            line._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line._introduce()
        return line

    @property
    def takes_utf8(self) -> bool:
        return self._smtp.has_extn("smtputf8")

    @property
    def largest(self) -> int:
        """The largest message in bytes that the server takes; 0 where it does not say."""
        text = self._smtp.esmtp_features.get("size", "")
        return int(text) if text.isascii() and text.isdigit() else 0

    def offer(self, sender: str, recipients: Sequence[str], *, size: int, utf8: bool) -> dict[str, Reply]:
        """The server's answer about each recipient; the refusal of the sender stands for all. Raises ConnectionLost."""
        options = [f"SIZE={size}"] if self._smtp.has_extn("size") else []
        options += ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
        with self._telling(), self._within(OFFER_S * self._address.patience):
            answer = _reply(*self._smtp.mail(sender, options))
            if not answer.is_yes:
                return self._given_up(dict.fromkeys(recipients, answer))
            answers = {one: _reply(*self._smtp.rcpt(one)) for one in recipients}
            return answers if any(one.is_yes for one in answers.values()) else self._given_up(answers)

    def hand_over(self, content: bytes) -> Reply:
        """Give the message to those who were accepted. Raises ConnectionLost, NoAnswer."""
        body = _DOTS.sub(b"..", _LONE_ENDS.sub(b"\r\n", content))
        with self._telling(), self._within(CONTENT_S * self._address.patience):
            ready = _reply(*self._smtp.docmd("DATA"))
            if ready.code != 354:
                if not 400 <= ready.code < 600:
                    # It takes no message, yet does not refuse it: nothing was handed over, and nobody knows what comes.
                    raise smtplib.SMTPServerDisconnected(str(ready))
                return self._given_up({"": ready})[""]
            self._smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        try:
            with self._within(ANSWER_S * self._address.patience):
                self._smtp.send(b".\r\n")
                answer = _reply(*self._smtp.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NoAnswer(self._said(error)) from error
        if self._was_cut or not 200 <= answer.code < 600:  # what came before the line was cut is no answer
            self.close()
            raise NoAnswer("timed out" if self._was_cut else str(answer))
        if answer.code == 421:
            self.close()
        return answer

    def close(self, *, farewell: bool = False) -> None:
        """Hang up; `farewell` says QUIT before, without waiting for what the server says to that."""
        if self.is_open:
            self.is_open = False
            if farewell:
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    self._smtp.send(b"QUIT\r\n")
            self._smtp.close()

    def _given_up(self, answers: dict[str, Reply]) -> dict[str, Reply]:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):  # what it answered before stands
            self.close()
        if any(one.code == 421 for one in answers.values()):
            self.close()
        return answers

    def _introduce(self) -> None:
        smtp, address = self._smtp, self._address
        smtp.ehlo_or_helo_if_needed()
        if address.security == "starttls":
            if not smtp.has_extn("starttls"):
                raise ServerDown("no_starttls", "")
            smtp.starttls(context=_tls(address))
            smtp.ehlo_or_helo_if_needed()
        if address.username:
            self._log_in()

    def _log_in(self) -> None:
        smtp, address = self._smtp, self._address
        try:
            if "PLAIN" in smtp.esmtp_features.get("auth", "").upper().split():
                # smtplib takes no letters outside ASCII here; the standard (RFC 4616) is UTF-8.
                words = base64.b64encode(f"\0{address.username}\0{address.password}".encode()).decode()
                answer = _reply(*smtp.docmd("AUTH", f"PLAIN {words}"))
                if not answer.is_yes:
                    raise ServerDown("login_refused", str(answer))
            else:
                smtp.login(address.username, address.password)
        except smtplib.SMTPNotSupportedError as error:
            raise ServerDown("no_login", "") from error
        except smtplib.SMTPAuthenticationError as error:
            raise ServerDown("login_refused", str(_reply(error.smtp_code, error.smtp_error))) from error
        except UnicodeError as error:
            raise ServerDown("login_refused", str(error)) from error

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ConnectionLost(self._said(error)) from error

    @contextlib.contextmanager
    def _telling_why_down(self) -> Iterator[None]:
        try:
            yield
        except (ServerDown, OSError, smtplib.SMTPException, UnicodeError) as error:
            self.close()
            raise self._why_down(error) from error

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        assert self._smtp.sock is not None
        self._smtp.sock.settimeout(seconds)
        with self._cut_after(seconds):
            yield

    @contextlib.contextmanager
    def _cut_after(self, seconds: float) -> Iterator[None]:
        """Cuts the connection when the time is over, however busy it looks."""
        cut = threading.Timer(seconds, self._cut)
        cut.daemon = True
        cut.start()
        try:
            yield
        finally:
            cut.cancel()

    def _cut(self) -> None:
        self._was_cut = True
        if self._smtp.sock is not None:
            with contextlib.suppress(OSError):
                # The plain socket's: TLS would want to say farewell first.
                socket.socket.shutdown(self._smtp.sock, socket.SHUT_RDWR)

    def _why_down(self, error: Exception) -> ServerDown:
        match error:
            case ServerDown():
                return error
            case ssl.SSLCertVerificationError():
                return ServerDown("certificate", error.verify_message or str(error))
            case ssl.SSLError() if not self._was_cut:
                return ServerDown("tls", str(error.reason or error))
        return ServerDown("unreachable", self._said(error))

    def _said(self, error: Exception) -> str:
        if self._was_cut or isinstance(error, TimeoutError):
            return "timed out"
        return str(getattr(error, "strerror", None) or error)[:500]


def _unconnected(address: ServerAddress) -> smtplib.SMTP:
    name, limit = _own_name(address.own_name), OPEN_S * address.patience
    smtp: smtplib.SMTP
    if address.security == "tls":
        smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=limit, context=_tls(address))
    else:
        smtp = smtplib.SMTP(local_hostname=name, timeout=limit)
    # The name that certificates are checked against; else only the constructor sets it, which connects unwatched.
    smtp._host = address.host  # type: ignore[attr-defined]
    return smtp


def _own_name(host: str) -> str:
    try:
        return f"[{ipaddress.ip_address(host)}]"
    except ValueError:
        return host.encode("idna").decode() if host else "localhost"


def _tls(address: ServerAddress) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not address.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _reply(code: int, words: bytes | str) -> Reply:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Reply(code, " ".join(text.split())[:500])
