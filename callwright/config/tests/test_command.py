"""The command line as people use it: exit codes, words, and the commands that set an installation up."""

import os
import subprocess
import sys

import psycopg


def callwright(*words: str, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callwright.config.command", *words],
        env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def test_help_names_every_command():
    done = callwright("--help", url="")
    assert done.returncode == 0
    for name in ("up", "web", "link", "worker", "migrate", "administrator", "demo", "check", "replay"):
        assert f"\n    {name}" in done.stdout


def test_what_is_not_understood_ends_with_two_and_usage():
    done = callwright("fly", url="")
    assert done.returncode == 2
    assert "usage: callwright" in done.stderr


def test_migrate_on_a_current_database_does_nothing_and_check_agrees(fresh_database):
    assert callwright("migrate", url=fresh_database).returncode == 0
    assert callwright("migrate", "--check", url=fresh_database).returncode == 0


def test_two_that_migrate_at_once_both_succeed(databases):
    url = databases.empty()
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "callwright.config.command", "migrate"],
            env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [(run.communicate(timeout=240)[1], run.returncode) for run in runs] == [("", 0), ("", 0)]
    assert value(url, "select count(*) - count(distinct (app, name)) from django_migrations") == 0


def test_a_database_that_is_away_is_told_in_words_without_a_traceback():
    done = callwright("migrate", url="postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    assert done.returncode == 1
    assert "The database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_administrator_gets_a_password_for_one_login(fresh_database):
    done = callwright("administrator", "ada", "--organisation", "Quayside", url=fresh_database)
    assert done.returncode == 0, done.stderr
    assert "Password for the next login only: " in done.stdout
    role = "select role || ' ' || password_is_temporary from staff_user where username = 'ada'"
    assert value(fresh_database, role) == "administrator true"
    assert value(fresh_database, "select name from accounts_account where is_default") == "Quayside"
    again = callwright("administrator", "ADA", url=fresh_database)
    assert again.returncode == 0
    assert value(fresh_database, "select count(*) from staff_user") == 1


def test_demonstration_data_never_goes_into_an_installation_in_use(fresh_database):
    assert callwright("administrator", "ada", url=fresh_database).returncode == 0
    refused = callwright("demo", url=fresh_database)
    assert refused.returncode == 1
    assert "in use" in refused.stderr
    assert callwright("demo", "--if-empty", url=fresh_database).returncode == 0
    assert value(fresh_database, "select count(*) from contacts_contact") == 0
