"""What every other test stands on: a database of its own and no way out of the machine."""

import socket

import psycopg
import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_test_has_a_migrated_database_of_its_own():
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), count(*) from django_migrations group by 1")
        name, migrations = cursor.fetchone()
    assert name.startswith("callwright_test_")
    assert migrations > 10


def test_a_fresh_database_for_processes_is_migrated(fresh_database):
    with psycopg.connect(fresh_database) as direct:
        assert direct.execute("select count(*) from django_migrations").fetchone()[0] > 10


def test_only_loopback_is_open():
    with socket.socket() as outside, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 9))
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
