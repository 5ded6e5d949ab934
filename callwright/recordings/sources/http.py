"""A web server that hands out recordings by their names."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import quote

import certifi
import httpx

from callwright.recordings.rules import is_safe_name
from callwright.recordings.sources.reading import CHUNK, CONNECT_S, LARGEST, READ_S, Found, SourceProblem, Write


@dataclass(frozen=True, slots=True)
class HttpLogin:
    url: str
    username: str = ""
    password: str = ""
    token: str = ""


class HttpReader:
    """Redirects are not followed: they would carry the login elsewhere. The length that the server names is held to."""

    can_list = False

    def __init__(self, login: HttpLogin) -> None:
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if login.token:
            headers["Authorization"] = f"Bearer {login.token}"
        self._base = login.url.rstrip("/")
        self._client = httpx.Client(
            auth=(login.username, login.password) if login.username and not login.token else None,
            headers=headers,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,  # no proxy is asked
            verify=_trusted(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def check(self) -> str:
        """That the server answers, and not with a refusal; it may well have no page for the folder itself."""
        with self._answer("GET", "") as answer:
            if answer.status_code in (401, 403):
                raise _refused(answer)
            if answer.status_code >= 500 or answer.is_redirect:
                raise SourceProblem("http_status", _said(answer))
        return ""

    def find(self, name: str) -> list[Found]:
        if "*" in name or not is_safe_name(name):
            return []
        with self._answer("HEAD", name) as answer:
            if answer.status_code in (404, 410):
                return []
            if answer.status_code not in (405, 501):
                return [self._found(name, answer)]
        with self._answer("GET", name) as answer:  # it does not know HEAD: the body is not read
            return [] if answer.status_code in (404, 410) else [self._found(name, answer)]

    def _found(self, name: str, answer: httpx.Response) -> Found:
        self._must_be_good(answer)
        length = answer.headers.get("content-length", "")
        return Found(name, int(length) if length.isdecimal() else None)

    def fetch(self, name: str, write: Write) -> int:
        if not is_safe_name(name):
            raise SourceProblem("unsafe_name", name)
        with self._answer("GET", name) as answer:
            if answer.status_code in (404, 410):
                raise SourceProblem("not_found", name)
            self._must_be_good(answer)
            named = answer.headers.get("content-length", "")
            total = 0
            for piece in answer.iter_raw(CHUNK):
                total += len(piece)
                if total > LARGEST:
                    raise SourceProblem("too_large", name)
                write(piece)
            if named.isdecimal() and int(named) != total:
                raise SourceProblem("broken_off", f"{total} / {named}")
            return total

    def _must_be_good(self, answer: httpx.Response) -> None:
        if answer.status_code in (401, 403):
            raise _refused(answer)
        if answer.status_code != 200:
            raise SourceProblem("http_status", _said(answer))

    @contextmanager
    def _answer(self, method: str, name: str) -> Iterator[httpx.Response]:
        address = f"{self._base}/{quote(name)}"
        try:
            with self._client.stream(method, address) as answer:
                yield answer
        except httpx.TimeoutException as error:
            raise SourceProblem("slow", str(error)) from error
        except httpx.ConnectError as error:
            raise SourceProblem("tls_failed" if "SSL" in str(error) else "unreachable", str(error)) from error
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError) as error:
            raise SourceProblem("broken_off", str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise SourceProblem("unreachable", str(error)) from error


def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts (or `SSL_CERT_FILE`, for an authority of one's own), and whom browsers do."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _refused(answer: httpx.Response) -> SourceProblem:
    return SourceProblem("login_refused", _said(answer))


def _said(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.reason_phrase}"
