import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.templatetags.static import static

from callwright.config.static_files import version, with_static_files


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"not a file"})


class Answer:
    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


async def _get(path: str, method: str = "GET", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": pairs}
    await with_static_files(_nobody)(scope, _nothing, send)
    return Answer(sent)


async def _nothing() -> Any:
    raise AssertionError("static files read no request body")


async def test_an_address_with_the_version_is_kept_for_ever() -> None:
    address = static("kit/css/base.css")
    assert address == f"/static/{version()}/kit/css/base.css"
    answer = await _get(address)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert int(answer.headers["content-length"]) == len(answer.body) > 0


async def test_text_is_sent_compressed_to_those_who_read_that() -> None:
    plain = await _get(static("kit/css/base.css"))
    packed = await _get(static("kit/css/base.css"), accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    font = await _get(static("vendor/inter/inter-latin-wght-normal.woff2"), accept_encoding="gzip")
    assert "content-encoding" not in font.headers
    assert font.headers["content-type"] == "font/woff2"


async def test_a_page_of_an_older_version_gets_the_file_of_now_and_asks_again() -> None:
    for address in ("/static/v-000000000000/kit/css/base.css", "/static/kit/css/base.css"):
        answer = await _get(address)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")
        again = await _get(address, if_none_match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/kit/nothing.css", "/static/../settings.py", f"/static/{'%2e%2e/' * 3}settings.py", "/static/"]
)
async def test_nothing_but_the_files_is_served(path: str) -> None:
    assert (await _get(path)).status == 404


async def test_only_reading_is_possible() -> None:
    head = await _get(static("kit/css/base.css"), "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert (await _get(static("kit/css/base.css"), "POST")).status == 405


async def test_everything_else_goes_to_the_application() -> None:
    assert (await _get("/staticfiles")).status == 299


@pytest.fixture
def debugging(settings: Any) -> Iterator[None]:
    settings.DEBUG = True
    yield


async def test_while_debugging_files_are_read_anew(debugging: None) -> None:
    assert static("kit/css/base.css") == "/static/kit/css/base.css"
    answer = await _get("/static/kit/css/base.css")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")
