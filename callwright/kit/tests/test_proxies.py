"""The address of the client behind proxies, which lock-outs and limits go by."""

import pytest
from django.test import RequestFactory

from callwright.kit.proxies import client_address, trusted_networks


@pytest.mark.parametrize(
    ("proxies", "connection", "forwarded", "client"),
    [
        ("", "203.0.113.9", "", "203.0.113.9"),
        ("", "203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody is trusted: anyone may write the header
        ("10.0.0.5", "10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "10.0.0.5", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the first was written by the client
        ("10.0.0.0/8", "10.0.0.5", "198.51.100.1, 10.9.9.9", "198.51.100.1"),  # two proxies of ours
        ("10.0.0.5", "198.51.100.7", "1.1.1.1", "198.51.100.7"),  # past the proxy
        ("10.0.0.5", "10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.5", "unknown", "10.0.0.5"),
        ("::1, 127.0.0.1", "::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1", "::ffff:127.0.0.1", "198.51.100.1:5000", "198.51.100.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_not_ours(proxies, connection, forwarded, client, settings):
    settings.TRUSTED_PROXIES = proxies
    asked = RequestFactory().get("/", REMOTE_ADDR=connection, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(asked) == client


def test_a_list_that_is_none_is_refused():
    with pytest.raises(ValueError, match="proxy"):
        trusted_networks("proxy.example.com")


@pytest.mark.django_db
def test_one_guesser_behind_the_proxy_does_not_lock_out_the_others(make_user, settings, client):
    settings.TRUSTED_PROXIES = "127.0.0.1"
    make_user("ann", password="correct horse battery")
    guess = {"login": "ann", "password": "wrong"}
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        answer = client.post("/login/", guess, headers={"X-Forwarded-For": "198.51.100.66"})
    assert answer.status_code == 429
    right = {"login": "ann", "password": "correct horse battery"}
    assert client.post("/login/", right, headers={"X-Forwarded-For": "198.51.100.66"}).status_code == 429
    assert client.post("/login/", right, headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 302
