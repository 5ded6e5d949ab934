"""`callwright check` in a process of its own, against the simulated PBX and without one."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from callwright.kit.identity import uuid7_now
from callwright.recordings.testing_s3 import keys_in, s3_server
from callwright.telephony.fake import FakePbx


def check(database: str, home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "DATABASE_URL": database, "CALLWRIGHT_HOME": str(home), **environment}
    command = [sys.executable, "-m", "callwright.config.command", "check", *words]
    return subprocess.run(command, env=known, capture_output=True, text=True, timeout=60, check=False)


def add_pbx(database: str, port: int, secret: str = "crmsecret") -> None:
    with psycopg.connect(database) as connection:
        values: dict[str, Any] = {
            "slug": "main", "name": "Main", "kind": "asterisk", "enabled": True, "host": "127.0.0.1", "port": port,
            "username": "crm", "secret": secret, "use_tls": False, "trunks": '["trunk"]', "extension_pattern": "",
            "dial_context": "internal", "extension_template": "PJSIP/{extension}", "dial_format": "digits",
            "home_country": "NL", "cdr_csv": "", "cel_csv": "", "record_dsn": "", "token_sha256": "",
            "simulated": True, "state": "up", "problem": "", "problem_detail": "", "version": "",
        }  # fmt: skip
        names = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        connection.execute(f"INSERT INTO telephony_pbx ({names}) VALUES ({marks})".encode(), list(values.values()))


def by_code(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {one["code"]: one for one in json.loads(done.stdout)}


def test_an_empty_installation_is_told_what_comes_next(fresh_database: str, tmp_path: Path) -> None:
    done = check(fresh_database, tmp_path)
    assert done.returncode == 1
    assert "PROBLEM  There is no organisation yet\n         Run 'callwright administrator NAME'" in done.stdout
    assert "warning  No PBX is set up" in done.stdout
    assert "ok       The database answers" in done.stdout


async def test_the_simulated_pbx_is_examined_like_any_other(fresh_database: str, tmp_path: Path) -> None:
    async with FakePbx() as pbx:
        add_pbx(fresh_database, pbx.port)
        done = await asyncio.to_thread(check, fresh_database, tmp_path, "--json", "--pbx", "main")
    found = by_code(done)
    assert {code: found[code]["level"] for code in ("login", "orders", "queues", "link", "secret_key", "home")} == (
        dict.fromkeys(("login", "orders", "queues", "link", "secret_key", "home"), "ok")
    )
    assert found["queues"]["detail"] == "support"
    assert found["login"]["subject"] == "Main"
    assert found["records_none"]["level"] == "warning"
    assert set(found["login"]) == {"level", "code", "subject", "title", "detail", "what_to_do"}


async def test_a_wrong_secret_is_a_problem_and_is_not_printed(fresh_database: str, tmp_path: Path) -> None:
    async with FakePbx() as pbx:
        add_pbx(fresh_database, pbx.port, secret="not-the-secret")
        done = await asyncio.to_thread(check, fresh_database, tmp_path, "--json")
    assert done.returncode == 1
    assert by_code(done)["login_refused"]["level"] == "problem"
    assert "not-the-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_database_that_is_away_is_told(tmp_path: Path, words: list[str]) -> None:
    done = check("postgresql://nobody@127.0.0.1:1/none", tmp_path, *words)
    assert done.returncode == 1
    assert "The database does not answer" in done.stdout


def test_a_pbx_that_nobody_knows_is_told_with_those_that_are_known(fresh_database: str, tmp_path: Path) -> None:
    add_pbx(fresh_database, 5038)
    done = check(fresh_database, tmp_path, "--pbx", "other")
    assert (done.returncode, done.stdout.count("There is no PBX")) == (1, 0)
    assert "There is no PBX other; known are: main" in done.stderr


def test_a_short_secret_key_is_a_problem(fresh_database: str, tmp_path: Path) -> None:
    done = check(fresh_database, tmp_path, "--json", CALLWRIGHT_SECRET_KEY="short")
    assert by_code(done)["secret_key"]["level"] == "problem"


def test_what_is_left_of_a_removed_call_is_found_and_can_be_removed(fresh_database: str, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("CREATE TABLE other_months PARTITION OF calls_callfacts DEFAULT")
        connection.execute(
            "INSERT INTO calls_callfacts (account_id, call_id, facts) VALUES (1, %s, '{}')",
            [uuid7_now(datetime.now(UTC))],
        )
    assert by_code(check(fresh_database, tmp_path, "--json"))["orphans"]["level"] == "problem"
    assert check(fresh_database, tmp_path, "--remove-orphans").stdout == "1 removed\n"
    assert by_code(check(fresh_database, tmp_path, "--json"))["orphans"]["level"] == "ok"


def test_what_is_left_of_older_months_is_looked_for_when_asked(fresh_database: str, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("CREATE TABLE other_months PARTITION OF calls_callfacts DEFAULT")
        connection.execute(
            "INSERT INTO calls_callfacts (account_id, call_id, facts) VALUES (1, %s, '{}')",
            [uuid7_now(datetime.now(UTC) - timedelta(days=70))],
        )
    found = by_code(check(fresh_database, tmp_path, "--json"))["orphans"]
    assert found["level"] == "ok" and found["detail"].endswith(f"{datetime.now(UTC):%Y-%m}")
    assert by_code(check(fresh_database, tmp_path, "--json", "--all-months"))["orphans"]["level"] == "problem"
    assert check(fresh_database, tmp_path, "--remove-orphans").stdout == "1 removed\n"


def test_without_variables_files_are_kept_in_the_data_folder(fresh_database: str, tmp_path: Path) -> None:
    found = by_code(check(fresh_database, tmp_path, "--json"))["storage"]
    assert (found["level"], found["detail"]) == ("ok", str(tmp_path / "files"))


@pytest.mark.filterwarnings("ignore")  # those of moto and boto, which are not ours
def test_a_bucket_is_tried_and_what_is_wrong_with_it_is_told(fresh_database: str, tmp_path: Path) -> None:
    with s3_server() as (environment, client):
        good = by_code(check(fresh_database, tmp_path, "--json", **environment))["storage"]
        assert (good["level"], keys_in(client)) == ("ok", [])
        assert good["detail"].startswith("files desk/one http://127.0.0.1:")
        environment["CALLWRIGHT_S3_BUCKET"] = "another"
        none = by_code(check(fresh_database, tmp_path, "--json", **environment))["storage"]
        assert none["level"] == "problem" and "NoSuchBucket" in none["detail"]
        assert "CALLWRIGHT_S3_" in none["what_to_do"]
    away = check(fresh_database, tmp_path, **environment)
    assert away.returncode == 1 and "PROBLEM  The bucket in which files are kept does not work" in away.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ENDPOINT": "https://s3.example"}, "CALLWRIGHT_S3_ENDPOINT is set, but CALLWRIGHT_S3_BUCKET is not"),
        ({"BUCKET": "b", "ACCESS_KEY": "k"}, "CALLWRIGHT_S3_SECRET_KEY is missing"),
        ({"BUCKET": "b", "SECRET_KEY": "k"}, "CALLWRIGHT_S3_ACCESS_KEY is missing"),
        ({"BUCKET": "b", "ENDPOINT": "s3.example"}, "CALLWRIGHT_S3_ENDPOINT must begin with https://"),
        ({"BUCKET": "b", "KEY": "k"}, "There is no CALLWRIGHT_S3_KEY"),
    ],
)
def test_a_bucket_that_is_half_set_is_told_in_words(tmp_path: Path, given: dict[str, str], said: str) -> None:
    variables = {f"CALLWRIGHT_S3_{name}": value for name, value in given.items()}
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    done = check(nowhere, tmp_path, **variables)
    assert done.returncode == 1 and said in done.stdout and "Traceback" not in done.stderr
    found = by_code(check(nowhere, tmp_path, "--json", **variables))["environment"]
    assert found["level"] == "problem" and said in found["what_to_do"]


@pytest.mark.parametrize("words", [["migrate"], ["web", "--port", "0"], ["worker"], ["link"]])
def test_every_command_says_what_is_wrong_with_the_variables(tmp_path: Path, words: list[str]) -> None:
    known = {**os.environ, "CALLWRIGHT_HOME": str(tmp_path), "CALLWRIGHT_S3_REGION": "eu-west-1"}
    command = [sys.executable, "-m", "callwright.config.command", *words]
    done = subprocess.run(command, env=known, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    said = f"callwright {words[0]}: CALLWRIGHT_S3_REGION is set, but CALLWRIGHT_S3_BUCKET is not."
    assert done.stderr.startswith(said)
