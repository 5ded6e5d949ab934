"""The connection to the mail server: secured, logged in, patient but not for ever."""

import contextlib
import socket
import threading
import time

import pytest

from callwright.messaging.smtp import ConnectionLost, Line, ServerAddress, ServerDown
from callwright.messaging.testing import Post, certificate, serving

LOGIN = ("desk", "gehéim wachtwoord ✓")
CONTENT = b"Subject: x\r\n\r\nHello\r\n.\r\n..\r\nRSET\r\n"


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificate"))


def address(port: int, **more) -> ServerAddress:
    return ServerAddress(**{"host": "127.0.0.1", "port": port, "security": "none", "patience": 0.1, **more})


def hand_over(line: Line) -> str:
    with contextlib.closing(line):
        assert line.offer("desk@example.org", ["a@example.org"], size=100, utf8=False)["a@example.org"].is_yes
        return str(line.hand_over(CONTENT))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_secured_and_logged_in(signed, security, monkeypatch):
    context, file = signed
    post = Post(login=LOGIN)
    with serving(post, context=context, security=security) as port:
        known = address(port, host="localhost", security=security, username=LOGIN[0], password=LOGIN[1])
        with pytest.raises(ServerDown) as down:  # nobody vouches for the certificate
            Line.open(known)
        assert down.value.problem == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert hand_over(Line.open(known)) == "250 2.0.0 Taken"
        with pytest.raises(ServerDown) as down:  # the certificate is another one's
            Line.open(address(port, security=security))
        assert down.value.problem == "certificate"
        monkeypatch.delenv("SSL_CERT_FILE")
        lenient = address(port, security=security, verify_certificate=False, username=LOGIN[0], password=LOGIN[1])
        assert hand_over(Line.open(lenient)) == "250 2.0.0 Taken"
    assert post.received[0].raw == CONTENT.replace(b"\r\n.\r\n", b"\r\n.\r\n")  # dots and all


def test_a_wrong_password_is_told_in_the_servers_words():
    with serving(Post(login=LOGIN)) as port, pytest.raises(ServerDown) as down:
        Line.open(address(port, username="desk", password="wrong"))
    assert down.value.problem == "login_refused"
    assert down.value.words.startswith("535")


def test_never_in_plain_text_where_starttls_is_wanted():
    with serving(Post()) as port, pytest.raises(ServerDown) as down:
        Line.open(address(port, security="starttls"))
    assert down.value.problem == "no_starttls"


def test_a_server_that_takes_no_login():
    with serving(Post()) as port, pytest.raises(ServerDown) as down:
        Line.open(address(port, username="desk", password="x"))
    assert down.value.problem == "no_login"


def test_tls_spoken_to_a_plain_server():
    with serving(Post()) as port, pytest.raises(ServerDown) as down:
        Line.open(address(port, security="tls"))
    assert down.value.problem == "tls"


def test_nobody_listens_and_no_such_host():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerDown) as down:
        Line.open(address(port))
    assert (down.value.problem, down.value.words) == ("unreachable", "Connection refused")
    with pytest.raises(ServerDown) as down:
        Line.open(address(25, host="a" * 70 + ".example"))
    assert down.value.problem == "unreachable"


def test_a_server_that_answers_a_letter_at_a_time_is_left():
    """Each letter comes within any time-out of a single read; the step as a whole has its limit."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def drip() -> None:
            peer, _address = listening.accept()
            with peer, contextlib.suppress(OSError):
                while not stop.wait(0.05):
                    peer.sendall(b"2")

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(ServerDown) as down:
            Line.open(address(listening.getsockname()[1], patience=0.03))
        stop.set()
        thread.join()
    assert time.monotonic() - begun < 5
    assert down.value.problem == "unreachable"


def test_the_end_of_a_message_does_not_wait_for_the_receipt_of_its_body():
    """Else each message takes 40 ms more, the time after which a server confirms a packet that it need not answer."""
    with serving(Post()) as port:
        line = Line.open(address(port))
        assert line._smtp.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert hand_over(line) == "250 2.0.0 Taken"


def test_a_yes_to_the_announcement_of_a_message_is_no_yes_to_the_message():
    """Nothing was handed over, whatever such a server means by it (MSG-4)."""
    answers = {b"EHLO": b"250 mx", b"MAIL": b"250 OK", b"RCPT": b"250 OK", b"DATA": b"250 Thank you"}
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            peer, _address = listening.accept()
            with peer, peer.makefile("rwb") as wire:
                wire.write(b"220 mx\r\n")
                wire.flush()
                for line in wire:
                    heard.append(line[:4])
                    wire.write(answers.get(line[:4].upper(), b"250 OK") + b"\r\n")
                    wire.flush()

        thread = threading.Thread(target=serve)
        thread.start()
        line = Line.open(address(listening.getsockname()[1]))
        line.offer("desk@example.org", ["a@example.org"], size=100, utf8=False)
        with pytest.raises(ConnectionLost) as lost:
            line.hand_over(CONTENT)
        thread.join(10)
    assert str(lost.value) == "250 Thank you"
    assert heard[-1] in (b"DATA", b"data")
    assert not line.is_open


def test_a_line_cut_before_the_message_is_complete_is_no_doubt():
    post = Post()
    with serving(post) as port:
        line = Line.open(address(port))
        line.offer("desk@example.org", ["a@example.org"], size=100, utf8=False)
        line._cut()
        with pytest.raises(ConnectionLost):
            line.hand_over(CONTENT)
    assert post.received == []
