"""What every other test stands on: a database of its own and no way out of the machine."""

import socket

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection


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


@pytest.mark.django_db(transaction=True)
def test_tables_are_emptied_again_after_a_deadlock_with_a_request():
    deadlock = "DO $$ BEGIN RAISE deadlock_detected; END $$"
    twice = "DO $$ BEGIN IF nextval('tries') < 3 THEN RAISE deadlock_detected; END IF; END $$"
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE tries")
    try:
        connection.ops.execute_sql_flush([twice])
        with pytest.raises(OperationalError, match="deadlock"):
            connection.ops.execute_sql_flush([deadlock])
        with pytest.raises(ProgrammingError):
            connection.ops.execute_sql_flush(["SELECT nothing_there"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SEQUENCE tries")
