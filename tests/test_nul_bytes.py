"""A NUL byte in an address, a form or a cookie is refused in words on every URL; PostgreSQL could not keep it."""

import pytest

from tests.test_every_url import ROWS, address, world

__all__ = ["world"]


@pytest.mark.parametrize("route", sorted(ROWS))
def test_a_nul_byte_never_breaks_a_page(route, world, browser_of):
    row = ROWS[route]
    browser = browser_of(world["owner"])
    url = address(route, row, world)
    joint = "&" if "?" in url else "?"
    names = ("search", "to", "q", "name", "number", "account", "period", "next", "login", "text", "field", "after")
    query = "&".join(f"{name}=a%00b" for name in names)
    assert browser.get(f"{url}{joint}{query}").status_code == 400
    assert browser.get(f"{url}{joint}%00=1").status_code == 400
    answer = browser.post(url, {**dict.fromkeys(names, "a\x00b")})
    assert answer.status_code < 500
    if not route.startswith("api/pbx/<"):  # its body is JSON
        assert answer.status_code == 400


@pytest.mark.django_db
def test_the_refusal_is_in_words_and_in_the_readers_language(client):
    answer = client.get("/login/?next=%00", headers={"Accept-Language": "en"})
    assert "holds a character that no text has" in answer.content.decode() and answer.status_code == 400
    assert client.get("/login/", headers={"Cookie": 'sessionid="abcdefgh\\000ijkl"'}).status_code == 400
    assert client.get("/calls/%00/").status_code == 400
